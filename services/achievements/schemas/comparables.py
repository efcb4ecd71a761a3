"""Comparable contracts on the wire: sums without names."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from kit.days import Day
from kit.money import Yuan
from kit.pages import Page
from kit.schemas import AnswerModel
from services.achievements.rules.contracts import ContractType


class ComparableQuery(BaseModel):
    """Which registered contracts may be compared."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: ContractType | None = None
    achievement_id: str | None = Field(
        None, max_length=36, description="only of this achievement's field; never its own contracts"
    )
    since: Day | None = Field(None, description="registered on or after")
    ids: str | None = Field(None, max_length=4000, description="only these, separated by commas")
    limit: int = Field(50, ge=1, le=200)


class ComparableContract(AnswerModel):
    """What a registered contract says of the market, without its parties."""

    contract_id: str
    type: ContractType
    field: str | None
    trl: int | None
    technology_yuan: Yuan
    registered_on: date


class ComparableList(Page[ComparableContract]):
    """Newest first."""

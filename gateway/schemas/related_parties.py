"""Related parties on the wire."""

from datetime import date, datetime
from typing import Literal

from pydantic import ConfigDict, Field

from kit.days import Day
from kit.identifiers import Uscc
from kit.pages import PageQuery
from kit.schemas import AnswerModel, WireModel

Relation = Literal[
    "parent", "subsidiary", "same_controller", "shareholder", "key_person", "family", "other"
]


class RelatedPartyRequest(WireModel):
    """Two organisations that are related, and where that is known from."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "uscc": "91370102MA3D00063D",
                    "related_uscc": "91370102MA3D00039W",
                    "relation": "same_controller",
                    "source": "国家企业信用信息公示系统，2026-11-20 查询",
                    "since_on": "2024-01-01",
                }
            ]
        }
    )

    uscc: Uscc
    related_uscc: Uscc
    relation: Relation
    source: str = Field(min_length=1, max_length=1000)
    since_on: Day


class RelatedPartyEnd(WireModel):
    """The last day of a relation, and why it ended."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"ended_on": "2026-11-23", "reason": "股权已转让"}]}
    )

    ended_on: Day
    reason: str = Field(min_length=1, max_length=1000)


class RelatedPartyQuery(PageQuery):
    """Whose relations."""

    uscc: Uscc | None = None


class RelatedPartyAnswer(AnswerModel):
    """A recorded relation."""

    id: str
    uscc: str
    related_uscc: str
    relation: str
    source: str
    since_on: date
    ended_on: date | None
    recorded_by: str
    recorded_at: datetime
    ended_by: str | None
    end_reason: str | None

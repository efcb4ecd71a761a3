"""The exchange's words, and its receipts, on the wire."""

from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator
from pydantic_core import PydanticCustomError

from kit.identifiers import Uscc
from kit.money import Yuan
from kit.pages import Page
from kit.schemas import AnswerModel, WireModel
from services.achievements.rules.exchange import MessageKind, Outcome
from services.achievements.schemas.contracts import Party
from services.achievements.schemas.values import IsoDate


class Message(BaseModel):
    """What happened at the exchange; fields nobody here reads are left alone."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: Annotated[str, Field(max_length=100)]
    sequence: Annotated[int, Field(ge=1)]
    listing_number: Annotated[str, Field(max_length=60)]
    revision: Annotated[int, Field(ge=1)]
    kind: MessageKind
    deal_number: Annotated[str, Field(max_length=60)] | None = None
    buyer: Party | None = None
    amount_yuan: Yuan | None = None
    dealt_on: date | None = None
    reason: Annotated[str, Field(max_length=500)] | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.kind is MessageKind.DEAL and None in (self.buyer, self.amount_yuan):
            raise PydanticCustomError(
                "deal_incomplete",
                "a deal names its buyer and its price",
                {"zh": "成交须写明受让方和成交价"},
            )
        return self


class DealQuestion(WireModel):
    """A deal of a financing case that the exchange is to confirm; `key` is the case's track."""

    key: Annotated[str, Field(min_length=1, max_length=100)]
    case_number: Annotated[str, Field(max_length=60)]
    listing_number: Annotated[str, Field(min_length=1, max_length=60)]
    amount_yuan: Yuan
    buyer_uscc: Uscc
    seller_uscc: Uscc | None = None
    dealt_on: IsoDate | None = None


class DealAnswer(AnswerModel):
    """What the exchange said of a deal; `status` is null where it stayed silent."""

    status: int | None
    attempts: int
    simulated: bool
    answer: dict[str, Any]


class ReceiptAnswer(AnswerModel):
    """回执: one question of ours, or one message of theirs."""

    id: str
    direction: str
    kind: str
    key: str
    listing_id: str | None
    attempts: int
    simulated: bool
    request: dict[str, JsonValue]
    status: int | None
    answer: dict[str, JsonValue] | None
    outcome: Outcome
    first_at: datetime
    last_at: datetime


class ReceiptsAnswer(Page[ReceiptAnswer]):
    """Receipts; `heard_at` is when the exchange answered last."""

    heard_at: datetime | None

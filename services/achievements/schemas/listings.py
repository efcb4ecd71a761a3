"""Listings on the wire."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from kit.days import Instant
from kit.money import Yuan
from kit.pages import Page, PageQuery
from kit.schemas import AnswerModel, WireModel
from services.achievements.rules.achievements import TransferWay
from services.achievements.rules.listings import (
    ListingAct,
    ListingState,
    ListingTerms,
    ListingWay,
)
from services.achievements.schemas.achievements import TransferWays
from services.achievements.schemas.contracts import Party
from services.achievements.schemas.values import Line, Prose, SearchWords

Minutes = Annotated[int, Field(strict=True, ge=1, le=1440)]
_TERMS = tuple(ListingTerms.__slots__)


class ListingTermsBody(WireModel):
    """How it is sold: which terms a way knows, `way` decides."""

    asking_price_yuan: Yuan | None = Field(None, description="agreement: the price asked")
    start_price_yuan: Yuan | None = Field(None, description="bidding, auction: the least bid")
    reserve_price_yuan: Yuan | None = Field(
        None, description="保留价; kept secret until the contest is over (拍卖法第二十八条)"
    )
    increment_yuan: Yuan | None = Field(None, description="auction: the least raise")
    deposit_yuan: Yuan | None = Field(None, description="保证金; none where null")
    opens_at: Instant | None = None
    closes_at: Instant | None = None
    extension_window_minutes: Minutes | None = Field(
        None, description="auction: a bid in the last so many minutes …"
    )
    extension_minutes: Minutes | None = Field(
        None, description="… moves the close to so many minutes after it"
    )


class ListingBody(ListingTermsBody):
    """A draft of a listing, by the owner of the achievement or its appointed agency."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "achievement_id": "019c0000-0000-7000-8000-000000000001",
                    "title": "固态锂电池电解质制备技术（普通许可）",
                    "way": "agreement",
                    "transfer_ways": ["license"],
                    "asking_price_yuan": "500000.00",
                }
            ]
        }
    )

    achievement_id: Annotated[str, Field(min_length=1, max_length=36)]
    title: Line | None = Field(None, description="null: that of the achievement")
    description: Prose | None = None
    transfer_ways: TransferWays = Field(default_factory=list)
    way: ListingWay = ListingWay.AGREEMENT


class ListingChange(ListingTermsBody):
    """What is to change of a draft; null takes a term away."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"asking_price_yuan": "450000.00"}]})

    title: Line | None = None
    description: Prose | None = None
    transfer_ways: TransferWays | None = None
    way: ListingWay | None = None


class ListingDecision(WireModel):
    """The next step of a listing; what it needs depends on the step."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"decision": "listed"},
                {"decision": "settled", "contract_id": "019c0000-0000-7000-8000-000000000002"},
                {"decision": "withdrawn", "reason": "成果改为自行实施"},
            ]
        }
    )

    decision: ListingAct
    reason: Annotated[str, Field(min_length=1, max_length=500)] | None = None
    buyer: Party | None = Field(None, description="`reserved` by agreement: who buys")
    price_yuan: Yuan | None = Field(None, description="`reserved` by agreement: the price")
    contract_id: Annotated[str, Field(max_length=36)] | None = Field(
        None, description="`settled`: the registered technology contract"
    )


class ListingWarning(AnswerModel):
    """What the law says beside the state of the listing."""

    code: str
    clause: str
    text: str


class BuyerRef(AnswerModel):
    """Who buys."""

    uscc: str
    name: str
    kind: str


class ListingAnswer(AnswerModel):
    """A listing; `allowed` are the steps that are open now."""

    id: str
    owner_uscc: str
    owner_name: str
    lister_uscc: str
    achievement_id: str
    title: str
    description: str | None
    transfer_ways: list[TransferWay]
    way: ListingWay
    state: ListingState
    version: int
    asking_price_yuan: Yuan | None
    start_price_yuan: Yuan | None
    reserve_price_yuan: Yuan | None
    has_reserve_price: bool
    increment_yuan: Yuan | None
    deposit_yuan: Yuan | None
    opens_at: datetime | None
    closes_at: datetime | None
    extension_window_minutes: int | None
    extension_minutes: int | None
    extensions: int
    listed_at: datetime | None
    reserved_at: datetime | None
    ended_at: datetime | None
    buyer: BuyerRef | None
    price_yuan: Yuan | None
    winning_bid: int | None = Field(description="its sequence in the book")
    contract_id: str | None
    reason: str | None
    exchange_number: str | None = Field(
        description="挂牌编号 given by the exchange, or by its simulator"
    )
    notice_days: int | None = Field(
        description="days of public notice before it is settled; null where none is needed"
    )
    server_time: datetime
    warnings: list[ListingWarning]
    allowed: list[ListingAct]
    created_at: datetime
    updated_at: datetime


class ListingQuery(PageQuery):
    """Listings on the board, and those the caller takes part in."""

    q: SearchWords = None
    state: ListingState | None = None
    way: ListingWay | None = None
    achievement_id: str | None = Field(None, max_length=36)
    owner_uscc: str | None = Field(None, max_length=18)
    contract_id: str | None = Field(None, max_length=36)


class ListingCount(AnswerModel):
    """How many listings of a way are in a state; `rows` is the address of those very listings."""

    way: ListingWay
    state: ListingState
    listings: int
    price_yuan: Yuan
    rows: str


class ListingCounts(Page[ListingCount]):
    """Listings by way and state."""


def terms_of(values: Any) -> ListingTerms:
    """The terms of a row or a body in the words of the rules."""
    found = {name: values[name] for name in _TERMS}
    return ListingTerms(**{**found, "way": ListingWay(values["way"])})

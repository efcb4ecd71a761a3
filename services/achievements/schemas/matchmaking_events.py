"""Events (路演·推介·对接) on the wire."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from kit.days import Instant
from kit.identifiers import Uscc
from kit.money import Yuan
from kit.pages import Page, PageQuery
from kit.schemas import AnswerModel, WireModel
from services.achievements.rules.matchmaking_events import (
    EventAct,
    EventFacts,
    EventKind,
    EventState,
    FollowUpOutcome,
    FollowUpState,
    Intention,
    ProgrammeItem,
    SignUpState,
)
from services.achievements.schemas.records import CountedRows
from services.achievements.schemas.values import (
    Line,
    Name,
    Prose,
    SearchWords,
)

ThingId = Annotated[str, Field(min_length=1, max_length=36)]
Reason = Annotated[str, Field(min_length=1, max_length=500)]


class ProgrammeBody(WireModel):
    """议程一项"""

    starts_at: Instant
    title: Line
    speaker: Name | None = None
    achievement_id: ThingId | None = None
    demand_id: ThingId | None = None


class EventBody(WireModel):
    """An event as sent; it begins as a draft."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "roadshow",
                    "title": "新能源成果路演",
                    "place": "齐鲁科技金融大厦",
                    "starts_at": "2026-12-15T14:00:00+08:00",
                    "ends_at": "2026-12-15T17:00:00+08:00",
                    "sign_up_until": "2026-12-14T18:00:00+08:00",
                    "capacity": 60,
                    "programme": [
                        {"starts_at": "2026-12-15T14:10:00+08:00", "title": "固态电池电解质"}
                    ],
                }
            ]
        }
    )

    kind: EventKind
    title: Line
    description: Prose | None = None
    place: Line
    starts_at: Instant
    ends_at: Instant
    sign_up_until: Instant
    capacity: Annotated[int, Field(strict=True, ge=1, le=100_000)]
    programme: Annotated[list[ProgrammeBody], Field(max_length=100)] = Field(default_factory=list)
    visibility: Literal["public", "members"] = "public"

    def facts(self) -> EventFacts:
        """The same in the words of the rules."""
        return EventFacts(
            kind=self.kind,
            title=self.title,
            place=self.place,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            sign_up_until=self.sign_up_until,
            capacity=self.capacity,
            programme=tuple(ProgrammeItem(**item.model_dump()) for item in self.programme),
            description=self.description,
        )


class EventAnswer(AnswerModel):
    """An event, with its places and the steps that are open now."""

    id: str
    owner_uscc: str
    owner_name: str
    kind: EventKind
    title: str
    description: str | None
    place: str
    starts_at: datetime
    ends_at: datetime
    sign_up_until: datetime
    capacity: int
    confirmed: int
    waiting: int
    programme: list[ProgrammeBody]
    visibility: str
    state: EventState
    minutes: str | None = Field(description="for those who signed up, the organiser, the bureau")
    version: int
    allowed: list[EventAct]
    created_at: datetime
    updated_at: datetime


class EventQuery(PageQuery):
    """Events the caller may see, newest first."""

    q: SearchWords = None
    state: EventState | None = None
    kind: EventKind | None = None
    organization: Annotated[str, Field(max_length=18)] | None = Field(
        None, description="uscc of the organiser"
    )


class EventCounts(AnswerModel):
    """How many events the caller may see, by state and by kind."""

    total: int
    by_state: list[CountedRows]
    by_kind: list[CountedRows]


class EventDecision(WireModel):
    """The next step of an event; calling it off needs a reason."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"decision": "opened"}]})

    decision: EventAct
    reason: Reason | None = None


class MinutesBody(WireModel):
    """What was said and agreed."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"minutes": "共 12 家单位参加……"}]})

    minutes: Annotated[str, Field(min_length=1, max_length=100_000)]


class SignUpBody(WireModel):
    """One place for one person."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"attendee": "张三"}]})

    attendee: Annotated[str, Field(min_length=1, max_length=100)]


class SignUpAnswer(AnswerModel):
    """A sign-up: with a place, or waiting; `number` is the order of arrival."""

    id: str
    event_id: str
    number: int
    uscc: str
    organization_name: str
    attendee: str
    state: SignUpState
    checked_in_at: datetime | None
    created_at: datetime


class SignUpQuery(PageQuery):
    """Sign-ups in the order of arrival."""

    state: SignUpState | None = None


class PartyBody(WireModel):
    """One side of a match."""

    uscc: Uscc
    name: Name


class EventMatchBody(WireModel):
    """Two sides that found each other; followed up on working days."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "supplier": {"uscc": "123700004955000143", "name": "山东某大学"},
                    "seeker": {"uscc": "91370102MA3D000125", "name": "济南明湖智造科技有限公司"},
                    "intention": "letter_of_intent",
                    "amount_yuan": "800000.00",
                }
            ]
        }
    )

    supplier: PartyBody
    seeker: PartyBody
    demand_id: ThingId | None = None
    achievement_id: ThingId | None = None
    intention: Intention
    amount_yuan: Yuan | None = None
    note: Prose | None = None


class FollowUpAnswer(AnswerModel):
    """A day on which a match is asked after; `rows` of its event are under `/follow-ups`."""

    id: str
    event_id: str
    event_match_id: str
    owner_uscc: str
    days: int
    due_on: date
    state: FollowUpState
    outcome: FollowUpOutcome | None
    note: str | None
    contract_id: str | None
    done_by: str | None
    done_at: datetime | None
    version: int


class EventMatchAnswer(AnswerModel):
    """A match made at an event, with its follow-ups."""

    id: str
    event_id: str
    demand_id: str | None
    achievement_id: str | None
    supplier: PartyBody
    seeker: PartyBody
    intention: Intention
    amount_yuan: Yuan | None
    note: str | None
    made_on: date
    created_at: datetime
    follow_ups: list[FollowUpAnswer]


class EventMatchList(Page[EventMatchAnswer]):
    """The matches made at an event."""


class FollowUpList(Page[FollowUpAnswer]):
    """The follow-ups of an event, by day."""


class FollowUpDone(WireModel):
    """What was heard."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"outcome": "negotiating", "note": "样品测试中"}]}
    )

    outcome: FollowUpOutcome
    note: Prose | None = None
    contract_id: ThingId | None = Field(None, description="the contract that came of it")

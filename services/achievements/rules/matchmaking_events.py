"""Events (路演·推介·对接): places, check-in, matches made, and the days on which one asks again.

```
draft ──open──▶ open ──end──▶ ended
  │               │
  └───cancel──────┴──▶ cancelled
```
A place is for one person. Who comes when all are taken waits, and moves up in the order of
arrival when somebody cancels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from kit.errors import Fault, RuleBroken
from kit.text import Text
from kit.workdays import Calendar, is_working_day
from services.achievements.rules.steps import Steps


class EventKind(StrEnum):
    """活动种类：路演、推介、对接"""

    ROADSHOW = "roadshow"
    PROMOTION = "promotion"
    MATCHMAKING = "matchmaking"


class EventState(StrEnum):
    """活动状态"""

    DRAFT = "draft"
    OPEN = "open"
    ENDED = "ended"
    CANCELLED = "cancelled"


class EventAct(StrEnum):
    """开放报名、结束、取消"""

    OPEN = "opened"
    END = "ended"
    CANCEL = "cancelled"


EVENT_STEPS: Steps[EventState, EventAct] = Steps(
    noun=Text("活动", "event"),
    code="event_step_not_open",
    table={
        (EventState.DRAFT, EventAct.OPEN): EventState.OPEN,
        (EventState.DRAFT, EventAct.CANCEL): EventState.CANCELLED,
        (EventState.OPEN, EventAct.END): EventState.ENDED,
        (EventState.OPEN, EventAct.CANCEL): EventState.CANCELLED,
    },
    names={
        EventState.DRAFT: "尚为草稿",
        EventState.OPEN: "正在报名",
        EventState.ENDED: "已结束",
        EventState.CANCELLED: "已取消",
    },
)


class SignUpState(StrEnum):
    """报名状态：有席位、候补、已取消"""

    CONFIRMED = "confirmed"
    WAITING = "waiting"
    CANCELLED = "cancelled"


class Intention(StrEnum):
    """对接意向：继续洽谈、意向书、合同"""

    NEGOTIATING = "negotiating"
    LETTER_OF_INTENT = "letter_of_intent"
    CONTRACT = "contract"


class FollowUpState(StrEnum):
    """回访状态：未到期、待办、已办"""

    PLANNED = "planned"
    OPEN = "open"
    DONE = "done"


class FollowUpOutcome(StrEnum):
    """回访结果：仍在洽谈、已签约、未成"""

    NEGOTIATING = "negotiating"
    CONTRACTED = "contracted"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ProgrammeItem:
    """议程一项"""

    starts_at: datetime
    title: str
    speaker: str | None = None
    achievement_id: str | None = None
    demand_id: str | None = None


@dataclass(frozen=True, slots=True)
class EventFacts:
    """一场活动的内容"""

    kind: EventKind
    title: str
    place: str
    starts_at: datetime
    ends_at: datetime
    sign_up_until: datetime
    capacity: int
    programme: tuple[ProgrammeItem, ...] = ()
    description: str | None = None


def judge_event(facts: EventFacts) -> list[Fault]:
    """Times in order, and a programme that lies within them."""
    faults: list[Fault] = []
    if facts.starts_at >= facts.ends_at:
        message = Text("开始时间须早于结束时间", "an event starts before it ends")
        faults.append(Fault("/ends_at", "times_reversed", message))
    if facts.sign_up_until > facts.starts_at:
        message = Text("报名截止不得晚于活动开始", "signing up ends before the event starts")
        faults.append(Fault("/sign_up_until", "times_reversed", message))
    for place, item in enumerate(facts.programme):
        if not facts.starts_at <= item.starts_at < facts.ends_at:
            message = Text("议程须在活动时间之内", "the programme lies within the event")
            faults.append(Fault(f"/programme/{place}/starts_at", "outside_event", message))
    return faults


def require_sign_up_open(state: EventState, sign_up_until: datetime, now: datetime) -> None:
    """One signs up for an open event, until its deadline."""
    if state is not EventState.OPEN or now >= sign_up_until:
        raise RuleBroken(
            "sign_up_closed",
            Text(
                f"活动{EVENT_STEPS.names[state]}，报名截止 {sign_up_until.isoformat()}",
                f"the event is {state}; signing up is until {sign_up_until.isoformat()}",
            ),
            state=state.value,
        )


def place_sign_up(taken: int, capacity: int) -> SignUpState:
    """A place while there is one, else the waiting list."""
    return SignUpState.CONFIRMED if taken < capacity else SignUpState.WAITING


def require_check_in(
    state: SignUpState, event: EventState, starts_at: datetime, now: datetime
) -> None:
    """Who has a place is checked in from the day of the event on, while it is not called off."""
    if state is not SignUpState.CONFIRMED:
        raise RuleBroken(
            "no_place",
            Text("候补或已取消的报名不能签到", "whoever has no place is not checked in"),
            state=state.value,
        )
    if event not in (EventState.OPEN, EventState.ENDED) or now.date() < starts_at.date():
        raise RuleBroken(
            "check_in_closed",
            Text(
                f"活动当日（{starts_at.date()}）起方可签到",
                f"people are checked in from the day of the event, {starts_at.date()}",
            ),
            state=event.value,
        )


def plan_follow_ups(made_on: date, days: Sequence[int], calendar: Calendar) -> list[date]:
    """The days on which a match is asked after; a day off gives way to the next working day."""
    return [_next_working_day(made_on + timedelta(days=after), calendar) for after in days]


def _next_working_day(day: date, calendar: Calendar) -> date:
    while not is_working_day(day, calendar):
        day += timedelta(days=1)
    return day


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events."""

    limit: int
    cursor: str | None = None
    state: str | None = None
    kind: str | None = None
    organization: str | None = None
    q: str | None = None


@dataclass(frozen=True, slots=True)
class SignUpFilter:
    """Which sign-ups of an event; `uscc` None: of everybody."""

    limit: int
    cursor: str | None = None
    state: str | None = None
    uscc: str | None = None

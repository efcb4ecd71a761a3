"""职务成果转化公示: where a public institution agrees on a price, name and price are made public.

《促进科技成果转化法》第十八条：通过协议定价的，应当在本单位公示科技成果名称和拟交易价格。
The term is data (`deal_terms.yaml`). Objections are raised while the notice runs and decided by
the institution; an upheld one means that this deal is not made.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from kit.errors import RuleBroken
from kit.text import Text
from services.achievements.rules.listings import ListingWay
from services.achievements.rules.steps import Steps


class ObjectionState(StrEnum):
    """异议状态：待处理、成立、不成立"""

    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


class ObjectionAct(StrEnum):
    """异议成立、不成立"""

    UPHOLD = "upheld"
    DISMISS = "dismissed"


OBJECTION_STEPS: Steps[ObjectionState, ObjectionAct] = Steps(
    noun=Text("异议", "objection"),
    code="objection_step_not_open",
    table={(ObjectionState.OPEN, act): ObjectionState(act.value) for act in ObjectionAct},
    names={
        ObjectionState.OPEN: "待处理",
        ObjectionState.UPHELD: "已成立",
        ObjectionState.DISMISSED: "不成立",
    },
)


@dataclass(frozen=True, slots=True)
class NoticeTerm:
    """One version of the rule: for whom, for which ways, how many days, since when."""

    since: date
    clause: str
    quote: str
    ways: frozenset[ListingWay]
    owner_kinds: frozenset[str]
    days: int
    days_source: str
    days_verified: bool


@dataclass(frozen=True, slots=True)
class Notice:
    """公示: from the day it is put up, through `ends_on`."""

    id: str
    starts_on: date
    ends_on: date
    withdrawn: bool = False


def find_term(
    terms: Sequence[NoticeTerm], way: ListingWay, owner_kind: str, on: date
) -> NoticeTerm | None:
    """The term that binds such a listing on a day; None where none does."""
    known = [term for term in terms if term.since <= on]
    newest = max(known, key=lambda term: term.since, default=None)
    if newest is None or way not in newest.ways or owner_kind not in newest.owner_kinds:
        return None
    return newest


def plan_notice(term: NoticeTerm, starts_on: date) -> date:
    """The last day of a notice: the days are counted from the day after it is put up."""
    return starts_on + timedelta(days=term.days)


def require_running(notice: Notice | None, on: date) -> None:
    """Objections are raised while the notice runs."""
    if notice is None or notice.withdrawn or not notice.starts_on <= on <= notice.ends_on:
        raise RuleBroken(
            "notice_not_running",
            Text("现在不在公示期内", "no public notice is running"),
            ends_on=None if notice is None else notice.ends_on.isoformat(),
        )


def require_noticed(
    term: NoticeTerm | None, notice: Notice | None, objections: Sequence[ObjectionState], on: date
) -> None:
    """Before settling: the notice is over, and no objection is open or upheld."""
    if term is None:
        return
    if notice is None or notice.withdrawn:
        raise RuleBroken(
            "notice_missing",
            Text(
                f"须先公示 {term.days} 日（{term.clause}：{term.quote}）",
                f"a public notice of {term.days} days comes first",
            ),
            clause=term.clause,
        )
    if on <= notice.ends_on:
        raise RuleBroken(
            "notice_running",
            Text(f"公示至 {notice.ends_on} 止", f"the public notice runs through {notice.ends_on}"),
            ends_on=notice.ends_on.isoformat(),
        )
    if any(state is not ObjectionState.DISMISSED for state in objections):
        raise RuleBroken(
            "objection_stands",
            Text("有异议待处理或已成立", "an objection is open or upheld"),
            objections=[state.value for state in objections],
        )

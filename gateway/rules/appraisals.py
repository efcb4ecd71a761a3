"""评: the life of one appraisal of an achievement, from the request to the report's last day.

    requested ─accept→ accepted ─appoint→ panel ─value→ valued ─issue→ issued ─expire→ expired
        │ refuse          │ refuse      ⟲ opine  │ refuse  │ value ⟲     │ withdraw_report
     refused           refused          withdraw (before issue) → withdrawn  withdrawn_report

The panel: three experts or more, each without interest: not of the firm, of the achievement's
owners, of a lender, insurer or investor at the case, nor of an organisation related to these.
A report is issued when every expert has given an opinion, and is valid for a time.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from gateway.rules.schedules import add_months
from gateway.rules.supports import Side, make_table
from gateway.rules.valuations import (
    Approach,
    Card,
    Conclusion,
    Points,
    conclude,
    rate_values,
)
from kit.errors import RuleBroken
from kit.text import Text

SMALLEST_PANEL = 3


class AppraisalState(StrEnum):
    """评估状态。"""

    REQUESTED = "requested"
    ACCEPTED = "accepted"
    PANEL = "panel"
    VALUED = "valued"
    ISSUED = "issued"
    EXPIRED = "expired"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REPORT_WITHDRAWN = "report_withdrawn"


class AppraisalAct(StrEnum):
    """推动评估的动作。"""

    REQUEST = "request"
    ACCEPT = "accept"
    APPOINT = "appoint"
    OPINE = "opine"
    VALUE = "value"
    ISSUE = "issue"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    WITHDRAW_REPORT = "withdraw_report"


S, A = AppraisalState, AppraisalAct
_LEAVE = {A.REFUSE: S.REFUSED, A.WITHDRAW: S.WITHDRAWN}
MOVES = make_table(
    S,
    A,
    {
        S.REQUESTED: {A.ACCEPT: S.ACCEPTED, **_LEAVE},
        S.ACCEPTED: {A.APPOINT: S.PANEL, **_LEAVE},
        S.PANEL: {A.APPOINT: S.PANEL, A.OPINE: S.PANEL, A.VALUE: S.VALUED, **_LEAVE},
        S.VALUED: {A.VALUE: S.VALUED, A.OPINE: S.VALUED, A.ISSUE: S.ISSUED, **_LEAVE},
        S.ISSUED: {A.EXPIRE: S.EXPIRED, A.WITHDRAW_REPORT: S.REPORT_WITHDRAWN},
    },
)
"""Every state and every act; None where the act is refused."""

UNDECIDED = frozenset({S.REQUESTED, S.ACCEPTED, S.PANEL, S.VALUED})
DEAD: frozenset[str] = frozenset({S.REFUSED, S.WITHDRAWN, S.EXPIRED, S.REPORT_WITHDRAWN})

SIDES: Mapping[AppraisalAct, tuple[Side, ...]] = {
    A.REQUEST: (Side.FIRM, Side.BUREAU),
    A.WITHDRAW: (Side.FIRM,),
}
"""Who takes a step; whatever is not named here is the appraiser's."""


@dataclass(frozen=True, slots=True)
class Expert:
    """A member of the panel, and the organisation it belongs to."""

    code: str
    name: str
    org_uscc: str
    field: str
    declares_no_interest: bool


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one expert found: the readiness level, the five values, in words."""

    expert: str
    trl: int
    points: Mapping[str, int]
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """评估报告: what was concluded, by which card, and until when it counts."""

    number: str
    trl: int
    card_id: str
    card_version: str
    card_verified: bool
    points: Decimal
    values: tuple[Points, ...]
    conclusion: Conclusion
    issued_on: date
    valid_until: date


@dataclass(frozen=True, slots=True)
class Appraisal:
    """The terms of an appraisal so far."""

    purpose: str
    achievement_id: str
    experts: tuple[Expert, ...] = ()
    opinions: tuple[Opinion, ...] = ()
    approaches: tuple[Approach, ...] = ()
    report: Report | None = None


@dataclass(frozen=True, slots=True)
class Interests:
    """Whose interests an expert may not have: the parties, and who is related to whom."""

    parties: Mapping[str, str]
    related: Collection[tuple[str, str]] = ()


def appoint_panel(
    appraisal: Appraisal, experts: Sequence[Expert], interests: Interests
) -> Appraisal:
    """组建专家组; refuses each expert who has an interest, with the interest."""
    if len(experts) < SMALLEST_PANEL or len({one.code for one in experts}) != len(experts):
        raise _refuse(
            "panel_too_small",
            f"专家组至少 {SMALLEST_PANEL} 人，且不得重复",
            f"a panel has {SMALLEST_PANEL} different experts at least",
        )
    found = {one.code: why for one in experts if (why := find_interest(one, interests)) is not None}
    if found:
        raise RuleBroken(
            "expert_conflict",
            Text(
                "专家存在利益冲突：" + "；".join(f"{code} {why}" for code, why in found.items()),
                "experts with an interest: " + "; ".join(f"{c} {w}" for c, w in found.items()),
            ),
            experts=dict(found),
        )
    kept = {one.code for one in experts}
    opinions = tuple(one for one in appraisal.opinions if one.expert in kept)
    return replace(appraisal, experts=tuple(experts), opinions=opinions)


def find_interest(expert: Expert, interests: Interests) -> str | None:
    """Why an expert may not sit on the panel; None if nothing speaks against it."""
    if not expert.declares_no_interest:
        return "no declaration (未声明无利益关系)"
    if expert.org_uscc in interests.parties:
        return f"belongs to {interests.parties[expert.org_uscc]} (属于当事方)"
    for one, other in interests.related:
        far = other if one == expert.org_uscc else one if other == expert.org_uscc else None
        if far is not None and far in interests.parties:
            return f"is related to {interests.parties[far]} (与当事方有关联)"
    return None


def add_opinion(appraisal: Appraisal, opinion: Opinion, card: Card) -> Appraisal:
    """An expert's opinion; a second one of the same expert replaces the first in the report."""
    if opinion.expert not in {one.code for one in appraisal.experts}:
        raise _refuse("not_on_panel", "不是专家组成员", "not a member of the panel")
    rate_values(card, [opinion.points])
    others = tuple(one for one in appraisal.opinions if one.expert != opinion.expert)
    return replace(appraisal, opinions=(*others, opinion))


def add_values(appraisal: Appraisal, approaches: Sequence[Approach]) -> Appraisal:
    """The approaches, which must come to a conclusion."""
    conclude(approaches)
    return replace(appraisal, approaches=tuple(approaches))


def issue_report(
    appraisal: Appraisal, number: str, card: Card, on: date, valid_months: int
) -> Appraisal:
    """出具报告: every expert was heard; the readiness level is the one most of them reached."""
    silent = {one.code for one in appraisal.experts} - {one.expert for one in appraisal.opinions}
    if silent:
        raise _refuse(
            "opinions_missing",
            "尚缺专家意见：" + "、".join(sorted(silent)),
            "opinions are missing of: " + ", ".join(sorted(silent)),
        )
    points, values = rate_values(card, [one.points for one in appraisal.opinions])
    report = Report(
        number=number,
        trl=find_readiness([one.trl for one in appraisal.opinions]),
        card_id=card.id,
        card_version=card.version,
        card_verified=card.verified,
        points=points,
        values=values,
        conclusion=conclude(appraisal.approaches),
        issued_on=on,
        valid_until=add_months(on, valid_months),
    )
    return replace(appraisal, report=report)


def find_readiness(levels: Sequence[int]) -> int:
    """The highest level (1-9, GB/T 22900) that more than half of the experts see reached."""
    ordered = sorted(levels, reverse=True)
    return ordered[len(ordered) // 2]


def is_report_valid(appraisal: Appraisal, state: str, on: date) -> bool:
    """Whether the report counts on that day."""
    report = appraisal.report
    return state == S.ISSUED and report is not None and report.issued_on <= on <= report.valid_until


def _refuse(code: str, zh: str, en: str) -> RuleBroken:
    return RuleBroken(code, Text(zh, en))

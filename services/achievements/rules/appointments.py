"""委托: an owner appoints an agency to a thing of its own; a commission completes it.

```
proposed ──accepted──▶ accepted ──completed──▶ completed
    ├──declined──▶ declined    ├──ended──▶ ended
    └──ended─────▶ ended ◀─────┘
```
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from kit.errors import Fault, Forbidden
from kit.money import split_by_shares, yuan
from kit.text import Text
from services.achievements.rules.steps import Steps


class SubjectKind(StrEnum):
    """委托事项：成果、需求、挂牌、技术合同、融资办件"""

    ACHIEVEMENT = "achievement"
    DEMAND = "demand"
    LISTING = "listing"
    CONTRACT = "contract"
    CASE = "case"


class AppointmentState(StrEnum):
    """委托状态"""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    ENDED = "ended"
    COMPLETED = "completed"


class AppointmentAct(StrEnum):
    """接受、谢绝、终止; 完成 is what a commission does, and nobody decides it."""

    ACCEPT = "accepted"
    DECLINE = "declined"
    END = "ended"
    COMPLETE = "completed"


APPOINTMENT_STEPS: Steps[AppointmentState, AppointmentAct] = Steps(
    noun=Text("委托", "appointment"),
    code="appointment_step_not_open",
    table={
        (AppointmentState.PROPOSED, AppointmentAct.ACCEPT): AppointmentState.ACCEPTED,
        (AppointmentState.PROPOSED, AppointmentAct.DECLINE): AppointmentState.DECLINED,
        (AppointmentState.PROPOSED, AppointmentAct.END): AppointmentState.ENDED,
        (AppointmentState.ACCEPTED, AppointmentAct.END): AppointmentState.ENDED,
        (AppointmentState.ACCEPTED, AppointmentAct.COMPLETE): AppointmentState.COMPLETED,
    },
    names={
        AppointmentState.PROPOSED: "待接受",
        AppointmentState.ACCEPTED: "已接受",
        AppointmentState.DECLINED: "已谢绝",
        AppointmentState.ENDED: "已终止",
        AppointmentState.COMPLETED: "已完成",
    },
)


@dataclass(frozen=True, slots=True)
class BrokerShare:
    """A broker's part of the commission, in whole shares."""

    broker_id: str
    share: int


@dataclass(frozen=True, slots=True)
class CommissionTerms:
    """佣金约定: a ratio of the price, or a fixed sum; and who gets which share."""

    ratio: Decimal | None
    fixed_yuan: Decimal | None
    shares: tuple[BrokerShare, ...]


@dataclass(frozen=True, slots=True)
class CommissionPart:
    """What one broker gets, in yuan."""

    broker_id: str
    share: int
    amount_yuan: Decimal


def judge_commission(terms: CommissionTerms) -> list[Fault]:
    """A ratio between 0 and 1 or a fixed sum, not both; every broker once."""
    faults: list[Fault] = []
    if (terms.ratio is None) is (terms.fixed_yuan is None):
        message = Text("比例与固定金额二选一", "either a ratio or a fixed sum")
        faults.append(Fault("/commission", "commission_terms", message))
    if terms.ratio is not None and not 0 < terms.ratio < 1:
        message = Text("比例须大于 0 小于 1", "a ratio is above 0 and below 1")
        faults.append(Fault("/commission/ratio", "ratio_invalid", message))
    named = [part.broker_id for part in terms.shares]
    if len(set(named)) != len(named):
        message = Text("同一经纪人只列一次", "a broker is named once")
        faults.append(Fault("/commission/shares", "broker_repeated", message))
    return faults


def share_commission(terms: CommissionTerms, price: Decimal) -> tuple[CommissionPart, ...]:
    """The commission of a price, split to the fen by largest remainder; the parts add up."""
    total = terms.fixed_yuan if terms.ratio is None else yuan(price * terms.ratio)
    assert total is not None
    amounts = split_by_shares(total, [part.share for part in terms.shares])
    return tuple(
        CommissionPart(part.broker_id, part.share, amount)
        for part, amount in zip(terms.shares, amounts, strict=True)
    )


def is_in_force(state: AppointmentState, valid_until: date | None, on: date) -> bool:
    """Whether the agency may act under it on a day."""
    return state is AppointmentState.ACCEPTED and (valid_until is None or on <= valid_until)


def require_side(act: AppointmentAct, caller: str, principal: str, agency: str) -> None:
    """The agency accepts or declines; either side ends it."""
    allowed: Sequence[str] = (agency,) if act is not AppointmentAct.END else (principal, agency)
    if caller not in allowed:
        raise Forbidden(
            "forbidden",
            Text("由受托机构接受或谢绝，双方均可终止", "the agency answers; either side ends it"),
        )


@dataclass(frozen=True, slots=True)
class AppointmentFilter:
    """Which appointments."""

    limit: int
    cursor: str | None = None
    state: str | None = None
    subject_kind: str | None = None
    subject_id: str | None = None
    agency_uscc: str | None = None
    broker_id: str | None = None
    q: str | None = None

"""Milestones of an awarded demand (榜单里程碑): delivered, passed, paid.

```
planned ──deliver──▶ delivered ──pass──▶ passed ──pay──▶ paid
   ▲                     │
   └───────return────────┘
```
The payments add up to the award, to the fen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from kit.errors import Fault, RuleBroken
from kit.money import format_yuan
from kit.text import Text
from services.achievements.rules.steps import Steps


class MilestoneState(StrEnum):
    """里程碑状态"""

    PLANNED = "planned"
    DELIVERED = "delivered"
    PASSED = "passed"
    PAID = "paid"


class MilestoneAct(StrEnum):
    """交付、退回、通过、付款"""

    DELIVER = "delivered"
    RETURN = "returned"
    PASS = "passed"  # noqa: S105 a step, no password
    PAY = "paid"


MILESTONE_STEPS: Steps[MilestoneState, MilestoneAct] = Steps(
    noun=Text("里程碑", "milestone"),
    code="milestone_step_not_open",
    table={
        (MilestoneState.PLANNED, MilestoneAct.DELIVER): MilestoneState.DELIVERED,
        (MilestoneState.DELIVERED, MilestoneAct.RETURN): MilestoneState.PLANNED,
        (MilestoneState.DELIVERED, MilestoneAct.PASS): MilestoneState.PASSED,
        (MilestoneState.PASSED, MilestoneAct.PAY): MilestoneState.PAID,
    },
    names={
        MilestoneState.PLANNED: "待交付",
        MilestoneState.DELIVERED: "已交付",
        MilestoneState.PASSED: "已通过",
        MilestoneState.PAID: "已付款",
    },
)


@dataclass(frozen=True, slots=True)
class Milestone:
    """一个里程碑"""

    title: str
    due_on: date
    payment_yuan: Decimal
    deliverable: str | None = None


def judge_plan(plan: Sequence[Milestone], award_yuan: Decimal, today: date) -> list[Fault]:
    """The payments add up to the award; the days lie ahead and in order."""
    faults: list[Fault] = []
    total = sum((one.payment_yuan for one in plan), Decimal(0))
    if total != award_yuan:
        message = Text(
            f"各笔付款合计 {format_yuan(total)} 元，须等于定榜金额 {format_yuan(award_yuan)} 元",
            f"the payments add up to {format_yuan(total)}, the award is {format_yuan(award_yuan)}",
        )
        faults.append(Fault("/items", "payments_not_award", message))
    before = today
    for place, one in enumerate(plan):
        if one.due_on < before:
            message = Text("日期须在今天之后，且依次排列", "days lie ahead and in order")
            faults.append(Fault(f"/items/{place}/due_on", "days_disordered", message))
        before = max(before, one.due_on)
    return faults


def require_all_passed(states: Sequence[MilestoneState]) -> None:
    """A demand is accepted when everything promised was delivered and passed."""
    done = (MilestoneState.PASSED, MilestoneState.PAID)
    open_ones = sum(state not in done for state in states)
    if open_ones:
        raise RuleBroken(
            "milestones_open",
            Text(f"尚有 {open_ones} 个里程碑未通过", f"{open_ones} milestones have not passed"),
        )

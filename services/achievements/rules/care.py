"""一对一服务: what was promised to a large R&D spender, and whether it was kept in time."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class PromiseState(StrEnum):
    """承诺事项状态：未到期、逾期、按期办结、逾期办结"""

    OPEN = "open"
    OVERDUE = "overdue"
    KEPT = "kept"
    KEPT_LATE = "kept_late"


@dataclass(frozen=True, slots=True)
class JudgedPromise:
    """How a promise stands on a day, and by how many days it is or was late."""

    state: PromiseState
    days_late: int


def judge_promise(due_on: date, done_on: date | None, today: date) -> JudgedPromise:
    """On its day a promise is still in time; from the next day on it is overdue."""
    days_late = max(((done_on or today) - due_on).days, 0)
    if done_on is not None:
        return JudgedPromise(PromiseState.KEPT_LATE if days_late else PromiseState.KEPT, days_late)
    return JudgedPromise(PromiseState.OVERDUE if days_late else PromiseState.OPEN, days_late)

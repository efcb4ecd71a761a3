"""Awards (科技奖励): the science-and-technology progress awards that policy rule 1 rewards."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kit.errors import Fault
from kit.text import Text
from services.achievements.rules.visibility import Guarded


class AwardScheme(StrEnum):
    """奖励种类"""

    NATIONAL_ST_PROGRESS = "national_st_progress"
    SHANDONG_ST_PROGRESS = "shandong_st_progress"
    OTHER = "other"


class AwardLevel(StrEnum):
    """奖励等级"""

    SPECIAL = "special"
    FIRST = "first"
    SECOND = "second"
    THIRD = "third"


@dataclass(frozen=True, slots=True)
class AwardFacts(Guarded):
    """一项获奖"""

    source_id: str
    scheme: AwardScheme
    level: AwardLevel
    title: str
    awarded_on: date
    certificate_number: str | None = None
    winners: tuple[str, ...] = ()


def judge_award(facts: AwardFacts, today: date) -> list[Fault]:
    """What is wrong with an award that can be read."""
    if facts.awarded_on > today:
        message = Text(
            f"获奖日期 {facts.awarded_on} 晚于今天 {today}",
            f"awarded on {facts.awarded_on}, which is after today, {today}",
        )
        return [Fault("/awarded_on", "date_in_future", message)]
    return []


def searchable_text(facts: AwardFacts) -> list[tuple[str, int]]:
    """The texts an award is found by."""
    return [(facts.title, 2), (" ".join(facts.winners), 1)]

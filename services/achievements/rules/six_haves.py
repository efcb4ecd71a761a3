"""六有: what an R&D platform must have, one piece of evidence each; and room for tenants."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kit.text import Text


class SixHave(StrEnum):
    """六有：有经费投入、有场地、有人员、有设备、有制度、有成果"""

    INVESTMENT = "investment"
    SITE = "site"
    STAFF = "staff"
    EQUIPMENT = "equipment"
    RULES = "rules"
    RESULTS = "results"


HAVE_NAMES = {
    SixHave.INVESTMENT: Text("经费投入", "investment"),
    SixHave.SITE: Text("场地", "a site"),
    SixHave.STAFF: Text("人员", "staff"),
    SixHave.EQUIPMENT: Text("设备", "equipment"),
    SixHave.RULES: Text("制度", "rules"),
    SixHave.RESULTS: Text("成果", "results"),
}


@dataclass(frozen=True, slots=True)
class Stay:
    """A tenant's time in a platform; without an end it goes on."""

    moved_in_on: date
    moved_out_on: date | None


def list_missing(given: Iterable[str], needed: Collection[SixHave]) -> tuple[SixHave, ...]:
    """What is needed and has no evidence yet, in the order of the six."""
    known = set(given)
    return tuple(have for have in SixHave if have in needed and have not in known)


def count_tenants(stays: Sequence[Stay], on: date) -> int:
    """How many tenants a platform has on a day; the day of leaving is no longer one."""
    return sum(
        stay.moved_in_on <= on and (stay.moved_out_on is None or on < stay.moved_out_on)
        for stay in stays
    )


def count_most_tenants(stays: Sequence[Stay], since: date) -> int:
    """The most tenants on any day from a day on: only on that day or an arrival can it be."""
    days = [since, *(stay.moved_in_on for stay in stays if stay.moved_in_on > since)]
    return max(count_tenants(stays, day) for day in days)


def find_full_day(stays: Sequence[Stay], new: Stay, capacity: int) -> date | None:
    """The first day of a new stay on which there is no room; None where it fits throughout."""
    days = [new.moved_in_on, *(s.moved_in_on for s in stays if s.moved_in_on > new.moved_in_on)]
    if new.moved_out_on is not None:
        days = [day for day in days if day < new.moved_out_on]
    return min((day for day in days if count_tenants(stays, day) >= capacity), default=None)

"""技术经纪人: levels and training credits; both numbers are data (`deal_terms.yaml`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kit.errors import RuleBroken
from kit.text import Text

_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Level:
    """初级、中级、高级: `least_credits` are the valid training hours that it asks."""

    code: str
    name: Text
    rank: int
    least_credits: int
    assumption: bool


@dataclass(frozen=True, slots=True)
class TrainingTerms:
    """How long training hours count, and how many days before their end one is warned."""

    valid_months: int
    warn_days: int


@dataclass(frozen=True, slots=True)
class Credit:
    """学时: counts from `completed_on` through `expires_on`."""

    hours: int
    completed_on: date
    expires_on: date


@dataclass(frozen=True, slots=True)
class CreditStanding:
    """Hours by what they are worth on a day; the three add up to all that were earned."""

    valid: int
    expired: int
    not_yet: int
    expiring_soon: int


def expire_on(completed_on: date, terms: TrainingTerms) -> date:
    """The last day on which hours count: the same day so many months later, less one."""
    months = completed_on.month - 1 + terms.valid_months
    year, month = completed_on.year + months // _MONTHS, months % _MONTHS + 1
    first_of_next = date(year + month // _MONTHS, month % _MONTHS + 1, 1)
    last_of_month = (first_of_next - timedelta(days=1)).day
    same_day = date(year, month, min(completed_on.day, last_of_month))
    return same_day - timedelta(days=1)


def count_credits(credits: Sequence[Credit], on: date, terms: TrainingTerms) -> CreditStanding:
    """How many hours count on a day, and how many of them end soon."""
    soon = on + timedelta(days=terms.warn_days)
    valid = [one for one in credits if one.completed_on <= on <= one.expires_on]
    return CreditStanding(
        valid=sum(one.hours for one in valid),
        expired=sum(one.hours for one in credits if one.expires_on < on),
        not_yet=sum(one.hours for one in credits if one.completed_on > on),
        expiring_soon=sum(one.hours for one in valid if one.expires_on <= soon),
    )


def require_level(level: Level, standing: CreditStanding) -> None:
    """A level is given to whoever has the valid hours it asks."""
    if standing.valid < level.least_credits:
        raise RuleBroken(
            "credits_missing",
            Text(
                f"{level.name.zh}须有有效学时 {level.least_credits}，现有 {standing.valid}",
                f"{level.name.en} asks {level.least_credits} valid hours, there are"
                f" {standing.valid}",
            ),
            needed=level.least_credits,
            valid=standing.valid,
        )


@dataclass(frozen=True, slots=True)
class AgencyFilter:
    """Which agencies."""

    limit: int
    cursor: str | None = None
    q: str | None = None
    field: str | None = None


@dataclass(frozen=True, slots=True)
class BrokerFilter:
    """Which brokers."""

    limit: int
    cursor: str | None = None
    q: str | None = None
    agency_uscc: str | None = None
    level: str | None = None
    field: str | None = None

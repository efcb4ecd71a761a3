"""What lists are asked for: filters, order, place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from services.achievements.rules.care import PromiseState

NarrowValue = str | int | bool
Narrow = Mapping[str, NarrowValue]
"""What only the lists of one kind can be asked for, by name."""


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """Which records, in the order of the list."""

    limit: int
    cursor: str | None = None
    q: str | None = None
    organization: str | None = None
    source_id: str | None = None
    narrow: Narrow = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NoticeFilter:
    """Which notices."""

    limit: int
    cursor: str | None = None
    unread: bool = False
    code: str | None = None


@dataclass(frozen=True, slots=True)
class AchievementFilter:
    """Which achievements, in which order."""

    limit: int
    cursor: str | None = None
    q: str | None = None
    field: str | None = None
    trl_min: int | None = None
    trl_max: int | None = None
    organization: str | None = None
    visibility: str | None = None
    source_id: str | None = None
    sort: str | None = None


@dataclass(frozen=True, slots=True)
class ContractFilter:
    """Which contracts."""

    limit: int
    cursor: str | None = None
    state: str | None = None
    type: str | None = None
    achievement_id: str | None = None
    uscc: str | None = None


@dataclass(frozen=True, slots=True)
class TenantFilter:
    """Which tenants of a platform."""

    limit: int
    cursor: str | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class CareFilter:
    """Which care plans."""

    limit: int
    cursor: str | None = None
    uscc: str | None = None
    officer: str | None = None
    overdue: bool | None = None


@dataclass(frozen=True, slots=True)
class PromiseFilter:
    """Which promises of care plans."""

    limit: int
    cursor: str | None = None
    uscc: str | None = None
    state: PromiseState | None = None

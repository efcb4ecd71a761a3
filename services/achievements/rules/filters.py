"""What lists are asked for: filters, order, place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from services.achievements.rules.care import PromiseState

NarrowValue = str | int | bool
Narrow = Mapping[str, NarrowValue]
"""What only the lists of one kind can be asked for, by name."""


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """Which records of a kind, in which order; `narrow` is what only that kind is asked for."""

    limit: int
    cursor: str | None = None
    q: str | None = None
    organization: str | None = None
    source_id: str | None = None
    sort: str | None = None
    narrow: Narrow = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NoticeFilter:
    """Which notices."""

    limit: int
    cursor: str | None = None
    unread: bool = False
    code: str | None = None


FacetCounts = Mapping[str, Sequence[tuple[str | int | bool, int]]]
"""Of each facet the values found, each with how often, most first."""


@dataclass(frozen=True, slots=True)
class FoundCounts:
    """How many are found, and the facets; `capped`: more may be found than were counted."""

    total: int
    capped: bool
    facets: FacetCounts


@dataclass(frozen=True, slots=True)
class FoundPage:
    """A page of what is found, on the first page with counts; `words` are those asked by."""

    rows: Sequence[Mapping[Any, Any]]
    next_cursor: str | None
    counts: FoundCounts | None = None
    words: Sequence[str] = ()


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


@dataclass(frozen=True, slots=True)
class ConversionFilter:
    """Which achievements that were turned into use."""

    limit: int
    cursor: str | None = None
    field: str | None = None
    trl: int | None = None
    lacking: str | None = None
    organization: str | None = None


@dataclass(frozen=True, slots=True)
class SpenderFilter:
    """Which year's spenders on R&D, the largest first."""

    limit: int
    year: int
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class UseFilter:
    """Which instruments' use, in which days."""

    limit: int
    first: date
    last: date
    cursor: str | None = None
    organization: str | None = None


@dataclass(frozen=True, slots=True)
class OrganizationFilter:
    """Which organisations."""

    limit: int
    cursor: str | None = None
    q: str | None = None
    kind: str | None = None
    district: str | None = None
    in_district: bool | None = None
    is_industrial: bool | None = None
    is_above_designated_size: bool | None = None
    ended: bool | None = None


@dataclass(frozen=True, slots=True)
class CallFilter:
    """Which calls for nominations."""

    limit: int
    cursor: str | None = None
    scheme: str | None = None
    open: bool | None = None


@dataclass(frozen=True, slots=True)
class NominationFilter:
    """Which nominations."""

    limit: int
    cursor: str | None = None
    q: str | None = None
    call_id: str | None = None
    state: str | None = None
    organization: str | None = None
    achievement_id: str | None = None
    overdue: bool | None = None


@dataclass(frozen=True, slots=True)
class ActFilter:
    """Which acts of the registry's history."""

    limit: int
    cursor: str | None = None
    noun: str | None = None
    thing_id: str | None = None
    act: str | None = None
    client_id: str | None = None
    organization_uscc: str | None = None
    import_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None

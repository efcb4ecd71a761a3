"""Who may see a thing: everybody, whoever has a token, or its owner and the bureau."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar


class Visibility(StrEnum):
    """可见范围：公开、会员可见、仅本单位（与主管部门）可见、涉密（不出本单位）"""

    PUBLIC = "public"
    MEMBERS = "members"
    PRIVATE = "private"
    CLASSIFIED = "classified"


class HideableField(StrEnum):
    """可单独隐藏的成果字段"""

    ABSTRACT = "abstract"
    KEYWORDS = "keywords"
    CONTRIBUTORS = "contributors"
    INTELLECTUAL_PROPERTY = "intellectual_property"
    ASKING_PRICE = "asking_price_yuan"
    FORM = "form"


class InstrumentField(StrEnum):
    """可单独隐藏的仪器字段"""

    ORIGINAL_VALUE = "original_value_yuan"
    LABORATORY = "laboratory"
    ADDRESS = "address"
    CONTACT_NAME = "contact_name"
    CONTACT_PHONE = "contact_phone"
    CONTACT_EMAIL = "contact_email"
    INDICATORS = "indicators"
    FEE_NOTE = "fee_note"
    FORM = "form"


class ResearcherField(StrEnum):
    """可单独隐藏的人员字段"""

    ORCID = "orcid"
    TITLE = "title"
    DEGREE = "degree"
    DEPARTMENT = "department"
    EMAIL = "email"
    BIOGRAPHY = "biography"


class RdExpenditureField(StrEnum):
    """可单独隐藏的研发经费字段"""

    REVENUE = "revenue_yuan"
    FORM = "form"


class PlatformField(StrEnum):
    """可单独隐藏的平台字段"""

    ADDRESS = "address"
    FLOOR_AREA = "floor_area_m2"
    DESCRIPTION = "description"
    CO_BUILDERS = "co_builders"


class AwardField(StrEnum):
    """可单独隐藏的奖励字段"""

    CERTIFICATE_NUMBER = "certificate_number"
    WINNERS = "winners"


@dataclass(frozen=True, kw_only=True)
class Guarded:
    """What every record says of who may see it, and which of its fields are for fewer."""

    visibility: Visibility = Visibility.PUBLIC
    embargo_until: date | None = None
    hidden_fields: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is looking: an organisation (None without a token), and whether it sees everything.

    `as_agency`: it may be appointed to things of others, and sees these as well.
    """

    uscc: str | None
    sees_all: bool = False
    as_agency: bool = False


EVERYBODY = Viewer(None)


@dataclass(frozen=True, slots=True)
class Guard:
    """Who could see a thing at some time, and which of its fields were hidden."""

    visibility: str
    embargo_until: date | None
    hidden: frozenset[str]

    def opens_to(self, viewer: Viewer, on: date) -> bool:
        if self.visibility not in open_levels(viewer):
            return False
        return viewer.sees_all or self.embargo_until is None or self.embargo_until <= on


def open_levels(viewer: Viewer) -> tuple[Visibility, ...]:
    """The levels a viewer sees of other organisations' things."""
    if viewer.sees_all:
        return (Visibility.PUBLIC, Visibility.MEMBERS, Visibility.PRIVATE)
    if viewer.uscc is not None:
        return (Visibility.PUBLIC, Visibility.MEMBERS)
    return (Visibility.PUBLIC,)


def is_told(visibility: str, embargo_until: date | None, on: date) -> bool:
    """Whether other houses hear of a thing: once it is open to members at least."""
    open_to_members = visibility in (Visibility.PUBLIC, Visibility.MEMBERS)
    return open_to_members and (embargo_until is None or embargo_until <= on)


def may_see(visibility: Visibility, owner_uscc: str, viewer: Viewer) -> bool:
    """Whether this viewer may see a thing of that owner."""
    return visibility in open_levels(viewer) or viewer.uscc == owner_uscc


_GuardedFacts = TypeVar("_GuardedFacts", bound=Guarded)


def without_hidden(facts: _GuardedFacts) -> _GuardedFacts:
    """The facts as others see them: hidden fields are empty."""
    if not facts.hidden_fields:
        return facts
    empty: dict[str, Any] = {
        name: () if isinstance(getattr(facts, name), tuple) else None
        for name in facts.hidden_fields
    }
    return replace(facts, **empty)


Line = Mapping[Any, Any]
_SAY_WHAT_CHANGED = frozenset({"created", "updated"})
_NAME_OTHERS = frozenset({"merged", "unmerged"})
_REPLACE_ALL = frozenset({"rolled_back", "withdrawn"})
_BOOKINGS = frozenset({"booked", "booking_cancelled"})
_WHO = ("client_id", "organization_uscc", "organization_name", "reason")


def show_history(
    lines: Sequence[Line], now: Guard | None, owner_uscc: str, viewer: Viewer
) -> list[dict[str, object]]:
    """The lines of a thing as this viewer may read them; `now` is None where it is gone.

    Whoever does not own it reads values and reasons only of times at which he could see the thing
    before and after, and never those of fields that were hidden before or after. What it was is
    followed back line by line; where a line does not say, all before it stay closed. Who booked is
    for the two sides and the bureau.
    """
    if viewer.uscc == owner_uscc:
        return [dict(line) for line in lines]
    shown = _show_backwards(lines, now, owner_uscc, viewer)
    return [_veil_booker(line, viewer) for line in shown][::-1]


def _veil_booker(line: dict[str, object], viewer: Viewer) -> dict[str, object]:
    is_known = viewer.sees_all or viewer.uscc == line.get("organization_uscc")
    return line if is_known or line["act"] not in _BOOKINGS else line | dict.fromkeys(_WHO)


def _show_backwards(
    lines: Sequence[Line], now: Guard | None, owner_uscc: str, viewer: Viewer
) -> Iterator[dict[str, object]]:
    after = now
    for line in reversed(lines):
        before = None if after is None else _go_back(after, line)
        on = line["at"].date()
        seen = all(one is not None and one.opens_to(viewer, on) for one in (before, after))
        # Of two things of one owner the other may be classified; the bureau merges what it sees.
        by_owner = not viewer.sees_all or line.get("organization_uscc") == owner_uscc
        names_another = line["act"] in _NAME_OTHERS and by_owner
        if before is None or after is None or not seen or names_another:
            yield {**line, "changes": None, "reason": None}
        else:
            hidden = frozenset[str]() if viewer.sees_all else before.hidden | after.hidden
            yield {**line, "changes": _without(line["changes"], hidden)}
        after = before


def _go_back(after: Guard, line: Line) -> Guard | None:
    """The guard before a line; None where the line does not say."""
    if line["act"] in _REPLACE_ALL:
        return None
    changes = line["changes"] if line["act"] in _SAY_WHAT_CHANGED else None
    if not changes:
        return after
    before = after
    if "visibility" in changes:
        before = replace(before, visibility=changes["visibility"]["from"])
    if "embargo_until" in changes:
        day = changes["embargo_until"]["from"]
        before = replace(before, embargo_until=None if day is None else date.fromisoformat(day))
    if "hidden_fields" in changes:
        before = replace(before, hidden=frozenset(changes["hidden_fields"]["from"] or ()))
    return before


def _without(
    changes: Mapping[str, object] | None, hidden: frozenset[str]
) -> dict[str, object] | None:
    if changes is None:
        return None
    closed = hidden | {"hidden_fields"} if hidden else hidden
    return {name: change for name, change in changes.items() if name not in closed}

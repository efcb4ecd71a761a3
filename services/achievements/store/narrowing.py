"""What a list of one kind can be narrowed by, besides words and owner."""

from collections.abc import Callable, Iterator, Mapping

from sqlalchemy import ColumnElement, Table, exists, extract, not_, or_, select

from services.achievements.rules.filters import Narrow, NarrowValue
from services.achievements.rules.kinds import Kind
from services.achievements.rules.rd_jumps import JumpState
from services.achievements.store.contracts import NARROW_CONTRACTS
from services.achievements.store.converted import is_converted
from services.achievements.store.rd_expenditures import has_jumped
from services.achievements.tables import RECORD_TABLES, Base

_CERTIFICATIONS = Base.metadata.tables["platform_certifications"].c
_GRADES = Base.metadata.tables["platform_grades"].c
_HOURS = Base.metadata.tables["instrument_hours"].c
_PLATFORMS = RECORD_TABLES[Kind.PLATFORMS].c
_INSTRUMENTS = RECORD_TABLES[Kind.INSTRUMENTS].c
_ACHIEVEMENTS = RECORD_TABLES[Kind.ACHIEVEMENTS].c
_AWARDS = RECORD_TABLES[Kind.AWARDS].c
_OF_A_GRADE = {"graded_year": "year", "assessed_by": "assessor", "grade": "grade"}


def narrow_list(kind: Kind, narrow: Narrow) -> Iterator[ColumnElement[bool]]:
    """The conditions of a filter; a name that is none of the special ones is a column."""
    special = _SPECIAL.get(kind, {})
    for name, value in narrow.items():
        if name in special:
            yield special[name](value)
        elif name not in _OF_A_GRADE:
            yield RECORD_TABLES[kind].c[name] == value
    if _OF_A_GRADE.keys() & narrow.keys():
        yield _has_grade({_OF_A_GRADE[n]: v for n, v in narrow.items() if n in _OF_A_GRADE})


def belongs_to(table: Table, organization: str) -> ColumnElement[bool]:
    """What an organisation (uscc) owns; an achievement also where it, or its name, took part."""
    owned: ColumnElement[bool] = table.c.owner_uscc == organization
    if "organizations" not in table.c:
        return owned
    named = table.c.organizations.contains([{"name": organization}])
    return or_(owned, table.c.organizations.contains([{"uscc": organization}]), named)


def _has_grade(wanted: Narrow) -> ColumnElement[bool]:
    of_this = [_GRADES[name] == value for name, value in wanted.items()]
    return exists(select(1).where(_GRADES.platform_id == _PLATFORMS.id, *of_this))


def _is_certified(value: NarrowValue) -> ColumnElement[bool]:
    certified = exists(select(1).where(_CERTIFICATIONS.platform_id == _PLATFORMS.id))
    return certified if value else not_(certified)


def _is_bookable(value: NarrowValue) -> ColumnElement[bool]:
    has_hours = select(1).where(_HOURS.instrument_id == _INSTRUMENTS.id, _HOURS.slots != [])
    return exists(has_hours) if value else not_(exists(has_hours))


def _has_jumped(value: NarrowValue) -> ColumnElement[bool]:
    return has_jumped(None if value == "any" else JumpState(str(value)))


def _is_of_year(value: NarrowValue) -> ColumnElement[bool]:
    return extract("year", _AWARDS.awarded_on) == value


def _is_ready_from(value: NarrowValue) -> ColumnElement[bool]:
    return _ACHIEVEMENTS.trl >= value


def _is_ready_up_to(value: NarrowValue) -> ColumnElement[bool]:
    return _ACHIEVEMENTS.trl <= value


def _lacks(value: NarrowValue) -> ColumnElement[bool]:
    return _ACHIEVEMENTS[str(value)].is_(None)


def _is_converted(value: NarrowValue) -> ColumnElement[bool]:
    return is_converted() if value else not_(is_converted())


_SPECIAL: Mapping[Kind, Mapping[str, Callable[[NarrowValue], ColumnElement[bool]]]] = {
    Kind.ACHIEVEMENTS: {
        "trl_min": _is_ready_from,
        "trl_max": _is_ready_up_to,
        "lacking": _lacks,
        "converted": _is_converted,
    },
    Kind.INSTRUMENTS: {"bookable": _is_bookable},
    Kind.RD_EXPENDITURES: {"jump": _has_jumped},
    Kind.PLATFORMS: {"certified": _is_certified},
    Kind.AWARDS: {"year": _is_of_year},
    Kind.CONTRACTS: NARROW_CONTRACTS,
}

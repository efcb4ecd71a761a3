"""Technology contracts: what the registry's generic records do not know of them."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from sqlalchemy import (
    ColumnElement,
    Numeric,
    RowMapping,
    case,
    cast,
    extract,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from kit.clock import now
from kit.db import WriteSession
from kit.errors import no_such
from services.achievements.rules.contracts import ContractState
from services.achievements.rules.filters import NarrowValue
from services.achievements.rules.kinds import Kind
from services.achievements.rules.visibility import Viewer
from services.achievements.store.visibility import is_open, open_to
from services.achievements.tables import RECORD_TABLES
from services.achievements.tables.contracts import CONTRACT_SERIALS

_TABLE = RECORD_TABLES[Kind.CONTRACTS]
_ACHIEVEMENTS = RECORD_TABLES[Kind.ACHIEVEMENTS]
_SAME_IN_TWINS = ("seller_uscc", "buyer_uscc", "title", "total_yuan", "signed_on")


def get_contract(session: Session, contract_id: str, viewer: Viewer) -> RowMapping:
    """A contract that this viewer takes part in, or may see as an official."""
    return _get(session, contract_id, viewer, lock=False)


def lock_contract(session: WriteSession, contract_id: str, viewer: Viewer) -> RowMapping:
    """The same, held until the end of the transaction."""
    return _get(session, contract_id, viewer, lock=True)


def _get(session: Session, contract_id: str, viewer: Viewer, *, lock: bool) -> RowMapping:
    query = select(_TABLE).where(_TABLE.c.id == contract_id, open_to(_TABLE, viewer))
    row = session.execute(query.with_for_update() if lock else query).mappings().one_or_none()
    if row is None:
        raise no_such("技术合同", "contract", contract_id)
    return row


def change_contract(session: WriteSession, contract_id: str, values: Mapping[str, object]) -> None:
    """Set the outcome of a step."""
    statement = update(_TABLE).where(_TABLE.c.id == contract_id)
    session.execute(statement.values({**values, "updated_at": now()}))


def lock_source_ref(session: WriteSession, source_ref: str) -> RowMapping | None:
    """The contract a source has registered before; a second caller waits for the first."""
    name = func.hashtextextended(f"contract:{source_ref}", 0)
    session.execute(select(func.pg_advisory_xact_lock(name)))
    query = select(_TABLE).where(_TABLE.c.source_ref == source_ref)
    return session.execute(query).mappings().one_or_none()


def lock_twin(session: WriteSession, row: RowMapping) -> RowMapping | None:
    """The same sides, title, total and day, entered by another and recognised or registered.

    One side that enters two alike under two keys knows both. Two decisions on twins wait for one
    another; where a side has no code or the day is unknown, nothing can be told.
    """
    same = [row[name] for name in _SAME_IN_TWINS]
    if None in same:
        return None
    name = func.hashtextextended(f"contract-twin:{same}", 0)
    session.execute(select(func.pg_advisory_xact_lock(name)))
    query = select(_TABLE).where(
        *(_TABLE.c[name] == value for name, value in zip(_SAME_IN_TWINS, same, strict=True)),
        _TABLE.c.owner_uscc != row["owner_uscc"],
        _TABLE.c.state.in_((ContractState.RECOGNIZED, ContractState.REGISTERED)),
    )
    return session.execute(query.order_by(_TABLE.c.id).limit(1)).mappings().one_or_none()


def take_serial(session: WriteSession) -> int:
    """The next number of the platform's own series."""
    return int(session.execute(select(CONTRACT_SERIALS.next_value())).scalar_one())


def find_others(session: Session, owner_uscc: str, ids: Sequence[str]) -> set[str]:
    """Which of these are ids of contracts that another side keeps."""
    column = _TABLE.c
    query = select(column.id).where(column.id.in_(ids), column.owner_uscc != owner_uscc)
    return set(session.execute(query).scalars())


def find_open_achievements(session: Session, ids: Sequence[str], viewer: Viewer) -> set[str]:
    """Which of these are achievements that this viewer may see."""
    column = _ACHIEVEMENTS.c
    query = select(column.id).where(column.id.in_(ids), open_to(_ACHIEVEMENTS, viewer))
    return set(session.execute(query).scalars())


def field_of_contract() -> ColumnElement[str]:
    """The 技术领域 of the achievement that a contract is about; null where it has none or is
    classified.
    """
    about = _ACHIEVEMENTS.c.id == _TABLE.c.achievement_id
    named = select(_ACHIEVEMENTS.c.field).where(about, is_open(_ACHIEVEMENTS))
    return named.scalar_subquery()


def takes_part(uscc: str | None) -> ColumnElement[bool]:
    """Contracts that an organisation drafted, sells by or buys by."""
    column = _TABLE.c
    return or_(column.owner_uscc == uscc, column.seller_uscc == uscc, column.buyer_uscc == uscc)


def values_of_form() -> dict[str, ColumnElement[str]]:
    """What contracts are counted by and found by, of what only the registration form asks."""
    form = case((_TABLE.c.in_force.is_not(None), _TABLE.c.in_force["form"]), else_=_TABLE.c.form)
    names = {
        "origin": "plan_source",
        "seller_region": "seller_region",
        "buyer_region": "buyer_region",
    }
    return {axis: func.nullif(form[name].astext, "") for axis, name in names.items()}


def amounts_in_force() -> tuple[ColumnElement[Decimal], ColumnElement[Decimal]]:
    """Total and technology part as the newest accepted change has them, else as registered."""
    return _in_force("total_yuan"), _in_force("technology_yuan")


def _in_force(name: str) -> ColumnElement[Decimal]:
    changed = cast(_TABLE.c.in_force[name].astext, Numeric(20, 2))
    # A change may have taken a part away: then there is none, whatever was registered.
    return case((_TABLE.c.in_force.is_not(None), changed), else_=_TABLE.c[name])


def _lacks(value: NarrowValue) -> ColumnElement[bool]:
    return _AXES[str(value)].is_(None)


def _is_of_year(value: NarrowValue) -> ColumnElement[bool]:
    return extract("year", _TABLE.c.registered_on) == value


def _is_of_side(value: NarrowValue) -> ColumnElement[bool]:
    return takes_part(str(value))


def _has(axis: str) -> Callable[[NarrowValue], ColumnElement[bool]]:
    return lambda value: _AXES[axis] == value


_AXES = {"field": field_of_contract(), **values_of_form()}
NARROW_CONTRACTS: Mapping[str, Callable[[NarrowValue], ColumnElement[bool]]] = {
    "uscc": _is_of_side,
    "year": _is_of_year,
    "lacking": _lacks,
    **{axis: _has(axis) for axis in _AXES},
}
"""What only lists of contracts are narrowed by, besides their columns."""

"""Technology contracts."""

from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import (
    ColumnElement,
    Numeric,
    RowMapping,
    cast,
    extract,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from kit.clock import now
from kit.db import WriteSession
from kit.errors import no_such
from services.achievements.rules.amendments import AmendmentState
from services.achievements.rules.filters import ContractFilter
from services.achievements.rules.kinds import Kind
from services.achievements.rules.visibility import Viewer
from services.achievements.store.pages import after_cursor, by_id, cut_page, order_by
from services.achievements.tables import RECORD_TABLES, Base
from services.achievements.tables.contracts import CONTRACT_SERIALS

_TABLE = Base.metadata.tables["contracts"]
_AMENDMENTS = Base.metadata.tables["contract_amendments"]


def add_contract(session: WriteSession, values: Mapping[str, object]) -> None:
    """Add a contract."""
    at = now()
    row = {**values, "version": 1, "created_at": at, "updated_at": at}
    session.execute(insert(_TABLE).values(row))


def get_contract(session: Session, contract_id: str, viewer: Viewer) -> RowMapping:
    """A contract that this viewer takes part in, or may see as an official."""
    query = select(_TABLE).where(_TABLE.c.id == contract_id)
    return _visible(session.execute(query).mappings().one_or_none(), contract_id, viewer)


def lock_contract(session: WriteSession, contract_id: str, viewer: Viewer) -> RowMapping:
    """The same, held until the end of the transaction."""
    query = select(_TABLE).where(_TABLE.c.id == contract_id).with_for_update()
    return _visible(session.execute(query).mappings().one_or_none(), contract_id, viewer)


def _visible(row: RowMapping | None, contract_id: str, viewer: Viewer) -> RowMapping:
    if row is None or not (viewer.sees_all or viewer.uscc in _parties(row)):
        raise no_such("技术合同", "contract", contract_id)
    return row


def _parties(row: RowMapping) -> tuple[str, str, str]:
    return row["owner_uscc"], row["seller_uscc"], row["buyer_uscc"]


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


def take_serial(session: WriteSession) -> int:
    """The next number of the platform's own series."""
    return int(session.execute(select(CONTRACT_SERIALS.next_value())).scalar_one())


def list_contracts(
    session: Session, viewer: Viewer, wanted: ContractFilter
) -> tuple[list[RowMapping], str | None]:
    """One page of contracts, newest first."""
    column, order = _TABLE.c, by_id(_TABLE)
    query = select(_TABLE, order.key.label("sort_key"))
    if not viewer.sees_all:
        query = query.where(takes_part(viewer.uscc))
    if wanted.uscc is not None:
        query = query.where(takes_part(wanted.uscc))
    for name in ("state", "type", "achievement_id"):
        if getattr(wanted, name) is not None:
            query = query.where(column[name] == getattr(wanted, name))
    for axis, value in {"field": field_of_contract(), **values_of_form()}.items():
        asked = getattr(wanted, axis)
        if asked is not None or wanted.lacking == axis:
            query = query.where(value.is_not_distinct_from(asked))
    if wanted.year is not None:
        query = query.where(extract("year", column.registered_on) == wanted.year)
    if wanted.cursor is not None:
        query = query.where(after_cursor(order, _TABLE, wanted.cursor))
    rows = session.execute(query.order_by(*order_by(order, _TABLE)).limit(wanted.limit + 1))
    return cut_page(rows.mappings().all(), wanted.limit)


def field_of_contract() -> ColumnElement[str]:
    """The 技术领域 of the achievement that a contract is about; null where it has none."""
    achievement = RECORD_TABLES[Kind.ACHIEVEMENTS].c
    named = select(achievement.field).where(achievement.id == _TABLE.c.achievement_id)
    return named.scalar_subquery()


def takes_part(uscc: str | None) -> ColumnElement[bool]:
    """Contracts that an organisation drafted, sells by or buys by."""
    column = _TABLE.c
    return or_(column.owner_uscc == uscc, column.seller_uscc == uscc, column.buyer_uscc == uscc)


def values_of_form() -> dict[str, ColumnElement[str]]:
    """What contracts are counted by and found by, of what only the registration form asks."""
    form = _TABLE.c.form
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
    change = _AMENDMENTS.c
    changed = select(cast(change.content[name].astext, Numeric(20, 2))).where(
        change.contract_id == _TABLE.c.id,
        change.state == AmendmentState.ACCEPTED.value,
        change.content.has_key(name),
    )
    newest = changed.order_by(change.sequence.desc()).limit(1).scalar_subquery()
    return func.coalesce(newest, _TABLE.c[name])

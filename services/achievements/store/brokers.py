"""Agencies, brokers, their levels, training and work."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, RowMapping, Select, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from kit.clock import now
from kit.db import WriteSession, new_id
from kit.errors import no_such
from services.achievements.rules.brokers import AgencyFilter, BrokerFilter, Credit
from services.achievements.store.counts import Counts, count_all, count_values, holds_words
from services.achievements.store.pages import after_cursor, by_id, cut_page, order_by
from services.achievements.tables import Base

_AGENCIES = Base.metadata.tables["service_agencies"]
_BROKERS = Base.metadata.tables["brokers"]
_LEVELS = Base.metadata.tables["broker_levels"]
_CREDITS = Base.metadata.tables["training_credits"]
_APPOINTMENTS = Base.metadata.tables["appointments"]
_COMMISSIONS = Base.metadata.tables["commissions"]
_PARTS = Base.metadata.tables["commission_parts"]


def add_agency(session: WriteSession, values: Mapping[str, object]) -> bool:
    """Enter an agency; False where it is there already."""
    at = now()
    row = {**values, "id": new_id(), "version": 1, "created_at": at, "updated_at": at}
    statement = upsert(_AGENCIES).values(row).on_conflict_do_nothing(index_elements=["uscc"])
    return session.execute(statement.returning(_AGENCIES.c.id)).first() is not None


def get_agency(session: Session, uscc: str, *, lock: bool = False) -> RowMapping:
    """An agency by its uscc."""
    query = select(_AGENCIES).where(_AGENCIES.c.uscc == uscc)
    row = session.execute(query.with_for_update() if lock else query).mappings().one_or_none()
    if row is None:
        raise no_such("技术转移机构", "service agency", uscc)
    return row


def change_agency(session: WriteSession, uscc: str, values: Mapping[str, object]) -> None:
    """Set what changed."""
    statement = update(_AGENCIES).where(_AGENCIES.c.uscc == uscc)
    session.execute(statement.values({**values, "updated_at": now()}))


def list_agencies(session: Session, wanted: AgencyFilter) -> tuple[list[RowMapping], str | None]:
    """One page of agencies, newest first."""
    column, order = _AGENCIES.c, by_id(_AGENCIES)
    query = select(_AGENCIES, order.key.label("sort_key"))
    if wanted.q is not None:
        query = query.where(holds_words(wanted.q, column.name, column.introduction))
    if wanted.field is not None:
        query = query.where(column.fields.contains([wanted.field]))
    if wanted.cursor is not None:
        query = query.where(after_cursor(order, _AGENCIES, wanted.cursor))
    rows = session.execute(query.order_by(*order_by(order, _AGENCIES)).limit(wanted.limit + 1))
    return cut_page(rows.mappings().all(), wanted.limit)


def count_agencies(session: Session) -> tuple[int, Counts]:
    """How many agencies there are, and how many work in each field."""
    fields = func.jsonb_array_elements_text(_AGENCIES.c.fields)
    return count_all(session, _AGENCIES.c.id), count_values(session, fields)


def count_brokers(session: Session) -> tuple[int, Counts, Counts]:
    """How many brokers there are, at each level, of each agency."""
    levels = count_values(session, _level())
    return (
        count_all(session, _BROKERS.c.id),
        levels,
        count_values(session, _BROKERS.c.agency_uscc),
    )


def add_broker(session: WriteSession, values: Mapping[str, object]) -> str:
    """Enter a broker of an agency."""
    broker_id, at = new_id(), now()
    row = {**values, "id": broker_id, "version": 1, "created_at": at, "updated_at": at}
    session.execute(insert(_BROKERS).values({**row, "is_active": True}))
    return broker_id


def _level() -> ColumnElement[str | None]:
    """The newest level of a broker."""
    query = select(_LEVELS.c.level).where(_LEVELS.c.broker_id == _BROKERS.c.id)
    newest = query.order_by(_LEVELS.c.awarded_on.desc(), _LEVELS.c.id.desc()).limit(1)
    return newest.scalar_subquery()


def _brokers() -> Select[tuple[object, ...]]:
    return select(_BROKERS, _level().label("level"), _AGENCIES.c.name.label("agency_name")).join(
        _AGENCIES, _AGENCIES.c.uscc == _BROKERS.c.agency_uscc
    )


def select_brokers(agency_uscc: str | None) -> Select[tuple[object, ...]]:
    """All brokers, or those of an agency, oldest first."""
    query = _brokers().order_by(_BROKERS.c.id)
    return query if agency_uscc is None else query.where(_BROKERS.c.agency_uscc == agency_uscc)


def get_broker(session: Session, broker_id: str) -> RowMapping:
    """A broker with its newest level."""
    query = _brokers().where(_BROKERS.c.id == broker_id)
    row = session.execute(query).mappings().one_or_none()
    if row is None:
        raise no_such("技术经纪人", "broker", broker_id)
    return row


def lock_broker(session: WriteSession, broker_id: str) -> RowMapping:
    """The same, held until the end of the transaction."""
    held = select(_BROKERS.c.id).where(_BROKERS.c.id == broker_id).with_for_update()
    session.execute(held)
    return get_broker(session, broker_id)


def change_broker(session: WriteSession, broker_id: str, values: Mapping[str, object]) -> None:
    """Set what changed."""
    statement = update(_BROKERS).where(_BROKERS.c.id == broker_id)
    session.execute(statement.values({**values, "updated_at": now()}))


def list_brokers(session: Session, wanted: BrokerFilter) -> tuple[list[RowMapping], str | None]:
    """One page of brokers, newest first."""
    column, order = _BROKERS.c, by_id(_BROKERS)
    query = _brokers().add_columns(order.key.label("sort_key"))
    if wanted.agency_uscc is not None:
        query = query.where(column.agency_uscc == wanted.agency_uscc)
    if wanted.level is not None:
        query = query.where(_level() == wanted.level)
    if wanted.field is not None:
        query = query.where(column.fields.contains([wanted.field]))
    if wanted.q is not None:
        query = query.where(holds_words(wanted.q, column.name, _AGENCIES.c.name))
    if wanted.cursor is not None:
        query = query.where(after_cursor(order, _BROKERS, wanted.cursor))
    rows = session.execute(query.order_by(*order_by(order, _BROKERS)).limit(wanted.limit + 1))
    return cut_page(rows.mappings().all(), wanted.limit)


def list_agency_brokers(session: Session, agency_uscc: str, ids: Sequence[str]) -> set[str]:
    """Which of these are active brokers of the agency."""
    column = _BROKERS.c
    query = select(column.id).where(
        column.agency_uscc == agency_uscc, column.is_active, column.id.in_(ids)
    )
    return set(session.execute(query).scalars())


def add_level(session: WriteSession, values: Mapping[str, object]) -> None:
    """Enter an award of a level."""
    session.execute(insert(_LEVELS).values({**values, "id": new_id(), "created_at": now()}))


def list_levels(session: Session, broker_id: str) -> list[RowMapping]:
    """All levels a broker was given, oldest first."""
    query = select(_LEVELS).where(_LEVELS.c.broker_id == broker_id)
    return list(session.execute(query.order_by(_LEVELS.c.awarded_on, _LEVELS.c.id)).mappings())


def add_credit(session: WriteSession, values: Mapping[str, object]) -> bool:
    """Enter training hours; False where the certificate is there already."""
    row = {**values, "id": new_id(), "created_at": now()}
    statement = upsert(_CREDITS).values(row).on_conflict_do_nothing()
    return session.execute(statement.returning(_CREDITS.c.id)).first() is not None


def list_credits(session: Session, broker_id: str) -> list[RowMapping]:
    """All training of a broker, oldest first."""
    query = select(_CREDITS).where(_CREDITS.c.broker_id == broker_id)
    order = (_CREDITS.c.completed_on, _CREDITS.c.id)
    return list(session.execute(query.order_by(*order)).mappings())


def credits_of(rows: Sequence[RowMapping]) -> list[Credit]:
    """The same in the words of the rules."""
    return [Credit(row["hours"], row["completed_on"], row["expires_on"]) for row in rows]


def measure_agencies(session: Session, agency_uscc: str | None) -> list[RowMapping]:
    """Per agency: appointments accepted and completed, contracts, their value, commissions."""
    column = _APPOINTMENTS.c
    query = (
        select(
            _AGENCIES.c.uscc.label("uscc"),
            _AGENCIES.c.name.label("name"),
            _count("accepted"),
            _count("completed"),
            func.count(_COMMISSIONS.c.contract_id.distinct()).label("contracts"),
            func.coalesce(func.sum(_COMMISSIONS.c.base_yuan), 0).label("base_yuan"),
            func.coalesce(func.sum(_COMMISSIONS.c.total_yuan), 0).label("commission_yuan"),
        )
        .select_from(_AGENCIES)
        .outerjoin(_APPOINTMENTS, column.agency_uscc == _AGENCIES.c.uscc)
        .outerjoin(_COMMISSIONS, _COMMISSIONS.c.appointment_id == column.id)
        .group_by(_AGENCIES.c.uscc, _AGENCIES.c.name)
    )
    if agency_uscc is not None:
        query = query.where(_AGENCIES.c.uscc == agency_uscc)
    commission = func.coalesce(func.sum(_COMMISSIONS.c.total_yuan), 0)
    return list(session.execute(query.order_by(commission.desc(), _AGENCIES.c.uscc)).mappings())


def measure_brokers(session: Session, agency_uscc: str | None) -> list[RowMapping]:
    """Per broker: completed appointments it had a share in, and its part of the commissions."""
    query = (
        select(
            _BROKERS.c.id.label("broker_id"),
            _BROKERS.c.name.label("name"),
            _BROKERS.c.agency_uscc.label("uscc"),
            func.count(_PARTS.c.commission_id).label("completed"),
            func.coalesce(func.sum(_PARTS.c.amount_yuan), 0).label("commission_yuan"),
        )
        .select_from(_BROKERS)
        .outerjoin(_PARTS, _PARTS.c.broker_id == _BROKERS.c.id)
        .group_by(_BROKERS.c.id, _BROKERS.c.name, _BROKERS.c.agency_uscc)
    )
    if agency_uscc is not None:
        query = query.where(_BROKERS.c.agency_uscc == agency_uscc)
    commission = func.coalesce(func.sum(_PARTS.c.amount_yuan), 0)
    return list(session.execute(query.order_by(commission.desc(), _BROKERS.c.id)).mappings())


def _count(state: str) -> ColumnElement[int]:
    counted = func.count(_APPOINTMENTS.c.id).filter(_APPOINTMENTS.c.state == state)
    return counted.label(state)

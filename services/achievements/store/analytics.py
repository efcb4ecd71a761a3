"""Figures of the registry, in plain SQL."""

from sqlalchemy import Date, cast, func, select
from sqlalchemy.orm import Session

from services.achievements.rules.contracts import ContractState
from services.achievements.rules.kinds import Kind
from services.achievements.rules.visibility import Viewer
from services.achievements.store.visibility import visible_to
from services.achievements.tables import RECORD_TABLES, Base, Organization

Counts = list[tuple[str | int, int]]
_ACHIEVEMENTS = RECORD_TABLES[Kind.ACHIEVEMENTS]
_CONTRACTS = Base.metadata.tables["contracts"]
_REGISTERED = _CONTRACTS.c.state == ContractState.REGISTERED.value


def count_kind(session: Session, kind: Kind, viewer: Viewer) -> int:
    """How many records of a kind this viewer may see."""
    table = RECORD_TABLES[kind]
    query = select(func.count()).select_from(table).where(visible_to(table, viewer))
    return int(session.execute(query).scalar_one())


def count_organizations(session: Session) -> int:
    """How many organisations are registered."""
    return int(session.execute(select(func.count()).select_from(Organization)).scalar_one())


def count_values(session: Session, column: str, viewer: Viewer) -> Counts:
    """In how many visible achievements each value of a column stands, most first."""
    value = _ACHIEVEMENTS.c[column]
    query = (
        select(value, func.count())
        .where(visible_to(_ACHIEVEMENTS, viewer), value.is_not(None))
        .group_by(value)
        .order_by(func.count().desc(), value)
    )
    return [(found, count) for found, count in session.execute(query)]


def sum_expenditure(session: Session, viewer: Viewer) -> object:
    """The R&D expenditure this viewer may see, in yuan."""
    table = RECORD_TABLES[Kind.RD_EXPENDITURES]
    query = select(func.coalesce(func.sum(table.c.total_yuan), 0))
    return session.execute(query.where(visible_to(table, viewer))).scalar_one()


def sum_contracts(session: Session) -> tuple[int, object, object]:
    """Registered contracts: how many, total, technology part."""
    query = select(
        func.count(),
        func.coalesce(func.sum(_CONTRACTS.c.total_yuan), 0),
        func.coalesce(func.sum(_CONTRACTS.c.technology_yuan), 0),
    ).where(_REGISTERED)
    count, total, technology = session.execute(query).one()
    return int(count), total, technology


def count_contract_types(session: Session) -> Counts:
    """How many registered contracts of each type."""
    query = (
        select(_CONTRACTS.c.type, func.count())
        .where(_REGISTERED)
        .group_by(_CONTRACTS.c.type)
        .order_by(func.count().desc(), _CONTRACTS.c.type)
    )
    return [(found, count) for found, count in session.execute(query)]


def measure_conversion(session: Session, viewer: Viewer) -> tuple[int, float | None]:
    """How many visible achievements have a registered contract; median days to the first."""
    first = (
        select(
            _CONTRACTS.c.achievement_id,
            func.min(_CONTRACTS.c.registered_on).label("registered_on"),
        )
        .where(_REGISTERED, _CONTRACTS.c.achievement_id.is_not(None))
        .group_by(_CONTRACTS.c.achievement_id)
        .subquery()
    )
    days = first.c.registered_on - cast(
        func.timezone("Asia/Shanghai", _ACHIEVEMENTS.c.created_at), Date
    )
    query = (
        select(func.count(), func.percentile_cont(0.5).within_group(days))
        .select_from(_ACHIEVEMENTS)
        .join(first, first.c.achievement_id == _ACHIEVEMENTS.c.id)
        .where(visible_to(_ACHIEVEMENTS, viewer))
    )
    count, median = session.execute(query).one()
    return int(count), None if median is None else float(median)

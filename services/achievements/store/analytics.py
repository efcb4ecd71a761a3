"""Figures of the registry, in plain SQL."""

from collections.abc import Sequence

from sqlalchemy import Integer, RowMapping, cast, extract, func, select
from sqlalchemy.orm import Session

from services.achievements.rules.figures import ContractGroup
from services.achievements.rules.kinds import Kind
from services.achievements.rules.visibility import Viewer
from services.achievements.store.contracts import amounts_in_force, takes_part, values_of_form
from services.achievements.store.converted import IS_REGISTERED
from services.achievements.store.counts import Counts, count_values
from services.achievements.store.visibility import is_open, visible_to
from services.achievements.tables import RECORD_TABLES, Base, Organization

_ACHIEVEMENTS = RECORD_TABLES[Kind.ACHIEVEMENTS]
_CONTRACTS = Base.metadata.tables["contracts"]


def count_kind(session: Session, kind: Kind, viewer: Viewer) -> int:
    """How many records of a kind this viewer may see."""
    table = RECORD_TABLES[kind]
    query = select(func.count()).select_from(table).where(visible_to(table, viewer))
    return int(session.execute(query).scalar_one())


def count_organizations(session: Session) -> int:
    """How many organisations are registered."""
    return int(session.execute(select(func.count()).select_from(Organization)).scalar_one())


def count_of_kind(session: Session, kind: Kind, column: str, viewer: Viewer) -> Counts:
    """In how many visible things of a kind each value of a column stands, most first."""
    table = RECORD_TABLES[kind]
    return count_values(session, table.c[column], visible_to(table, viewer))


def sum_expenditure(session: Session, viewer: Viewer) -> object:
    """The R&D expenditure this viewer may see, in yuan."""
    table = RECORD_TABLES[Kind.RD_EXPENDITURES]
    query = select(func.coalesce(func.sum(table.c.total_yuan), 0))
    return session.execute(query.where(visible_to(table, viewer))).scalar_one()


def list_contract_groups(
    session: Session, by: ContractGroup, organization: str | None
) -> Sequence[RowMapping]:
    """Registered contracts by a value, the most money first, and how many sell by them."""
    column = _CONTRACTS.c
    values = {
        ContractGroup.TYPE: column.type,
        ContractGroup.FIELD: _ACHIEVEMENTS.c.field,
        ContractGroup.YEAR: cast(extract("year", column.registered_on), Integer),
        **{ContractGroup(name): value for name, value in values_of_form().items()},
    }
    in_force, technology = amounts_in_force()
    value, total = values[by], func.sum(in_force)
    query = select(
        value.label("value"),
        func.count().label("contracts"),
        func.count(column.seller_uscc.distinct()).label("organizations"),
        total.label("total_yuan"),
        func.sum(technology).label("technology_yuan"),
    )
    about = (_ACHIEVEMENTS.c.id == column.achievement_id) & is_open(_ACHIEVEMENTS)
    query = query.select_from(_CONTRACTS.outerjoin(_ACHIEVEMENTS, about)).where(IS_REGISTERED)
    if organization is not None:
        query = query.where(takes_part(organization))
    grouped = query.group_by(value).order_by(total.desc(), value)
    return session.execute(grouped).mappings().all()

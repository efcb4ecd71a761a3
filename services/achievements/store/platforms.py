"""Evidence, certification, grades and tenants of platforms."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, RowMapping, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from kit.clock import now
from kit.db import WriteSession
from kit.errors import no_such
from services.achievements.rules.filters import TenantFilter
from services.achievements.rules.kinds import Kind
from services.achievements.rules.six_haves import Stay
from services.achievements.store.pages import after_cursor, cut_page, order_by, rising
from services.achievements.tables import RECORD_TABLES, Base

_EVIDENCE = Base.metadata.tables["platform_evidence"]
_CERTIFICATIONS = Base.metadata.tables["platform_certifications"]
_GRADES = Base.metadata.tables["platform_grades"]
_TENANTS = Base.metadata.tables["platform_tenants"]
Values = Mapping[str, object]
_TOLD = ("visibility", "owner_uscc", "kind", "name", "established_on", "in_district", "co_builders")


def list_evidence(session: Session, platform_id: str) -> Sequence[RowMapping]:
    """What was given of the six."""
    query = select(_EVIDENCE).where(_EVIDENCE.c.platform_id == platform_id)
    return session.execute(query).mappings().all()


def keep_evidence(session: WriteSession, values: Values) -> None:
    """Set the evidence for one of the six."""
    row = {**values, "given_at": now()}
    statement = upsert(_EVIDENCE).values(row)
    keys = ["platform_id", "have"]
    session.execute(statement.on_conflict_do_update(index_elements=keys, set_=row))


def find_certification(session: Session, platform_id: str) -> RowMapping | None:
    """The certification of a platform."""
    query = select(_CERTIFICATIONS).where(_CERTIFICATIONS.c.platform_id == platform_id)
    return session.execute(query).mappings().one_or_none()


def list_certified(session: Session, platform_ids: Sequence[str]) -> Sequence[RowMapping]:
    """Those of some platforms that are certified, with their certification."""
    platform = RECORD_TABLES[Kind.PLATFORMS].c
    query = select(
        _CERTIFICATIONS.c.platform_id,
        _CERTIFICATIONS.c.certified_on,
        _CERTIFICATIONS.c.newly_established,
        _CERTIFICATIONS.c.level.label("certified_level"),
        *(platform[name] for name in _TOLD),
    ).join(RECORD_TABLES[Kind.PLATFORMS], platform.id == _CERTIFICATIONS.c.platform_id)
    query = query.where(platform.id.in_(platform_ids)).order_by(platform.id)
    return session.execute(query).mappings().all()


def list_evidence_of(session: Session, platform_ids: Sequence[str]) -> dict[str, set[str]]:
    """Which of the six each of some platforms has evidence of."""
    given: dict[str, set[str]] = {platform_id: set() for platform_id in platform_ids}
    query = select(_EVIDENCE.c.platform_id, _EVIDENCE.c.have)
    for platform_id, have in session.execute(query.where(_EVIDENCE.c.platform_id.in_(given))):
        given[platform_id].add(have)
    return given


def add_certification(session: WriteSession, values: Values) -> bool:
    """Certify a platform; False where it is certified already."""
    statement = upsert(_CERTIFICATIONS).values(values).on_conflict_do_nothing()
    found = session.execute(statement.returning(_CERTIFICATIONS.c.platform_id))
    return found.first() is not None


def list_grades(session: Session, platform_id: str) -> Sequence[RowMapping]:
    """Grades, oldest year first."""
    query = select(_GRADES, _GRADES.c.assessor.label("assessed_by"))
    query = query.where(_GRADES.c.platform_id == platform_id)
    return session.execute(query.order_by(_GRADES.c.year, _GRADES.c.assessor)).mappings().all()


def keep_grade(session: WriteSession, values: Values) -> None:
    """Set the grade of a year by an assessor."""
    row = {**values, "recorded_at": now()}
    statement = upsert(_GRADES).values(row)
    keys = ["platform_id", "year", "assessor"]
    session.execute(statement.on_conflict_do_update(index_elements=keys, set_=row))


def list_tenants(session: Session, platform_id: str) -> Sequence[RowMapping]:
    """Tenants, first come first."""
    query = select(_TENANTS).where(_TENANTS.c.platform_id == platform_id)
    order = (_TENANTS.c.moved_in_on, _TENANTS.c.id)
    return session.execute(query.order_by(*order)).mappings().all()


def add_tenant(session: WriteSession, values: Values) -> None:
    """Add a tenant."""
    session.execute(insert(_TENANTS).values({**values, "created_at": now()}))


def list_tenants_page(
    session: Session, platform_id: str, wanted: TenantFilter
) -> tuple[list[RowMapping], str | None]:
    """One page of tenants, in the order in which they were entered."""
    order = rising(_TENANTS)
    query = select(_TENANTS, order.key.label("sort_key"))
    query = query.where(_TENANTS.c.platform_id == platform_id)
    if wanted.on is not None:
        query = query.where(is_tenant_on(wanted.on))
    if wanted.cursor is not None:
        query = query.where(after_cursor(order, _TENANTS, wanted.cursor))
    rows = session.execute(query.order_by(*order_by(order, _TENANTS)).limit(wanted.limit + 1))
    return cut_page(rows.mappings().all(), wanted.limit)


def is_tenant_on(day: date) -> ColumnElement[bool]:
    """Stays that include a day; the day of leaving is no longer one."""
    column = _TENANTS.c
    stays = or_(column.moved_out_on.is_(None), column.moved_out_on > day)
    return (column.moved_in_on <= day) & stays


def list_stays_by_source(
    session: Session, owner_uscc: str, source_ids: Sequence[str]
) -> dict[str, list[Stay]]:
    """The stays in some of an owner's platforms, by the platforms' source_id."""
    platform = RECORD_TABLES[Kind.PLATFORMS].c
    query = (
        select(platform.source_id, _TENANTS.c.moved_in_on, _TENANTS.c.moved_out_on)
        .join(_TENANTS, _TENANTS.c.platform_id == platform.id)
        .where(platform.owner_uscc == owner_uscc, platform.source_id.in_(source_ids))
    )
    stays: dict[str, list[Stay]] = {}
    for source_id, came, left in session.execute(query):
        stays.setdefault(source_id, []).append(Stay(came, left))
    return stays


def get_tenant(session: Session, platform_id: str, tenant_id: str) -> RowMapping:
    """A tenant of this platform."""
    column = _TENANTS.c
    query = select(_TENANTS).where(column.id == tenant_id, column.platform_id == platform_id)
    row = session.execute(query).mappings().one_or_none()
    if row is None:
        raise no_such("入驻单位", "tenant", tenant_id)
    return row


def change_stay(session: WriteSession, tenant_id: str, moved_out_on: date) -> None:
    """Set when a tenant leaves."""
    statement = update(_TENANTS).where(_TENANTS.c.id == tenant_id)
    session.execute(statement.values(moved_out_on=moved_out_on))

"""Registered contracts as comparables for an appraisal."""

from datetime import date

from sqlalchemy import RowMapping, and_, func, select
from sqlalchemy.orm import Session

from services.achievements.rules.visibility import Viewer
from services.achievements.store.contracts import amounts_in_force
from services.achievements.store.visibility import open_to
from services.achievements.tables import Base

_CONTRACTS = Base.metadata.tables["contracts"]
_ACHIEVEMENTS = Base.metadata.tables["achievements"]
_MEMBER = Viewer("")


def find_field(session: Session, achievement_id: str) -> str | None:
    """The field of an achievement."""
    query = select(_ACHIEVEMENTS.c.field).where(_ACHIEVEMENTS.c.id == achievement_id)
    return session.execute(query).scalar()


def list_comparables(
    session: Session,
    *,
    limit: int,
    contract_type: str | None = None,
    field: str | None = None,
    since: date | None = None,
    ids: list[str] | None = None,
    but_of: str | None = None,
) -> list[RowMapping]:
    """Newest first; contracts of the achievement itself (`but_of`) are no comparables."""
    contract, achievement = _CONTRACTS.c, _ACHIEVEMENTS.c
    total, technology = amounts_in_force()
    query = (
        select(
            contract.id.label("contract_id"),
            contract.type,
            achievement.field,
            achievement.trl,
            func.coalesce(technology, total).label("technology_yuan"),
            contract.registered_on,
        )
        .select_from(_CONTRACTS)
        # What is not open to members says nothing of itself, not even its field.
        .outerjoin(
            _ACHIEVEMENTS,
            and_(achievement.id == contract.achievement_id, open_to(_ACHIEVEMENTS, _MEMBER)),
        )
        .where(contract.state == "registered", contract.registered_on.is_not(None))
    )
    if contract_type is not None:
        query = query.where(contract.type == contract_type)
    if field is not None:
        query = query.where(achievement.field == field)
    if since is not None:
        query = query.where(contract.registered_on >= since)
    if ids is not None:
        query = query.where(contract.id.in_(ids))
    if but_of is not None:
        query = query.where(contract.achievement_id.is_distinct_from(but_of))
    query = query.order_by(contract.registered_on.desc(), contract.id.desc()).limit(limit)
    return list(session.execute(query).mappings())

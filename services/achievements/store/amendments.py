"""Amendments of contracts: records of their own."""

from collections.abc import Mapping

from sqlalchemy import RowMapping, func, insert, select, update
from sqlalchemy.orm import Session

from kit.clock import now
from kit.db import WriteSession, new_id
from kit.errors import no_such
from services.achievements.tables import Base

_TABLE = Base.metadata.tables["contract_amendments"]


def add_amendment(session: WriteSession, contract_id: str, values: Mapping[str, object]) -> str:
    """Add the next request, under the contract's lock."""
    amendment_id = new_id()
    count = select(func.count() + 1).where(_TABLE.c.contract_id == contract_id).scalar_subquery()
    row = {**values, "id": amendment_id, "contract_id": contract_id, "version": 1}
    statement = insert(_TABLE).values({**row, "sequence": count, "created_at": now()})
    session.execute(statement)
    return amendment_id


def get_amendment(session: Session, contract_id: str, amendment_id: str) -> RowMapping:
    """An amendment of this contract."""
    query = select(_TABLE).where(_TABLE.c.id == amendment_id, _TABLE.c.contract_id == contract_id)
    row = session.execute(query).mappings().one_or_none()
    if row is None:
        raise no_such("变更申请", "amendment", amendment_id)
    return row


def list_amendments(session: Session, contract_id: str) -> list[RowMapping]:
    """All of a contract, in their order."""
    query = select(_TABLE).where(_TABLE.c.contract_id == contract_id).order_by(_TABLE.c.sequence)
    return list(session.execute(query).mappings())


def decide_amendment(
    session: WriteSession, amendment_id: str, values: Mapping[str, object]
) -> None:
    """Set the outcome of a request."""
    statement = update(_TABLE).where(_TABLE.c.id == amendment_id)
    session.execute(statement.values({**values, "decided_at": now()}))

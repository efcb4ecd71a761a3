"""Tasks that other houses give an organisation."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from gateway.tables import Errand
from kit.clock import now
from kit.db import ReadSession, WriteSession


def add_errand(session: WriteSession, values: Mapping[str, object]) -> None:
    """Keep a task; one that is there, or whose end was heard of first, stays."""
    row = {**values, "received_at": now()}
    session.execute(insert(Errand).values(row).on_conflict_do_nothing())


def close_errand(session: WriteSession, errand_id: str, uscc: str, closed_on: date) -> None:
    """Take a task that is done out of the inbox, or keep it out if its word comes first."""
    unknown = {"kind": "unknown", "title_zh": "", "title_en": "", "link": "", "due_on": closed_on}
    row = {"id": errand_id, "uscc": uscc, **unknown, "received_at": now(), "closed_on": closed_on}
    statement = insert(Errand).values(row)
    closed = {"closed_on": closed_on}
    session.execute(statement.on_conflict_do_update(index_elements=[Errand.id], set_=closed))


def list_errands(
    session: ReadSession, uscc: str, *, limit: int, after_id: str | None
) -> Sequence[Errand]:
    """What waits for an organisation, oldest first."""
    query = select(Errand).where(Errand.uscc == uscc, Errand.closed_on.is_(None))
    if after_id is not None:
        query = query.where(Errand.id > after_id)
    return session.scalars(query.order_by(Errand.id).limit(limit)).all()

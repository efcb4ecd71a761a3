"""Lines of history: only ever added."""

from collections.abc import Sequence

from sqlalchemy import RowMapping, select
from sqlalchemy.orm import Session

from kit.clock import now
from kit.db import WriteSession, new_id
from services.achievements.rules.history import HISTORY_COLUMNS, Actor, Change, render_history
from services.achievements.store.bulk import copy_bytes
from services.achievements.tables import Base

_TABLE = Base.metadata.tables["history"]


def add_history(session: WriteSession, noun: str, actor: Actor, changes: Sequence[Change]) -> None:
    """Write down what an actor did to things of one noun."""
    if not changes:
        return
    lines = render_history(noun, actor, now(), [(new_id(), change) for change in changes])
    copy_bytes(session, _TABLE, HISTORY_COLUMNS, lines)


def list_history(session: Session, noun: str, thing_id: str) -> Sequence[RowMapping]:
    """All lines of a thing, oldest first."""
    query = (
        select(_TABLE)
        .where(_TABLE.c.noun == noun, _TABLE.c.thing_id == thing_id)
        .order_by(_TABLE.c.version, _TABLE.c.id)
    )
    return session.execute(query).mappings().all()

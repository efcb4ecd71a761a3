"""Lines of history: only ever added."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import RowMapping, select
from sqlalchemy.orm import Session

from kit.clock import now
from kit.db import WriteSession, new_id
from services.achievements.store.bulk import copy_rows
from services.achievements.tables import Base

_TABLE = Base.metadata.tables["history"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, for which organisation, why, and within which import."""

    client_id: str
    organization_uscc: str
    organization_name: str
    reason: str | None = None
    import_id: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one thing; `changes` names each field's value before and after."""

    thing_id: str
    version: int
    act: str
    changes: Mapping[str, object] | None = None


def add_history(session: WriteSession, noun: str, actor: Actor, changes: Sequence[Change]) -> None:
    """Write down what an actor did to things of one noun."""
    if not changes:
        return
    at = now()
    who = asdict(actor)
    copy_rows(
        session,
        _TABLE,
        ("id", "noun", "at", "thing_id", "version", "act", "changes", *who),
        (
            (
                new_id(), noun, at, change.thing_id, change.version, change.act, change.changes,
                *who.values(),
            )
            for change in changes
        ),
    )  # fmt: skip


def list_history(session: Session, noun: str, thing_id: str) -> Sequence[RowMapping]:
    """All lines of a thing, oldest first."""
    query = (
        select(_TABLE)
        .where(_TABLE.c.noun == noun, _TABLE.c.thing_id == thing_id)
        .order_by(_TABLE.c.version, _TABLE.c.id)
    )
    return session.execute(query).mappings().all()

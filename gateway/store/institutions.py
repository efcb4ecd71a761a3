"""Institutions: who holds which stage."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from gateway.rules.cases import Holder
from gateway.rules.stages import Stage
from gateway.tables import Institution, InstitutionChange
from kit.clock import now
from kit.db import ReadSession, WriteSession, new_id


def list_institutions(session: ReadSession, stage: Stage | None = None) -> list[Institution]:
    """The directory, default holders first."""
    query = select(Institution).order_by(
        Institution.stage, Institution.is_default.desc(), Institution.uscc
    )
    if stage is not None:
        query = query.where(Institution.stage == stage.value)
    return list(session.scalars(query))


def find_default_holder(session: Session, stage: Stage) -> Holder | None:
    """Who takes a stage when nobody is named."""
    query = select(Institution).where(Institution.stage == stage.value, Institution.is_default)
    found = session.scalars(query.order_by(Institution.uscc).limit(1)).first()
    return None if found is None else _holder(found)


def find_holder(session: Session, stage: Stage, uscc: str) -> Holder | None:
    """An institution that may take the stage."""
    found = session.get(Institution, (stage.value, uscc))
    return None if found is None else _holder(found)


def needs_four_eyes(session: Session, stage: Stage, uscc: str) -> bool:
    """Whether maker and checker are two people there."""
    query = select(Institution.four_eyes).where(
        Institution.stage == stage.value, Institution.uscc == uscc
    )
    return bool(session.scalar(query))


def add_institution(session: WriteSession, values: dict[str, Any]) -> None:
    """Enter an institution; one that is there already stays as it is."""
    session.execute(insert(Institution).values(values).on_conflict_do_nothing())


def put_institution(session: WriteSession, values: dict[str, Any]) -> None:
    """Enter an institution, or say anew what it is; a new default replaces the old one."""
    if values["is_default"]:
        session.execute(
            update(Institution).where(Institution.stage == values["stage"]).values(is_default=False)
        )
    statement = insert(Institution).values(values)
    kept = {name: values[name] for name in ("role", "name", "is_default", "four_eyes")}
    session.execute(statement.on_conflict_do_update(index_elements=["stage", "uscc"], set_=kept))


def add_change(
    session: WriteSession,
    values: Mapping[str, Any],
    actor: Mapping[str, Any],
    reason: str | None,
) -> None:
    """Write down what an institution is said to be, by whom and why."""
    place = {name: values[name] for name in ("stage", "uscc")}
    line = {
        "id": new_id(),
        "body": dict(values),
        "actor": dict(actor),
        "reason": reason,
        "at": now(),
    }
    session.execute(insert(InstitutionChange).values({**place, **line}))


def list_changes(session: ReadSession, stage: Stage, uscc: str) -> list[InstitutionChange]:
    """All that was said of an institution at a stage, oldest first."""
    query = select(InstitutionChange).where(
        InstitutionChange.stage == stage.value, InstitutionChange.uscc == uscc
    )
    return list(session.scalars(query.order_by(InstitutionChange.at, InstitutionChange.id)))


def _holder(row: Institution) -> Holder:
    return Holder(row.role, row.uscc, row.name)

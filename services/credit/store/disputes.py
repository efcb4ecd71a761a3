"""Objections, repairs, and the notices to institutions."""

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, select

from kit.db import ReadSession, WriteSession
from services.credit.rules.disputes import WAITING
from services.credit.tables import FactRecord, NoticeRecord, ObjectionRecord, RepairRecord

Dispute = TypeVar("Dispute", ObjectionRecord, RepairRecord)
_WAITING = [state.value for state in WAITING]


def add_dispute(session: WriteSession, dispute: ObjectionRecord | RepairRecord) -> None:
    """Keep a new objection or repair."""
    session.add(dispute)
    session.flush()


def lock_dispute(session: WriteSession, kind: type[Dispute], dispute_id: str) -> Dispute | None:
    """An objection or a repair, held until the end of the transaction."""
    wanted: Select[Dispute] = select(kind).where(kind.id == dispute_id).with_for_update()
    return session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()


def find_dispute(session: ReadSession, kind: type[Dispute], dispute_id: str) -> Dispute | None:
    """An objection or a repair, to be shown."""
    return session.get(kind, dispute_id)


def find_waiting(session: WriteSession, kind: type[Dispute], fact: FactRecord) -> Dispute | None:
    """The one that still waits for an answer about the same fact, if any."""
    return session.scalars(
        select(kind)
        .join(FactRecord, FactRecord.id == kind.fact_id)
        .where(
            FactRecord.uscc == fact.uscc,
            FactRecord.item == fact.item,
            FactRecord.fact_key == fact.fact_key,
            kind.state.in_(_WAITING),
        )
        .limit(1)
    ).one_or_none()


def list_disputes(
    session: ReadSession,
    kind: type[Dispute],
    *,
    uscc: str | None,
    state: str | None,
    before: str | None,
    limit: int,
) -> list[Dispute]:
    """Newest first; of one enterprise, or of all."""
    wanted: Select[Dispute] = select(kind)
    conditions: list[ColumnElement[bool]] = []
    if uscc is not None:
        conditions.append(kind.uscc == uscc)
    if state is not None:
        conditions.append(kind.state == state)
    if before is not None:
        conditions.append(kind.id < before)
    return list(session.scalars(wanted.where(*conditions).order_by(kind.id.desc()).limit(limit)))


def add_notices(session: WriteSession, notices: Sequence[NoticeRecord]) -> None:
    """Keep the word that goes to the institutions."""
    session.add_all(notices)
    session.flush()


def list_notices(
    session: ReadSession, institution: str | None, after: str | None, limit: int
) -> list[NoticeRecord]:
    """Newest first; of one institution, or of all."""
    wanted = select(NoticeRecord)
    if institution is not None:
        wanted = wanted.where(NoticeRecord.institution_uscc == institution)
    if after is not None:
        wanted = wanted.where(NoticeRecord.id < after)
    return list(session.scalars(wanted.order_by(NoticeRecord.id.desc()).limit(limit)))

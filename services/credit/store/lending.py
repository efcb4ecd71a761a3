"""Batches of looks and outcomes in the database."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import exists, func, insert, select
from sqlalchemy.orm import aliased

from kit.db import ReadSession, WriteSession
from kit.errors import no_such
from services.credit.tables import (
    CreditOutcome,
    FactRecord,
    InquiryBatch,
    InquiryBatchRow,
    InquiryRecord,
)


class GroupRow(NamedTuple):
    """One line of the statistics."""

    product: str
    grade: str
    outcome: str
    reason_code: str | None
    decisions: int
    amount_yuan: Decimal | None
    mean_rate: Decimal | None


def add_inquiry_batch(
    session: WriteSession, batch: InquiryBatch, rows: list[dict[str, object]]
) -> None:
    """Keep a job with its rows."""
    session.add(batch)
    session.flush()
    session.execute(insert(InquiryBatchRow), rows)


def get_inquiry_batch(session: ReadSession | WriteSession, batch_id: str) -> InquiryBatch:
    """A job by its id."""
    batch = session.get(InquiryBatch, batch_id)
    if batch is None:
        raise no_such("批量查询", "batch of inquiries", batch_id)
    return batch


def count_rows(session: ReadSession | WriteSession, batch_id: str) -> dict[str, int]:
    """How many rows have which outcome."""
    rows = session.execute(
        select(InquiryBatchRow.outcome, func.count())
        .where(InquiryBatchRow.batch_id == batch_id)
        .group_by(InquiryBatchRow.outcome)
    )
    return {row[0]: row[1] for row in rows}


def list_rows(
    session: ReadSession, batch_id: str, after: int | None, limit: int
) -> list[InquiryBatchRow]:
    """The rows in their order."""
    wanted = select(InquiryBatchRow).where(InquiryBatchRow.batch_id == batch_id)
    if after is not None:
        wanted = wanted.where(InquiryBatchRow.place > after)
    return list(session.scalars(wanted.order_by(InquiryBatchRow.place).limit(limit)))


def lock_waiting_row(session: WriteSession, batch_id: str) -> InquiryBatchRow | None:
    """The next row that nobody has taken."""
    return session.scalars(
        select(InquiryBatchRow)
        .where(InquiryBatchRow.batch_id == batch_id, InquiryBatchRow.outcome == "waiting")
        .order_by(InquiryBatchRow.place)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()


def has_facts(session: WriteSession, uscc: str) -> bool:
    """Whether anything is known of an enterprise."""
    known = exists().where(FactRecord.uscc == uscc, FactRecord.recorded_to.is_(None))
    return bool(session.scalar(select(known)))


def add_outcome(session: WriteSession, outcome: CreditOutcome) -> None:
    """Keep a record of the history."""
    session.add(outcome)
    session.flush()


def find_current_outcome(session: WriteSession, inquiry_id: str) -> CreditOutcome | None:
    """The record of a look that no later one corrects."""
    later = aliased(CreditOutcome)
    return session.scalars(
        select(CreditOutcome)
        .where(
            CreditOutcome.inquiry_id == inquiry_id,
            ~exists().where(later.replaces == CreditOutcome.id),
        )
        .limit(1)
    ).one_or_none()


def lock_inquiry(session: WriteSession, inquiry_id: str) -> InquiryRecord | None:
    """An answered look, held: its outcomes are told one after another."""
    wanted = select(InquiryRecord).where(InquiryRecord.id == inquiry_id).with_for_update()
    return session.scalars(wanted).one_or_none()


def list_outcomes(
    session: ReadSession, uscc: str, institution: str | None, after: str | None, limit: int
) -> list[CreditOutcome]:
    """The history of an enterprise, newest first."""
    wanted = select(CreditOutcome).where(CreditOutcome.uscc == uscc)
    if institution is not None:
        wanted = wanted.where(CreditOutcome.institution_uscc == institution)
    if after is not None:
        wanted = wanted.where(CreditOutcome.id < after)
    return list(session.scalars(wanted.order_by(CreditOutcome.id.desc()).limit(limit)))


def count_outcomes(
    session: ReadSession, institution: str | None, since: date | None, until: date | None
) -> list[GroupRow]:
    """Current records by product, grade at the look, outcome and reason."""
    later = aliased(CreditOutcome)
    keys = (
        CreditOutcome.product,
        InquiryRecord.grade,
        CreditOutcome.outcome,
        CreditOutcome.reason_code,
    )
    wanted = (
        select(
            *keys,
            func.count(),
            func.sum(CreditOutcome.amount_yuan),
            func.avg(CreditOutcome.annual_rate),
        )
        .join(InquiryRecord, InquiryRecord.id == CreditOutcome.inquiry_id)
        .where(~exists().where(later.replaces == CreditOutcome.id))
        .group_by(*keys)
        .order_by(*keys)
    )
    if institution is not None:
        wanted = wanted.where(CreditOutcome.institution_uscc == institution)
    if since is not None:
        wanted = wanted.where(CreditOutcome.decided_on >= since)
    if until is not None:
        wanted = wanted.where(CreditOutcome.decided_on <= until)
    return [GroupRow(*row) for row in session.execute(wanted)]

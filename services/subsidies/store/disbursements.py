"""拨付批次、回盘文件和资金分录."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from kit.db import WriteSession
from kit.errors import no_such
from services.subsidies.store.pages import take_page
from services.subsidies.tables import (
    DisbursementLineRecord,
    DisbursementRecord,
    MoneyEntryRecord,
    ReturnFileRecord,
    ReturnRowRecord,
)


def add_disbursement(
    session: WriteSession, batch: DisbursementRecord, lines: Sequence[DisbursementLineRecord]
) -> None:
    session.add(batch)
    session.flush()
    session.add_all(lines)
    session.flush()


def get_disbursement(session: Session, disbursement_id: str) -> DisbursementRecord:
    batch = session.get(DisbursementRecord, disbursement_id)
    if batch is None:
        raise no_such("拨付批次", "disbursement", disbursement_id)
    return batch


def lock_disbursement(session: WriteSession, disbursement_id: str) -> DisbursementRecord:
    """The batch, for this transaction alone."""
    wanted = select(DisbursementRecord).where(DisbursementRecord.id == disbursement_id)
    batch = session.scalars(wanted.with_for_update()).first()
    if batch is None:
        raise no_such("拨付批次", "disbursement", disbursement_id)
    return batch


def list_disbursements(
    session: Session, *, falling: bool, after: str | None, limit: int
) -> list[DisbursementRecord]:
    """In the order they were made, or the newest first."""
    wanted = select(DisbursementRecord)
    page = take_page(wanted, DisbursementRecord.id, falling=falling, after=after, limit=limit)
    return list(session.scalars(page))


def list_lines(session: Session, disbursement_id: str) -> list[DisbursementLineRecord]:
    """In the order they were made."""
    wanted = select(DisbursementLineRecord).where(
        DisbursementLineRecord.disbursement_id == disbursement_id
    )
    return list(session.scalars(wanted.order_by(DisbursementLineRecord.id)))


def find_return_file(
    session: Session, disbursement_id: str, sha256: str
) -> ReturnFileRecord | None:
    """The same bytes to the same batch, where they came before."""
    wanted = select(ReturnFileRecord).where(
        ReturnFileRecord.disbursement_id == disbursement_id, ReturnFileRecord.sha256 == sha256
    )
    return session.scalars(wanted).first()


def list_return_files(session: Session, disbursement_id: str) -> list[ReturnFileRecord]:
    """From the first on."""
    wanted = select(ReturnFileRecord).where(ReturnFileRecord.disbursement_id == disbursement_id)
    return list(session.scalars(wanted.order_by(ReturnFileRecord.id)))


def add_return_file(session: WriteSession, file: ReturnFileRecord) -> None:
    session.add(file)
    session.flush()


def add_return_rows(session: WriteSession, rows: Sequence[ReturnRowRecord]) -> None:
    session.add_all(rows)
    session.flush()


def list_return_rows(session: Session, file_id: str) -> list[ReturnRowRecord]:
    """In the order of the file."""
    wanted = select(ReturnRowRecord).where(ReturnRowRecord.file_id == file_id)
    return list(session.scalars(wanted.order_by(ReturnRowRecord.number)))


def add_entry(session: WriteSession, entry: MoneyEntryRecord) -> bool:
    """False where the bank's number is booked already, even a moment ago by another."""
    columns = {
        column.name: getattr(entry, column.name) for column in MoneyEntryRecord.__table__.columns
    }
    added = insert(MoneyEntryRecord).values(**columns).on_conflict_do_nothing()
    return session.execute(added.returning(MoneyEntryRecord.id)).first() is not None


def list_entries(session: Session, application_id: str) -> list[MoneyEntryRecord]:
    """All money of an application, in the order it was booked."""
    wanted = select(MoneyEntryRecord).where(MoneyEntryRecord.application_id == application_id)
    return list(session.scalars(wanted.order_by(MoneyEntryRecord.id)))


def find_entries(session: Session, bank_refs: Collection[str]) -> dict[str, MoneyEntryRecord]:
    """What is booked under some bank's numbers."""
    wanted = select(MoneyEntryRecord).where(MoneyEntryRecord.bank_ref.in_(bank_refs))
    return {entry.bank_ref: entry for entry in session.scalars(wanted)}

"""The exchange's receipts: each question and its answer, append-only."""

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from gateway.rules.trades import Receipt
from gateway.tables import ExchangeReceipt
from kit.clock import now
from kit.db import WriteSession, new_id


def add_receipt(session: WriteSession, receipt: Receipt) -> None:
    """Keep what the exchange answered."""
    session.execute(
        insert(ExchangeReceipt).values(
            id=new_id(),
            case_id=receipt.case_id,
            track_id=receipt.track_id,
            at=now(),
            attempts=receipt.attempts,
            simulated=receipt.simulated,
            request=dict(receipt.request),
            status=receipt.status,
            answer=None if receipt.answer is None else dict(receipt.answer),
        )
    )


def list_receipts(session: Session, case_id: str) -> list[ExchangeReceipt]:
    """The receipts of a case, oldest first."""
    query = select(ExchangeReceipt).where(ExchangeReceipt.case_id == case_id)
    return list(session.scalars(query.order_by(ExchangeReceipt.id)))

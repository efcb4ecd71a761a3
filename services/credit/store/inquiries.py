"""Answered looks, with their bytes."""

from kit.db import WriteSession
from services.credit.tables import InquiryRecord


def add_inquiry(session: WriteSession, inquiry: InquiryRecord) -> None:
    """Keep an answer as it was given."""
    session.add(inquiry)
    session.flush()


def find_inquiry(session: WriteSession, inquiry_id: str) -> InquiryRecord | None:
    """An answered look by its id, if there is one."""
    return session.get(InquiryRecord, inquiry_id)

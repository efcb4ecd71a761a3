"""Answered looks, with their bytes."""

from kit.db import WriteSession
from services.credit.tables import InquiryRecord


def find_inquiry(session: WriteSession, inquiry_id: str) -> InquiryRecord | None:
    """An answered look by its id, if there is one."""
    return session.get(InquiryRecord, inquiry_id)

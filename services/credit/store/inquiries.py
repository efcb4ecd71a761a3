"""Answered looks, with their bytes."""

from sqlalchemy import insert

from kit.db import WriteSession
from services.credit.tables import Base, InquiryRecord

_INQUIRIES = Base.metadata.tables["inquiries"]


def add_inquiry(session: WriteSession, inquiry: InquiryRecord) -> None:
    """Keep an answer as it was given."""
    row = {column.name: getattr(inquiry, column.name) for column in _INQUIRIES.columns}
    session.execute(insert(_INQUIRIES), row)


def find_inquiry(session: WriteSession, inquiry_id: str) -> InquiryRecord | None:
    """An answered look by its id, if there is one."""
    return session.get(InquiryRecord, inquiry_id)

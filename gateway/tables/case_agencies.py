"""Agencies that the enterprise appointed to a case; the registry keeps the appointments."""

from datetime import date

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from gateway.tables.base import At, Base, Code, Id, UsccColumn


class CaseAgency(Base):
    """办件的受托机构：由登记服务的事件得知，以版本高者为准"""

    __tablename__ = "case_agencies"
    __table_args__ = (
        Index("ix_case_agencies_agency_uscc_case_id", "agency_uscc", "case_id"),
        {"comment": "办件的受托机构"},
    )

    appointment_id: Mapped[Id] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(String(36))
    principal_uscc: Mapped[UsccColumn]
    agency_uscc: Mapped[UsccColumn]
    state: Mapped[Code]
    version: Mapped[int]
    valid_until: Mapped[date | None]
    heard_at: Mapped[At]

"""What went out to the credit platforms above the district, and what they said."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import Instant
from services.credit.tables.base import Base


class OutletPackage(Base):
    """上报包: what the catalogue lets out to one platform, with the receipt that came back."""

    __tablename__ = "outlet_packages"
    __table_args__ = (
        Index("ix_outlet_packages_outlet_id", "outlet", "id"),
        {"comment": "信用信息上报包与回执"},
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    outlet: Mapped[str] = mapped_column(String(50))
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by: Mapped[str] = mapped_column(String(100))
    rows: Mapped[int] = mapped_column(Integer)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    body_hash: Mapped[str] = mapped_column(String(71))
    state: Mapped[str] = mapped_column(String(20))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    receipt_number: Mapped[str | None] = mapped_column(String(100))
    accepted: Mapped[int | None] = mapped_column(Integer)
    refused: Mapped[int | None] = mapped_column(Integer)
    last_error: Mapped[str | None] = mapped_column(String(300))


class OutletCheck(Base):
    """报送核对: how far all facts were looked through for one platform.

    `place` is where the look through all facts has come to (None: none is under way); between two
    of them only what changed since `began_at` is looked at.
    """

    __tablename__ = "outlet_checks"
    __table_args__ = ({"comment": "各平台报送核对的进度"},)

    outlet: Mapped[str] = mapped_column(String(50), primary_key=True)
    began_at: Mapped[datetime] = mapped_column(Instant)
    place: Mapped[str | None] = mapped_column(String(36))
    whole_on: Mapped[date | None] = mapped_column(Date)
    catalogue: Mapped[str | None] = mapped_column(String(100))


class OutletFact(Base):
    """已上报事实: which fact stands at which platform, by which package, how received."""

    __tablename__ = "outlet_facts"
    __table_args__ = ({"comment": "各平台已上报的信用事实"},)

    outlet: Mapped[str] = mapped_column(String(50), primary_key=True)
    fact_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    package_id: Mapped[str] = mapped_column(ForeignKey("outlet_packages.id"), index=True)
    withdrawn_by: Mapped[str | None] = mapped_column(ForeignKey("outlet_packages.id"))
    refused: Mapped[str | None] = mapped_column(String(200))


class SimulatorRow(Base):
    """模拟器所收: what the SIMULATED platform holds (demo mode only; no live connection)."""

    __tablename__ = "simulator_rows"
    __table_args__ = ({"comment": "模拟的上级信用平台所收数据（仅演示）"},)

    outlet: Mapped[str] = mapped_column(String(50), primary_key=True)
    fact_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    package_id: Mapped[str] = mapped_column(String(36))
    uscc: Mapped[str] = mapped_column(String(18))
    item: Mapped[str] = mapped_column(String(50))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime] = mapped_column(Instant)

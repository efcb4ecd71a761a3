"""The records of the registry: one table per kind, with the same columns around the content.

Every record belongs to an organisation (`owner_uscc`) and is known there by `source_id`.
`document` is the number under which its words stand in the search tables; it changes with the
text, so that postings are only ever added (see docs/adr/0003-search.md).
"""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    Computed,
    Index,
    LargeBinary,
    Numeric,
    Sequence,
    SmallInteger,
    String,
    Table,
    text,
)
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from kit.db import Instant
from services.achievements.rules.kinds import Kind
from services.achievements.tables.base import (
    At,
    Base,
    Code,
    Id,
    Json,
    Long,
    MaybeJson,
    Money,
    Short,
    UsccColumn,
)

DOCUMENTS = Sequence("documents", data_type=BigInteger, metadata=Base.metadata)


class RecordColumns:
    """What every record has besides its content."""

    id: Mapped[Id] = mapped_column(primary_key=True)
    owner_uscc: Mapped[UsccColumn]
    source_id: Mapped[str] = mapped_column(String(200))
    version: Mapped[int]
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(16))
    # Of the line it was imported from, bound to the content hash: see rules/line_marks.py.
    line_mark: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    visibility: Mapped[Code]
    document: Mapped[int] = mapped_column(BigInteger, server_default=text("nextval('documents')"))
    created_at: Mapped[At]
    updated_at: Mapped[At]

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[object, ...]:
        return record_table_args(cls)


def record_table_args(cls: type[object]) -> tuple[object, ...]:
    """What the table of any kind has: its keys, and what it is."""
    name = str(cls.__dict__["__tablename__"])
    return (
        Index(f"uq_{name}_owner_source", "owner_uscc", "source_id", unique=True),
        Index(f"uq_{name}_document", "document", unique=True),
        {"comment": (cls.__doc__ or "").strip()},
    )


class GuardedColumns(RecordColumns):
    """What a record has besides, if its owner says who may see it, from when, and how much."""

    embargo_until: Mapped[date | None]
    hidden_fields: Mapped[MaybeJson]

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[object, ...]:
        *indexes, about = record_table_args(cls)
        embargoed = Index(
            f"ix_{cls.__dict__['__tablename__']}_embargo_until",
            "embargo_until",
            postgresql_where=text("embargo_until IS NOT NULL"),
        )
        return (*indexes, embargoed, about)


class Achievement(GuardedColumns, Base):
    """科技成果"""

    __tablename__ = "achievements"

    title: Mapped[Short]
    abstract: Mapped[Long | None]
    keywords: Mapped[Json]
    field: Mapped[str | None] = mapped_column(String(60))
    industry: Mapped[str | None] = mapped_column(String(10))
    trl: Mapped[int | None] = mapped_column(SmallInteger)
    organizations: Mapped[Json]
    contributors: Mapped[Json]
    intellectual_property: Mapped[Json]
    transfer_ways: Mapped[Json]
    asking_price_yuan: Mapped[Money | None]
    completed_on: Mapped[date | None]
    form: Mapped[MaybeJson]
    merged_into: Mapped[str | None] = mapped_column(String(36))


class Instrument(GuardedColumns, Base):
    """科研仪器设备"""

    __tablename__ = "instruments"

    name: Mapped[Short]
    english_name: Mapped[Short | None]
    model: Mapped[Short | None]
    classification: Mapped[Short | None]
    manufacturer: Mapped[Short | None]
    origin_country: Mapped[Short | None]
    original_value_yuan: Mapped[Money | None]
    commissioned_on: Mapped[date | None]
    laboratory: Mapped[Short | None]
    address: Mapped[Short | None]
    contact_name: Mapped[Short | None]
    contact_phone: Mapped[Short | None]
    contact_email: Mapped[Short | None]
    indicators: Mapped[Long | None]
    purpose: Mapped[Long | None]
    is_shared: Mapped[bool]
    fee_note: Mapped[Long | None]
    state: Mapped[Code]
    form: Mapped[MaybeJson]


class Researcher(GuardedColumns, Base):
    """科研人员"""

    __tablename__ = "researchers"

    name: Mapped[Short]
    english_name: Mapped[Short | None]
    orcid: Mapped[str | None] = mapped_column(String(19))
    title: Mapped[Short | None]
    degree: Mapped[Short | None]
    department: Mapped[Short | None]
    fields: Mapped[Json]
    email: Mapped[Short | None]
    biography: Mapped[Long | None]


class RdExpenditure(GuardedColumns, Base):
    """研发经费：八类费用之和等于合计"""

    __tablename__ = "rd_expenditures"

    year: Mapped[int] = mapped_column(SmallInteger)
    total_yuan: Mapped[Money]
    personnel_yuan: Mapped[Money]
    direct_input_yuan: Mapped[Money]
    depreciation_yuan: Mapped[Money]
    intangible_amortization_yuan: Mapped[Money]
    design_yuan: Mapped[Money]
    equipment_trial_yuan: Mapped[Money]
    outsourced_yuan: Mapped[Money]
    other_yuan: Mapped[Money]
    revenue_yuan: Mapped[Money | None]
    form: Mapped[MaybeJson]


class Platform(GuardedColumns, Base):
    """研发平台与双创载体"""

    __tablename__ = "platforms"

    kind: Mapped[Code]
    name: Mapped[Short]
    level: Mapped[Code | None]
    established_on: Mapped[date | None]
    address: Mapped[Short | None]
    floor_area_m2: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    description: Mapped[Long | None]
    capacity: Mapped[int | None]
    in_district: Mapped[bool | None]
    co_builders: Mapped[MaybeJson]


class Award(GuardedColumns, Base):
    """科技奖励"""

    __tablename__ = "awards"

    scheme: Mapped[Code]
    level: Mapped[Code]
    title: Mapped[Short]
    awarded_on: Mapped[date]
    certificate_number: Mapped[Short | None]
    winners: Mapped[Json]


class TechnologyDemand(RecordColumns, Base):
    """技术需求：企业出题"""

    __tablename__ = "demands"

    title: Mapped[Short]
    problem: Mapped[Long]
    field: Mapped[str | None] = mapped_column(String(60))
    industry: Mapped[str | None] = mapped_column(String(10))
    keywords: Mapped[Json]
    indicators: Mapped[Json]
    trl_wanted: Mapped[int | None] = mapped_column(SmallInteger)
    budget_yuan: Mapped[Money | None]
    term_months: Mapped[int | None] = mapped_column(SmallInteger)
    district: Mapped[Short | None]
    ways: Mapped[Json]
    # What the enterprise chose; `visibility` is what follows from it in the state of the day.
    confidentiality: Mapped[Code]
    invited: Mapped[Json]
    state: Mapped[Code] = mapped_column(server_default=text("'draft'"))
    published_on: Mapped[date | None]
    bids_until: Mapped[datetime | None] = mapped_column(Instant)
    call: Mapped[MaybeJson]


class Contract(RecordColumns, Base):
    """技术合同"""

    __tablename__ = "contracts"

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[object, ...]:
        *indexes, about = record_table_args(cls)
        of_achievement = Index("ix_contracts_achievement_id", "achievement_id")
        return (*indexes, of_achievement, about)

    number: Mapped[str | None] = mapped_column(String(16), unique=True)
    source_ref: Mapped[str | None] = mapped_column(String(100), unique=True)
    state: Mapped[Code] = mapped_column(server_default=text("'draft'"))
    title: Mapped[Short]
    type: Mapped[Code]
    seller: Mapped[Json]
    buyer: Mapped[Json]
    seller_uscc: Mapped[str] = mapped_column(String(18), Computed("seller->>'uscc'"))
    buyer_uscc: Mapped[str] = mapped_column(String(18), Computed("buyer->>'uscc'"))
    total_yuan: Mapped[Money]
    technology_yuan: Mapped[Money | None]
    equipment_yuan: Mapped[Money | None]
    other_yuan: Mapped[Money | None]
    summary: Mapped[Long | None]
    signed_on: Mapped[date | None]
    recognized_on: Mapped[date | None]
    registered_on: Mapped[date | None]
    registered_by: Mapped[Code | None]
    cancelled_on: Mapped[date | None]
    achievement_id: Mapped[str | None] = mapped_column(String(36))
    case_id: Mapped[str | None] = mapped_column(String(36))
    form: Mapped[MaybeJson]
    # What the accepted changes have made of the terms; empty as long as there is none.
    in_force: Mapped[MaybeJson]


class DuplicateKey(Base):
    """疑似重复的线索：专利号、DOI（确定）或规范化题名加第一完成单位（可能）"""

    __tablename__ = "duplicate_keys"
    __table_args__ = (
        Index("ix_duplicate_keys_achievement_id", "achievement_id"),
        {"comment": "疑似重复的线索"},
    )

    key: Mapped[str] = mapped_column(String(500), primary_key=True)
    achievement_id: Mapped[Id] = mapped_column(primary_key=True)


RECORD_TABLES: dict[Kind, Table] = {
    Kind.ACHIEVEMENTS: Base.metadata.tables["achievements"],
    Kind.INSTRUMENTS: Base.metadata.tables["instruments"],
    Kind.RESEARCHERS: Base.metadata.tables["researchers"],
    Kind.RD_EXPENDITURES: Base.metadata.tables["rd_expenditures"],
    Kind.PLATFORMS: Base.metadata.tables["platforms"],
    Kind.AWARDS: Base.metadata.tables["awards"],
    Kind.DEMANDS: Base.metadata.tables["demands"],
    Kind.CONTRACTS: Base.metadata.tables["contracts"],
}

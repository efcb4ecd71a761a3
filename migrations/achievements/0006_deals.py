"""Listings with all that belongs to them; amendments of contracts; agencies and brokers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_NEW = (
    "commission_parts",
    "commissions",
    "appointments",
    "training_credits",
    "broker_levels",
    "brokers",
    "service_agencies",
    "contract_amendments",
    "exchange_cursors",
    "exchange_receipts",
    "listing_objections",
    "listing_notices",
    "listing_deposits",
    "listing_bids",
    "listing_offers",
    "listings",
)


def _id(name: str = "id", *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=36), nullable=nullable)


def _uscc(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=18), nullable=nullable)


def _code(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=40), nullable=nullable)


def _short(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=500), nullable=nullable)


def _text(name: str, length: int, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def _long(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _money(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Numeric(20, 2), nullable=nullable)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _json(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, JSONB, nullable=nullable)


def _at(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _day(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Date(), nullable=nullable)


def upgrade() -> None:
    op.add_column("contracts", _money("equipment_yuan", nullable=True))
    op.add_column("contracts", _money("other_yuan", nullable=True))
    op.add_column("contracts", _long("summary", nullable=True))
    op.add_column("contracts", _day("cancelled_on", nullable=True))
    _add_listing_tables()
    _add_contract_tables()
    _add_broker_tables()


def _add_listing_tables() -> None:
    op.create_table(
        "listings",
        _id(),
        _uscc("owner_uscc"),
        _short("owner_name"),
        _code("owner_kind"),
        _uscc("lister_uscc"),
        _id("achievement_id"),
        _short("title"),
        _long("description", nullable=True),
        _json("transfer_ways"),
        _code("way"),
        _code("state"),
        _number("version"),
        _money("asking_price_yuan", nullable=True),
        _money("start_price_yuan", nullable=True),
        _money("reserve_price_yuan", nullable=True),
        _money("increment_yuan", nullable=True),
        _money("deposit_yuan", nullable=True),
        _at("opens_at", nullable=True),
        _at("closes_at", nullable=True),
        _number("extension_window_minutes", nullable=True),
        _number("extension_minutes", nullable=True),
        _number("extensions"),
        _at("listed_at", nullable=True),
        _at("reserved_at", nullable=True),
        _at("ended_at", nullable=True),
        _json("buyer", nullable=True),
        _money("price_yuan", nullable=True),
        _number("winning_bid", nullable=True),
        _id("contract_id", nullable=True),
        _short("reason", nullable=True),
        _text("exchange_number", 60, nullable=True),
        _number("told_version"),
        _number("heard_revision"),
        _at("created_at"),
        _at("updated_at"),
        sa.PrimaryKeyConstraint("id", name="pk_listings"),
        comment="挂牌",
    )
    op.create_index("ix_listings_achievement_id", "listings", ["achievement_id"])
    op.create_index("ix_listings_exchange_number", "listings", ["exchange_number"], unique=True)
    op.create_index("ix_listings_owner_uscc", "listings", ["owner_uscc"])
    op.create_index("ix_listings_state_closes_at", "listings", ["state", "closes_at"])
    op.create_table(
        "listing_offers",
        _id(),
        _id("listing_id"),
        _number("sequence"),
        _json("buyer"),
        _uscc("buyer_uscc"),
        _uscc("author_uscc"),
        _money("amount_yuan"),
        _short("note", nullable=True),
        _code("state"),
        _at("created_at"),
        _at("decided_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_listing_offers"),
        sa.UniqueConstraint("listing_id", "sequence", name="uq_listing_offers_listing_id_sequence"),
        comment="协议定价的报价与还价",
    )
    op.create_table(
        "listing_bids",
        _id(),
        _id("listing_id"),
        _number("sequence"),
        _uscc("bidder_uscc"),
        _short("bidder_name"),
        _code("bidder_kind"),
        _money("amount_yuan"),
        _text("nonce", 32),
        _at("at"),
        _text("seal", 64),
        _text("previous_hash", 64),
        _text("hash", 64),
        sa.PrimaryKeyConstraint("id", name="pk_listing_bids"),
        sa.UniqueConstraint("listing_id", "sequence", name="uq_listing_bids_listing_id_sequence"),
        comment="竞价簿",
    )
    op.create_table(
        "listing_deposits",
        _id(),
        _id("listing_id"),
        _uscc("uscc"),
        _short("name"),
        _money("amount_yuan"),
        _code("state"),
        _number("version"),
        _short("reference", nullable=True),
        _short("reason", nullable=True),
        _at("created_at"),
        _at("updated_at"),
        sa.PrimaryKeyConstraint("id", name="pk_listing_deposits"),
        sa.CheckConstraint("amount_yuan > 0", name=op.f("ck_listing_deposits_amount_positive")),
        sa.UniqueConstraint("listing_id", "uscc", name="uq_listing_deposits_listing_id_uscc"),
        comment="竞买保证金",
    )
    op.create_table(
        "listing_notices",
        _id(),
        _id("listing_id"),
        _short("title"),
        _money("price_yuan"),
        _day("starts_on"),
        _day("ends_on"),
        _short("clause"),
        _flag("is_withdrawn"),
        _at("created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_listing_notices"),
        comment="职务成果转化公示",
    )
    op.create_index("ix_listing_notices_listing_id", "listing_notices", ["listing_id"])
    op.create_table(
        "listing_objections",
        _id(),
        _id("listing_id"),
        _id("notice_id"),
        _uscc("objector_uscc"),
        _short("objector_name"),
        _long("statement"),
        _code("state"),
        _number("version"),
        _short("reason", nullable=True),
        _at("created_at"),
        _at("decided_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_listing_objections"),
        comment="公示期间的异议",
    )
    op.create_index("ix_listing_objections_notice_id", "listing_objections", ["notice_id"])
    op.create_table(
        "exchange_receipts",
        _id(),
        _code("direction"),
        _code("kind"),
        _text("key", 150),
        _id("listing_id", nullable=True),
        _number("attempts"),
        _flag("simulated"),
        _json("request"),
        _number("status", nullable=True),
        _json("answer", nullable=True),
        _code("outcome"),
        _at("first_at"),
        _at("last_at"),
        sa.PrimaryKeyConstraint("id", name="pk_exchange_receipts"),
        sa.UniqueConstraint("direction", "key", name="uq_exchange_receipts_direction_key"),
        comment="交易中心往来回执",
    )
    op.create_index("ix_exchange_receipts_listing_id", "exchange_receipts", ["listing_id"])
    op.create_table(
        "exchange_cursors",
        _code("name"),
        _number("position"),
        _at("heard_at"),
        sa.PrimaryKeyConstraint("name", name="pk_exchange_cursors"),
        comment="读到交易中心消息的何处",
    )


def _add_contract_tables() -> None:
    op.create_table(
        "contract_amendments",
        _id(),
        _id("contract_id"),
        _number("sequence"),
        _code("kind"),
        _code("state"),
        _number("version"),
        _json("content"),
        _short("reason"),
        _uscc("requested_by_uscc"),
        _short("requested_by_name"),
        _uscc("decided_by_uscc", nullable=True),
        _short("decision_reason", nullable=True),
        _at("created_at"),
        _at("decided_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_contract_amendments"),
        sa.UniqueConstraint(
            "contract_id", "sequence", name="uq_contract_amendments_contract_id_sequence"
        ),
        comment="技术合同的变更与撤销",
    )


def _add_broker_tables() -> None:
    op.create_table(
        "service_agencies",
        _id(),
        _uscc("uscc"),
        _short("name"),
        _json("services"),
        _json("fields"),
        _long("introduction", nullable=True),
        _number("version"),
        _at("created_at"),
        _at("updated_at"),
        sa.PrimaryKeyConstraint("id", name="pk_service_agencies"),
        sa.UniqueConstraint("uscc", name="uq_service_agencies_uscc"),
        comment="技术转移机构",
    )
    op.create_table(
        "brokers",
        _id(),
        _uscc("agency_uscc"),
        _short("name"),
        _json("fields"),
        _long("introduction", nullable=True),
        _flag("is_active"),
        _number("version"),
        _at("created_at"),
        _at("updated_at"),
        sa.PrimaryKeyConstraint("id", name="pk_brokers"),
        comment="技术经纪人",
    )
    op.create_index("ix_brokers_agency_uscc", "brokers", ["agency_uscc"])
    op.create_table(
        "broker_levels",
        _id(),
        _id("broker_id"),
        _code("level"),
        _short("certificate_number"),
        _short("issuer"),
        _day("awarded_on"),
        _at("created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_broker_levels"),
        comment="经纪人等级",
    )
    op.create_index("ix_broker_levels_broker_id", "broker_levels", ["broker_id"])
    op.create_table(
        "training_credits",
        _id(),
        _id("broker_id"),
        _short("course"),
        _short("provider"),
        _text("certificate_number", 100),
        _number("hours"),
        _day("completed_on"),
        _day("expires_on"),
        _at("created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_training_credits"),
        sa.CheckConstraint("hours > 0", name=op.f("ck_training_credits_hours_positive")),
        sa.UniqueConstraint(
            "broker_id",
            "certificate_number",
            name="uq_training_credits_broker_id_certificate_number",
        ),
        comment="培训学时",
    )
    op.create_table(
        "appointments",
        _id(),
        _code("subject_kind"),
        _id("subject_id"),
        _uscc("principal_uscc"),
        _short("principal_name"),
        _uscc("agency_uscc"),
        _code("state"),
        _number("version"),
        _json("commission"),
        _day("valid_until", nullable=True),
        _short("reason", nullable=True),
        _at("created_at"),
        _at("updated_at"),
        sa.PrimaryKeyConstraint("id", name="pk_appointments"),
        comment="委托",
    )
    op.create_index("ix_appointments_agency_uscc", "appointments", ["agency_uscc"])
    op.create_index("ix_appointments_principal_uscc", "appointments", ["principal_uscc"])
    op.create_index("ix_appointments_subject", "appointments", ["subject_kind", "subject_id"])
    op.create_table(
        "commissions",
        _id(),
        _id("appointment_id"),
        _id("contract_id"),
        _money("base_yuan"),
        _money("total_yuan"),
        _at("created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_commissions"),
        sa.UniqueConstraint("appointment_id", name="uq_commissions_appointment_id"),
        comment="佣金",
    )
    op.create_table(
        "commission_parts",
        _id("commission_id"),
        _id("broker_id"),
        _number("share"),
        _money("amount_yuan"),
        sa.PrimaryKeyConstraint("commission_id", "broker_id", name="pk_commission_parts"),
        comment="佣金份额",
    )


def downgrade() -> None:
    for name in _NEW:
        op.drop_table(name)
    for name in ("equipment_yuan", "other_yuan", "summary", "cancelled_on"):
        op.drop_column("contracts", name)

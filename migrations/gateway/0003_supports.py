"""Products, the files of the supports with their ledger, exposures, and risk pools.

Revision ID: gateway_0003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "gateway_0003"
down_revision = "gateway_0002"
branch_labels = None
depends_on = None

JSONB = postgresql.JSONB(astext_type=sa.Text())
MONEY = sa.Numeric(precision=20, scale=2)
LEDGERS = ("product_versions", "support_steps", "risk_pool_entries")


def upgrade() -> None:
    _create_products()
    _create_supports()
    _create_pools()
    # Append-only, also for whoever gets hold of the application's password.
    for table in LEDGERS:
        op.execute(
            f"""
            CREATE TRIGGER {table}_are_append_only
            BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change()
            """
        )


def _create_products() -> None:
    op.create_table(
        "products",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("stage", sa.String(length=50), nullable=False),
        sa.Column("kind", sa.String(length=50), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("institution", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("rules", JSONB, nullable=False),
        sa.Column("terms", JSONB, nullable=False),
        sa.Column("offered", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_products")),
        comment="金融产品与基金投向",
    )
    op.create_index("ix_products_stage_id", "products", ["stage", "id"])
    op.create_table(
        "product_versions",
        sa.Column("product_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", JSONB, nullable=False),
        sa.Column("actor", JSONB, nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_product_versions_product_id")
        ),
        sa.PrimaryKeyConstraint("product_id", "version", name=op.f("pk_product_versions")),
        comment="金融产品的历次版本",
    )


def _create_supports() -> None:
    op.create_table(
        "supports",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("noun", sa.String(length=50), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("track_id", sa.String(length=36), nullable=False),
        sa.Column("product_id", sa.String(length=36), nullable=True),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("enterprise_name", sa.String(length=200), nullable=False),
        sa.Column("holder_role", sa.String(length=50), nullable=False),
        sa.Column("holder_uscc", sa.String(length=18), nullable=False),
        sa.Column("holder_name", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=50), nullable=False),
        sa.Column("is_live", sa.Boolean(), nullable=False),
        sa.Column("holds_subsidy", sa.Boolean(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_supports_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supports")),
        comment="支撑档案",
    )
    op.create_index("ix_supports_case_id", "supports", ["case_id"])
    op.create_index("ix_supports_uscc_noun", "supports", ["uscc", "noun"])
    op.create_index("ix_supports_holder_uscc_noun", "supports", ["holder_uscc", "noun"])
    op.create_index(
        "uq_supports_one_live_file",
        "supports",
        ["track_id"],
        unique=True,
        postgresql_where=sa.text("is_live"),
    )
    op.create_index(
        "uq_supports_one_subsidised_loan",
        "supports",
        ["uscc"],
        unique=True,
        postgresql_where=sa.text("holds_subsidy"),
    )
    op.create_table(
        "support_steps",
        sa.Column("support_id", sa.String(length=36), nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("act", sa.String(length=50), nullable=False),
        sa.Column("state", sa.String(length=50), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("actor", JSONB, nullable=False),
        sa.Column("reason_code", sa.String(length=50), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["support_id"], ["supports.id"], name=op.f("fk_support_steps_support_id")
        ),
        sa.PrimaryKeyConstraint("support_id", "sequence", name=op.f("pk_support_steps")),
        comment="档案台账",
    )


def _create_pools() -> None:
    op.create_table(
        "guarantee_exposures",
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("in_force_yuan", MONEY, nullable=False),
        sa.CheckConstraint(
            "in_force_yuan >= 0", name=op.f("ck_guarantee_exposures_never_negative")
        ),
        sa.PrimaryKeyConstraint("uscc", name=op.f("pk_guarantee_exposures")),
        comment="企业在保余额",
    )
    op.create_table(
        "risk_pools",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("balance_yuan", MONEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("balance_yuan >= 0", name=op.f("ck_risk_pools_never_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_pools")),
        comment="风险补偿资金池",
    )
    op.create_table(
        "risk_pool_entries",
        sa.Column("pool_id", sa.String(length=80), nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("amount_yuan", MONEY, nullable=False),
        sa.Column("balance_yuan", MONEY, nullable=False),
        sa.Column("guarantee_id", sa.String(length=36), nullable=True),
        sa.Column("actor", JSONB, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["pool_id"], ["risk_pools.id"], name=op.f("fk_risk_pool_entries_pool_id")
        ),
        sa.PrimaryKeyConstraint("pool_id", "sequence", name=op.f("pk_risk_pool_entries")),
        comment="资金池流水",
    )


def downgrade() -> None:
    for table in (
        "risk_pool_entries",
        "risk_pools",
        "guarantee_exposures",
        "support_steps",
        "supports",
        "product_versions",
        "products",
    ):
        op.drop_table(table)

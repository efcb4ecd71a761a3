"""The first tables: facts heard, the city's payments, entitlements.

Revision ID: subsidies_0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kit.jobs import install_schema, remove_schema

revision = "subsidies_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    install_schema(op)  # type: ignore[arg-type]
    op.create_table(
        "awards",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("scheme", sa.String(length=64), nullable=False),
        sa.Column("level", sa.String(length=64), nullable=True),
        sa.Column("title", sa.String(length=1000), nullable=False),
        sa.Column("awarded_on", sa.Date(), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_awards")),
        comment="获奖登记",
    )
    op.create_table(
        "city_payments",
        sa.Column("payment_ref", sa.String(length=100), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("contract_number", sa.String(length=64), nullable=True),
        sa.Column("contract_id", sa.String(length=64), nullable=True),
        sa.Column("platform_id", sa.String(length=64), nullable=True),
        sa.Column("approved_yuan", sa.Numeric(precision=20, scale=2), nullable=True),
        sa.Column("disbursed_yuan", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("disbursed_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.String(length=100), nullable=False),
        sa.Column("recorded_by_uscc", sa.String(length=18), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "approved_yuan IS NULL OR disbursed_yuan <= approved_yuan",
            name=op.f("ck_city_payments_within_approval"),
        ),
        sa.CheckConstraint(
            "disbursed_yuan >= 0", name=op.f("ck_city_payments_disbursed_not_negative")
        ),
        sa.CheckConstraint(
            "num_nonnulls(contract_number, contract_id, platform_id) = 1",
            name=op.f("ck_city_payments_one_subject"),
        ),
        sa.PrimaryKeyConstraint("payment_ref", name=op.f("pk_city_payments")),
        comment="市级补助拨付记录：细则4至6的触发事实",
    )
    op.create_index(op.f("ix_city_payments_uscc"), "city_payments", ["uscc"], unique=False)
    op.create_table(
        "contracts",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("contract_number", sa.String(length=64), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=1000), nullable=False),
        sa.Column("registered_by", sa.String(length=64), nullable=True),
        sa.Column("registered_on", sa.Date(), nullable=True),
        sa.Column("total_yuan", sa.Numeric(precision=20, scale=2), nullable=True),
        sa.Column("technology_yuan", sa.Numeric(precision=20, scale=2), nullable=True),
        sa.Column("achievement_id", sa.String(length=64), nullable=True),
        sa.Column("case_id", sa.String(length=64), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contracts")),
        comment="已登记的技术合同",
    )
    op.create_index(
        op.f("ix_contracts_contract_number"), "contracts", ["contract_number"], unique=False
    )
    op.create_table(
        "entitlements",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("rule", sa.String(length=30), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("payment_ref", sa.String(length=100), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entitlements")),
        sa.UniqueConstraint(
            "rule",
            "subject",
            "uscc",
            "payment_ref",
            name=op.f("uq_entitlements_rule_subject_uscc_payment_ref"),
        ),
        comment="应得（免申即享）：由事实推出，结果在读取时计算",
    )
    op.create_index(op.f("ix_entitlements_uscc_id"), "entitlements", ["uscc", "id"], unique=False)
    op.create_table(
        "events",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("type", sa.String(length=100), nullable=False),
        sa.Column("subject", sa.String(length=100), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("request_id", sa.String(length=100), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        comment="发件箱：本服务记录的事件，与业务数据同一事务写入",
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("client_id", sa.String(length=100), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("operation", sa.String(length=300), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("client_id", "key", name=op.f("pk_idempotency_keys")),
        comment="幂等键：同一键与同一内容只生效一次，返回保存的答复",
    )
    op.create_table(
        "inbox",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("source", sa.String(length=50), nullable=False),
        sa.Column("type", sa.String(length=100), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        comment="收件箱：已处理的外来事件，保证每个事件只生效一次",
    )
    op.create_table(
        "organizations",
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=True),
        sa.Column("in_district", sa.Boolean(), nullable=True),
        sa.Column("is_industrial", sa.Boolean(), nullable=True),
        sa.Column("is_above_designated_size", sa.Boolean(), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("uscc", name=op.f("pk_organizations")),
        comment="单位：来自登记的最新情况",
    )
    op.create_table(
        "contract_parties",
        sa.Column("contract_id", sa.String(length=64), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contracts.id"], name=op.f("fk_contract_parties_contract_id")
        ),
        sa.PrimaryKeyConstraint("contract_id", "uscc", name=op.f("pk_contract_parties")),
        comment="技术合同的当事方",
    )
    op.create_index(op.f("ix_contract_parties_uscc"), "contract_parties", ["uscc"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_contract_parties_uscc"), table_name="contract_parties")
    op.drop_table("contract_parties")
    op.drop_table("organizations")
    op.drop_table("inbox")
    op.drop_table("idempotency_keys")
    op.drop_table("events")
    op.drop_index(op.f("ix_entitlements_uscc_id"), table_name="entitlements")
    op.drop_table("entitlements")
    op.drop_index(op.f("ix_contracts_contract_number"), table_name="contracts")
    op.drop_table("contracts")
    op.drop_index(op.f("ix_city_payments_uscc"), table_name="city_payments")
    op.drop_table("city_payments")
    op.drop_table("awards")
    remove_schema(op)  # type: ignore[arg-type]

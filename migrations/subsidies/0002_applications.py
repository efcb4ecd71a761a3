"""Applications with their steps, and budgets.

Revision ID: subsidies_0002
"""

import sqlalchemy as sa
from alembic import op

revision = "subsidies_0002"
down_revision = "subsidies_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "applications",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("entitlement_id", sa.String(length=36), nullable=False),
        sa.Column("once_key", sa.String(length=200), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("org_name", sa.String(length=500), nullable=False),
        sa.Column("rule", sa.String(length=30), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("payment_ref", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("match_ratio", sa.Numeric(precision=14, scale=12), nullable=True),
        sa.Column("amount_yuan", sa.Numeric(precision=20, scale=2), nullable=True),
        sa.Column("policy_id", sa.String(length=100), nullable=True),
        sa.Column("pack_hash", sa.String(length=64), nullable=True),
        sa.Column("reviewed_by", sa.String(length=100), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applications")),
        comment="政策资金申报",
    )
    op.create_index(op.f("ix_applications_uscc_id"), "applications", ["uscc", "id"], unique=False)
    op.create_index(
        "uq_applications_once_key",
        "applications",
        ["once_key"],
        unique=True,
        postgresql_where=sa.text("state NOT IN ('refused', 'withdrawn')"),
    )
    op.create_table(
        "budgets",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=30), nullable=False),
        sa.Column("allotted_yuan", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("committed_yuan", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("paid_yuan", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "committed_yuan <= allotted_yuan", name=op.f("ck_budgets_committed_within_allotment")
        ),
        sa.CheckConstraint(
            "paid_yuan <= committed_yuan", name=op.f("ck_budgets_paid_within_commitments")
        ),
        sa.CheckConstraint("paid_yuan >= 0", name=op.f("ck_budgets_paid_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budgets")),
        sa.UniqueConstraint("year", "rule", name=op.f("uq_budgets_year_rule")),
        comment="年度预算（按细则）",
    )
    op.create_table(
        "application_steps",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("application_id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("amount_yuan", sa.Numeric(precision=20, scale=2), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=True),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("actor_uscc", sa.String(length=18), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_application_steps_application_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_steps")),
        sa.UniqueConstraint(
            "application_id", "seq", name=op.f("uq_application_steps_application_id_seq")
        ),
        comment="申报经过（只增不改）",
    )


def downgrade() -> None:
    op.drop_table("application_steps")
    op.drop_table("budgets")
    op.drop_index(
        "uq_applications_once_key",
        table_name="applications",
        postgresql_where=sa.text("state NOT IN ('refused', 'withdrawn')"),
    )
    op.drop_index(op.f("ix_applications_uscc_id"), table_name="applications")
    op.drop_table("applications")

"""Plan versions, related parties, people at tracks, receipts of the exchange, revoked clients.

Revision ID: gateway_0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "gateway_0002"
down_revision = "gateway_0001"
branch_labels = None
depends_on = None

JSONB = postgresql.JSONB(astext_type=sa.Text())
JSONB_OR_NULL = postgresql.JSONB(none_as_null=True, astext_type=sa.Text())
EMPTY = sa.text("'[]'")


def upgrade() -> None:
    op.create_table(
        "plan_versions",
        sa.Column("plan_id", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=50), nullable=False),
        sa.Column("plan", JSONB, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", JSONB, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", JSONB, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("plan_id", "version", name=op.f("pk_plan_versions")),
        comment="办理路径的版本",
    )
    op.create_table(
        "related_parties",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("related_uscc", sa.String(length=18), nullable=False),
        sa.Column("relation", sa.String(length=50), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("recorded_by", JSONB, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_related_parties")),
        comment="关联关系",
    )
    op.create_index("ix_related_parties_uscc", "related_parties", ["uscc"])
    op.create_index("ix_related_parties_related_uscc", "related_parties", ["related_uscc"])
    op.create_table(
        "exchange_receipts",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("track_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("request", JSONB, nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("answer", JSONB_OR_NULL, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_receipts")),
        comment="交易中心回执",
    )
    op.create_index("ix_exchange_receipts_case_id", "exchange_receipts", ["case_id"])
    op.add_column("clients", sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "institutions",
        sa.Column("four_eyes", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("cases", sa.Column("enhancements", JSONB, nullable=False, server_default=EMPTY))
    op.add_column("cases", sa.Column("record_reference", sa.String(length=120), nullable=True))
    op.create_unique_constraint(op.f("uq_cases_record_reference"), "cases", ["record_reference"])
    op.add_column("cases", sa.Column("opened_by", sa.String(length=100), nullable=True))
    for name in ("claimed_by", "made_by"):
        op.add_column("case_tracks", sa.Column(name, sa.String(length=100), nullable=True))
    op.add_column("case_tracks", sa.Column("accepted_on", sa.Date(), nullable=True))
    op.add_column("case_tracks", sa.Column("notice", JSONB, nullable=False, server_default=EMPTY))


def downgrade() -> None:
    for name in ("notice", "accepted_on", "made_by", "claimed_by"):
        op.drop_column("case_tracks", name)
    op.drop_constraint(op.f("uq_cases_record_reference"), "cases")
    for name in ("opened_by", "record_reference", "enhancements"):
        op.drop_column("cases", name)
    op.drop_column("institutions", "four_eyes")
    op.drop_column("clients", "revoked_at")
    op.drop_table("exchange_receipts")
    op.drop_table("related_parties")
    op.drop_table("plan_versions")

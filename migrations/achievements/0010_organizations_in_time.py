"""Organisations in time: dated facts, and how they end."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("organizations", sa.Column("ended_on", sa.Date(), nullable=True))
    op.add_column("organizations", sa.Column("end_kind", sa.String(length=40), nullable=True))
    op.add_column("organizations", sa.Column("successor_uscc", sa.String(length=18), nullable=True))
    op.create_table(
        "organization_facts",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("fact", sa.String(length=40), nullable=False),
        sa.Column("value", JSONB, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organization_facts"),
        comment="机构情况，自何日起",
    )
    op.create_index("ix_organization_facts_uscc", "organization_facts", ["uscc"])


def downgrade() -> None:
    op.drop_table("organization_facts")
    for name in ("successor_uscc", "end_kind", "ended_on"):
        op.drop_column("organizations", name)

"""The directory of institutions remembers who changed it, when and why.

Revision ID: gateway_0009
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "gateway_0009"
down_revision = "gateway_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "institution_changes",
        sa.Column("id", sa.String(length=36), primary_key=True),
        sa.Column("stage", sa.String(length=50), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("body", postgresql.JSONB(), nullable=False),
        sa.Column("actor", postgresql.JSONB(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        comment="机构目录的历次变更",
    )
    op.create_index("ix_institution_changes_institution", "institution_changes", ["stage", "uscc"])


def downgrade() -> None:
    op.drop_table("institution_changes")

"""Agencies that enterprises appointed to their cases.

Revision ID: gateway_0007
"""

import sqlalchemy as sa
from alembic import op

revision = "gateway_0007"
down_revision = "gateway_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_agencies",
        sa.Column("appointment_id", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("principal_uscc", sa.String(length=18), nullable=False),
        sa.Column("agency_uscc", sa.String(length=18), nullable=False),
        sa.Column("state", sa.String(length=50), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("valid_until", sa.Date()),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("appointment_id", name=op.f("pk_case_agencies")),
        comment="办件的受托机构",
    )
    columns = ["agency_uscc", "case_id"]
    op.create_index("ix_case_agencies_agency_uscc_case_id", "case_agencies", columns)


def downgrade() -> None:
    op.drop_table("case_agencies")

"""Bookable hours that were changed are kept with the day until which they held."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "instrument_past_hours",
        sa.Column("instrument_id", sa.String(length=36), primary_key=True),
        sa.Column("until_on", sa.Date(), primary_key=True),
        sa.Column("slots", postgresql.JSONB(), nullable=False),
        comment="仪器以前的开放机时",
    )


def downgrade() -> None:
    op.drop_table("instrument_past_hours")

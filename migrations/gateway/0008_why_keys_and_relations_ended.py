"""Why a client's key was retired; who ended a relation, and why.

Revision ID: gateway_0008
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "gateway_0008"
down_revision = "gateway_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("client_keys", sa.Column("retire_reason", sa.String(length=1000)))
    op.add_column("related_parties", sa.Column("ended_by", postgresql.JSONB()))
    op.add_column("related_parties", sa.Column("end_reason", sa.Text()))


def downgrade() -> None:
    op.drop_column("related_parties", "end_reason")
    op.drop_column("related_parties", "ended_by")
    op.drop_column("client_keys", "retire_reason")

"""Who ended the record of a merger, and why.

Revision ID: credit_0006
"""

import sqlalchemy as sa
from alembic import op

revision = "credit_0006"
down_revision = "credit_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mergers", sa.Column("ended_by", sa.String(length=100)))
    op.add_column("mergers", sa.Column("end_reason", sa.String(length=1000)))


def downgrade() -> None:
    op.drop_column("mergers", "end_reason")
    op.drop_column("mergers", "ended_by")

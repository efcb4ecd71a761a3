"""How many things a snapshot may withdraw at most, where its sender said so."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("imports", sa.Column("most_withdrawals", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("imports", "most_withdrawals")

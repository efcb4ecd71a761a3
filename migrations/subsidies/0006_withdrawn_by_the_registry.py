"""Awards and platforms that the registry took out again."""

import sqlalchemy as sa
from alembic import op

revision = "subsidies_0006"
down_revision = "subsidies_0005"
branch_labels = None
depends_on = None

_TABLES = ("awards", "platforms")


def upgrade() -> None:
    for table in _TABLES:
        op.add_column(table, sa.Column("withdrawn_on", sa.Date(), nullable=True))


def downgrade() -> None:
    for table in _TABLES:
        op.drop_column(table, "withdrawn_on")

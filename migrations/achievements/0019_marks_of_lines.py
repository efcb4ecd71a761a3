"""Records remember the line they were imported from, so that the same line need not be judged."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_TABLES = (
    "achievements", "instruments", "researchers", "rd_expenditures", "platforms", "awards",
    "demands", "contracts",
)  # fmt: skip


def upgrade() -> None:
    for table in _TABLES:
        op.add_column(table, sa.Column("line_mark", sa.LargeBinary(length=16), nullable=True))


def downgrade() -> None:
    for table in _TABLES:
        op.drop_column(table, "line_mark")

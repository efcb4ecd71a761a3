"""The unit of the money in a file whose headers name none, where its sender said it."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("imports", sa.Column("money_scale", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("imports", "money_scale")

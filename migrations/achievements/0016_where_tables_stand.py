"""Where the table of an imported workbook stands, so that marking it need not look for it anew."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("imports", sa.Column("stands", JSONB(), nullable=True))


def downgrade() -> None:
    op.drop_column("imports", "stands")

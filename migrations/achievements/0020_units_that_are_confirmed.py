"""An import may read the file of another again; a corrected header need not name a unit."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("imports", sa.Column("repeats", sa.String(length=36), nullable=True))
    op.alter_column("header_mappings", "scale", existing_type=sa.Integer(), nullable=True)


def downgrade() -> None:
    op.execute("UPDATE header_mappings SET scale = 1 WHERE scale IS NULL")
    op.alter_column("header_mappings", "scale", existing_type=sa.Integer(), nullable=False)
    op.drop_column("imports", "repeats")

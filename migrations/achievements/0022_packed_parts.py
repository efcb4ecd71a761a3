"""Uploaded files are kept packed; those that are there already stay as they are."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "import_parts",
        sa.Column(
            "is_packed",
            sa.Boolean(),
            nullable=False,
            server_default=sa.false(),
            comment="是否以 zstd 压缩",
        ),
    )


def downgrade() -> None:
    # What is packed cannot be read without the column: these files are asked for again.
    op.execute("DELETE FROM import_parts WHERE is_packed")
    op.drop_column("import_parts", "is_packed")

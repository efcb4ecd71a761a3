"""What the subsidy rules ask of a platform: in the district, built with whom, newly set up."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("platforms", sa.Column("in_district", sa.Boolean(), nullable=True))
    op.add_column("platforms", sa.Column("co_builders", JSONB, nullable=True))
    op.add_column(
        "platform_certifications", sa.Column("newly_established", sa.Boolean(), nullable=True)
    )


def downgrade() -> None:
    op.drop_column("platform_certifications", "newly_established")
    op.drop_column("platforms", "co_builders")
    op.drop_column("platforms", "in_district")

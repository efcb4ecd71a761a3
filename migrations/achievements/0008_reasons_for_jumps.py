"""Why an organisation's R&D expenditure jumped from one year to the next."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rd_explanations",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("expenditure_id", sa.String(length=36), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("total_yuan", sa.Numeric(20, 2), nullable=False),
        sa.Column("previous_yuan", sa.Numeric(20, 2), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rd_explanations"),
        comment="研发经费大幅变动的原因说明",
    )
    op.create_index("ix_rd_explanations_expenditure_id", "rd_explanations", ["expenditure_id"])


def downgrade() -> None:
    op.drop_table("rd_explanations")

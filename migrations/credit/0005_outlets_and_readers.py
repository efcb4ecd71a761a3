"""Progress of the platforms above, changes by their instant, and who was told without an inquiry.

Revision ID: credit_0005
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "credit_0005"
down_revision = "credit_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outlet_checks",
        sa.Column("outlet", sa.String(length=50), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(length=36)),
        sa.Column("whole_on", sa.Date()),
        sa.Column("catalogue", sa.String(length=100)),
        sa.PrimaryKeyConstraint("outlet", name="pk_outlet_checks"),
        comment="各平台报送核对的进度",
    )
    op.create_table(
        "disclosures",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("institution_uscc", sa.String(length=18), nullable=False),
        sa.Column("case_id", sa.String(length=64)),
        sa.Column("message_id", sa.String(length=36)),
        sa.Column("fact_ids", postgresql.JSONB(), nullable=False),
        sa.Column("readable_until", sa.Date()),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_disclosures"),
        comment="查询之外的告知（办件结果、监测消息）所依据的信用事实",
    )
    op.create_index("ix_disclosures_uscc", "disclosures", ["uscc"])
    op.create_index("ix_disclosures_message_id", "disclosures", ["message_id"])
    op.add_column(
        "credit_notices",
        sa.Column("case_ids", postgresql.JSONB(), nullable=False, server_default="[]"),
    )
    op.create_index("ix_facts_recorded_from", "facts", ["recorded_from"])
    op.create_index(
        "ix_facts_recorded_to",
        "facts",
        ["recorded_to"],
        postgresql_where=sa.text("recorded_to IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_facts_recorded_to", "facts")
    op.drop_index("ix_facts_recorded_from", "facts")
    op.drop_column("credit_notices", "case_ids")
    op.drop_table("disclosures")
    op.drop_table("outlet_checks")

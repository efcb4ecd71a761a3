"""Names for search that forgives a slip."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_names",
        sa.Column("name", sa.String(40, collation="C"), nullable=False),
        sa.Column("variants", ARRAY(sa.String(40, collation="C")), nullable=False),
        comment="人名与机构名及其少一字的写法，检索时容忍笔误；无主键，重复无害",
    )
    op.create_index("ix_search_names_name", "search_names", ["name"])
    op.create_index(
        "ix_search_names_variants", "search_names", ["variants"], postgresql_using="gin"
    )
    op.create_index(
        "ix_search_names_long",
        "search_names",
        ["name"],
        postgresql_using="gin",
        postgresql_ops={"name": "gin_trgm_ops"},
        postgresql_where=sa.text("length(name) >= 8"),
    )


def downgrade() -> None:
    op.drop_table("search_names")

"""Doubles are looked for among the works of the same people, not by trigrams of all titles."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_achievement_titles_title", "achievement_titles")
    op.create_index(
        "ix_achievement_titles_people",
        "achievement_titles",
        ["people"],
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )


def downgrade() -> None:
    op.drop_index("ix_achievement_titles_people", "achievement_titles")
    op.create_index(
        "ix_achievement_titles_title",
        "achievement_titles",
        [sa.text("title gin_trgm_ops")],
        postgresql_using="gin",
    )

"""Search in segments; what an import can be undone by; what an organisation's headers mean."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, REAL

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_segments",
        sa.Column("kind", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("term", sa.String(length=40, collation="C"), nullable=False),
        sa.Column("segment", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.Column("postings", ARRAY(sa.BigInteger()), nullable=False),
        sa.PrimaryKeyConstraint("kind", "term", "segment", name="pk_search_segments"),
        comment="倒排表（分段）",
    )
    # Packed numbers hardly shrink; unpacking them would cost every query.
    op.execute("ALTER TABLE search_segments ALTER COLUMN postings SET STORAGE EXTERNAL")
    op.execute("ALTER TABLE import_parts ALTER COLUMN content SET STORAGE EXTERNAL")
    op.execute(
        "INSERT INTO search_segments"
        " SELECT kind, term, min(document), count(*),"
        " array_agg((document << 12) | round(weight * 1000)::bigint ORDER BY document)"
        " FROM search_postings GROUP BY kind, term"
    )
    op.drop_table("search_postings")
    op.create_table(
        "import_undo",
        sa.Column("import_id", sa.String(length=36), nullable=False),
        sa.Column("thing_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("before", JSONB(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("import_id", "thing_id", name="pk_import_undo"),
        comment="导入改动前的内容",
    )
    op.create_table(
        "header_mappings",
        sa.Column("owner_uscc", sa.String(length=18), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("header", sa.String(length=200), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=True),
        sa.Column("scale", sa.Integer(), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("owner_uscc", "kind", "header", name="pk_header_mappings"),
        comment="单位更正过的表头含义",
    )
    op.add_column(
        "imports",
        sa.Column("mode", sa.String(length=40), server_default="partial", nullable=False),
    )
    op.add_column(
        "imports", sa.Column("withdrawn", sa.Integer(), server_default="0", nullable=False)
    )


def downgrade() -> None:
    op.execute("ALTER TABLE import_parts ALTER COLUMN content SET STORAGE EXTENDED")
    op.drop_column("imports", "withdrawn")
    op.drop_column("imports", "mode")
    op.drop_table("header_mappings")
    op.drop_table("import_undo")
    op.create_table(
        "search_postings",
        sa.Column("kind", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("term", sa.String(length=40, collation="C"), nullable=False),
        sa.Column("document", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("weight", REAL(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "term", "document", name="pk_search_postings"),
        comment="倒排表",
    )
    op.execute(
        "INSERT INTO search_postings"
        " SELECT kind, term, posting >> 12, (posting & 4095) / 1000.0"
        " FROM search_segments CROSS JOIN unnest(postings) AS posting ON CONFLICT DO NOTHING"
    )
    op.drop_table("search_segments")

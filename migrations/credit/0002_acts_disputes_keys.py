"""Acts on facts, mergers, objections, repairs, notices, files, signatures.

Revision ID: credit_0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "credit_0002"
down_revision = "credit_0001"
branch_labels = None
depends_on = None

JSONB = postgresql.JSONB(astext_type=sa.Text())
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _widen_facts()
    op.add_column("inquiries", sa.Column("fact_ids", JSONB, server_default="[]", nullable=False))
    op.add_column("inquiries", sa.Column("signature", sa.String(500), nullable=True))
    _create_acts()
    _create_disputes()
    op.create_table(
        "signing_keys",
        sa.Column("kid", sa.String(64), nullable=False),
        sa.Column("public_key", JSONB, nullable=False),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_signing_keys")),
        comment="查询答复签名所用密钥的公钥",
    )


def _widen_facts() -> None:
    op.add_column("fact_batches", sa.Column("file_name", sa.String(300), nullable=True))
    op.add_column("fact_batches", sa.Column("file_hash", sa.String(64), nullable=True))
    op.add_column("fact_batches", sa.Column("failures", JSONB, server_default="[]", nullable=False))
    op.add_column(
        "facts", sa.Column("standing", sa.String(20), server_default="stands", nullable=False)
    )
    op.add_column("facts", sa.Column("withheld_from", INSTANT, nullable=True))
    op.add_column("facts", sa.Column("gone_on", sa.Date(), nullable=True))
    op.add_column("facts", sa.Column("refutes", sa.String(64), nullable=True))


def _create_acts() -> None:
    op.create_table(
        "fact_acts",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("uscc", sa.String(18), nullable=False),
        sa.Column("fact_id", sa.String(36), nullable=False),
        sa.Column("result_fact_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.Column("document", sa.String(300), nullable=True),
        sa.Column("actor_uscc", sa.String(18), nullable=False),
        sa.Column("client_id", sa.String(100), nullable=False),
        sa.ForeignKeyConstraint(["fact_id"], ["facts.id"], name=op.f("fk_fact_acts_fact_id")),
        sa.ForeignKeyConstraint(
            ["result_fact_id"], ["facts.id"], name=op.f("fk_fact_acts_result_fact_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_acts")),
        comment="信用信息的撤销、更正、删除与修复记录（变动理由）",
    )
    op.create_index("ix_fact_acts_uscc_at", "fact_acts", ["uscc", "at"])
    op.create_index(op.f("ix_fact_acts_fact_id"), "fact_acts", ["fact_id"])
    op.create_table(
        "mergers",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("absorbed_uscc", sa.String(18), nullable=False),
        sa.Column("surviving_uscc", sa.String(18), nullable=False),
        sa.Column("merged_on", sa.Date(), nullable=False),
        sa.Column("document", sa.String(300), nullable=False),
        sa.Column("recorded_from", INSTANT, nullable=False),
        sa.Column("recorded_to", INSTANT, nullable=True),
        sa.Column("supplier_uscc", sa.String(18), nullable=False),
        sa.Column("client_id", sa.String(100), nullable=False),
        sa.Column("via", sa.String(36), nullable=True),
        sa.CheckConstraint(
            "absorbed_uscc <> surviving_uscc", name=op.f("ck_mergers_two_enterprises")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mergers")),
        comment="企业吸收合并（双时间轴，只增不改）",
    )
    op.create_index("ix_mergers_surviving_uscc", "mergers", ["surviving_uscc"])
    op.create_index(
        "uq_mergers_current",
        "mergers",
        ["absorbed_uscc", "surviving_uscc"],
        unique=True,
        postgresql_where=sa.text("recorded_to IS NULL"),
    )


def _create_disputes() -> None:
    op.create_table(
        "objections",
        *_dispute_columns("objections"),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.Column("raised_at", INSTANT, nullable=False),
        sa.Column("raised_by", sa.String(100), nullable=False),
        sa.Column("result_fact_id", sa.String(36), nullable=True),
        comment="信用异议（山东省社会信用条例第三十九条）",
    )
    op.create_table(
        "credit_repairs",
        *_dispute_columns("credit_repairs"),
        sa.Column("severity", sa.String(20), nullable=False),
        sa.Column("corrected_on", sa.Date(), nullable=False),
        sa.Column("commitment", sa.String(1000), nullable=False),
        sa.Column("applied_at", INSTANT, nullable=False),
        sa.Column("applied_by", sa.String(100), nullable=False),
        comment="信用修复（信用修复管理办法，2026年4月1日施行）",
    )
    for table in ("objections", "credit_repairs"):
        op.create_index(f"ix_{table}_uscc_state", table, ["uscc", "state"])
        op.create_index(op.f(f"ix_{table}_fact_id"), table, ["fact_id"])
    op.create_table(
        "credit_notices",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("institution_uscc", sa.String(18), nullable=False),
        sa.Column("uscc", sa.String(18), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("item", sa.String(50), nullable=False),
        sa.Column("fact_id", sa.String(36), nullable=False),
        sa.Column("inquiry_ids", JSONB, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_notices")),
        comment="向已查询机构的告知",
    )
    op.create_index(
        "ix_credit_notices_institution_uscc_id", "credit_notices", ["institution_uscc", "id"]
    )


def _dispute_columns(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("uscc", sa.String(18), nullable=False),
        sa.Column("fact_id", sa.String(36), nullable=False),
        sa.Column("item", sa.String(50), nullable=False),
        sa.Column("evidence", JSONB, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("other_unit", sa.String(200), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decided_by", sa.String(100), nullable=True),
        sa.Column("note", sa.String(1000), nullable=True),
        sa.Column("score_before", sa.Numeric(12, 4), nullable=True),
        sa.Column("score_after", sa.Numeric(12, 4), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["fact_id"], ["facts.id"], name=op.f(f"fk_{table}_fact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def downgrade() -> None:
    for table in (
        "signing_keys",
        "credit_notices",
        "credit_repairs",
        "objections",
        "mergers",
        "fact_acts",
    ):
        op.drop_table(table)
    for column in ("signature", "fact_ids"):
        op.drop_column("inquiries", column)
    for column in ("refutes", "gone_on", "withheld_from", "standing"):
        op.drop_column("facts", column)
    for column in ("failures", "file_hash", "file_name"):
        op.drop_column("fact_batches", column)

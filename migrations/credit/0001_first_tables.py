"""The first tables: facts on two time axes, consents, inquiries, the access log.

Revision ID: credit_0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kit.jobs import install_schema, remove_schema

revision = "credit_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    install_schema(op)  # type: ignore[arg-type]
    op.create_table(
        "access_log",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("institution_uscc", sa.String(length=18), nullable=False),
        sa.Column("institution_name", sa.String(length=200), nullable=False),
        sa.Column("client_id", sa.String(length=100), nullable=False),
        sa.Column("purpose", sa.String(length=100), nullable=False),
        sa.Column("consent_id", sa.String(length=64), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=50), nullable=True),
        sa.Column("categories", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("fields", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("inquiry_id", sa.String(length=36), nullable=True),
        sa.Column("case_id", sa.String(length=64), nullable=True),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_log")),
        sa.UniqueConstraint("uscc", "seq", name=op.f("uq_access_log_uscc_seq")),
        comment="查询日志（哈希链，企业可见）",
    )
    op.create_table(
        "consents",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("institution_uscc", sa.String(length=18), nullable=False),
        sa.Column("institution_name", sa.String(length=200), nullable=False),
        sa.Column("purpose", sa.String(length=50), nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("categories", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("max_reads", sa.Integer(), nullable=False),
        sa.Column("reads_used", sa.Integer(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("supersedes", sa.String(length=36), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("reads_used <= max_reads", name=op.f("ck_consents_reads")),
        sa.ForeignKeyConstraint(
            ["supersedes"], ["consents.id"], name=op.f("fk_consents_supersedes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
        comment="信用信息查询授权",
    )
    op.create_index(
        "ix_consents_institution_uscc_state",
        "consents",
        ["institution_uscc", "state"],
        unique=False,
    )
    op.create_index("ix_consents_uscc_state", "consents", ["uscc", "state"], unique=False)
    op.create_table(
        "events",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("type", sa.String(length=100), nullable=False),
        sa.Column("subject", sa.String(length=100), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("request_id", sa.String(length=100), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        comment="发件箱：本服务记录的事件，与业务数据同一事务写入",
    )
    op.create_table(
        "fact_batches",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("supplier_uscc", sa.String(length=18), nullable=False),
        sa.Column("supplier_name", sa.String(length=200), nullable=False),
        sa.Column("client_id", sa.String(length=100), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_batches")),
        comment="信用信息归集批次与回执",
    )
    op.create_index(
        op.f("ix_fact_batches_supplier_uscc"), "fact_batches", ["supplier_uscc"], unique=False
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("client_id", sa.String(length=100), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("operation", sa.String(length=300), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("client_id", "key", name=op.f("pk_idempotency_keys")),
        comment="幂等键：同一键与同一内容只生效一次，返回保存的答复",
    )
    op.create_table(
        "inbox",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("source", sa.String(length=50), nullable=False),
        sa.Column("type", sa.String(length=100), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        comment="收件箱：已处理的外来事件，保证每个事件只生效一次",
    )
    op.create_table(
        "subjects",
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("log_entries", sa.Integer(), nullable=False),
        sa.Column("log_seal", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("uscc", name=op.f("pk_subjects")),
        comment="信用主体及其查询日志链的链头",
    )
    op.create_table(
        "consent_events",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("consent_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("actor_uscc", sa.String(length=18), nullable=True),
        sa.Column("client_id", sa.String(length=100), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(
            ["consent_id"], ["consents.id"], name=op.f("fk_consent_events_consent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_events")),
        comment="授权状态变更记录",
    )
    op.create_index(
        op.f("ix_consent_events_consent_id"), "consent_events", ["consent_id"], unique=False
    )
    op.create_table(
        "facts",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("item", sa.String(length=50), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("source_document", sa.String(length=300), nullable=True),
        sa.Column("source_id", sa.String(length=200), nullable=True),
        sa.Column("supplier_uscc", sa.String(length=18), nullable=False),
        sa.Column("observed_on", sa.Date(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("conduct_ended_on", sa.Date(), nullable=True),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("fact_key", sa.String(length=64), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("recorded_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("batch_id", sa.String(length=36), nullable=True),
        sa.Column("event_id", sa.String(length=36), nullable=True),
        sa.Column("corrects", sa.String(length=36), nullable=True),
        sa.CheckConstraint(
            "recorded_to IS NULL OR recorded_to > recorded_from", name=op.f("ck_facts_recorded")
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_facts_valid")
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["fact_batches.id"], name=op.f("fk_facts_batch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facts")),
        comment="信用事实（双时间轴，只增不改；更正为新记录）",
    )
    op.create_index("ix_facts_uscc_item", "facts", ["uscc", "item"], unique=False)
    op.create_index(
        "uq_facts_current",
        "facts",
        ["uscc", "item", "fact_key"],
        unique=True,
        postgresql_where=sa.text("recorded_to IS NULL"),
    )
    op.create_table(
        "inquiries",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("institution_uscc", sa.String(length=18), nullable=False),
        sa.Column("client_id", sa.String(length=100), nullable=False),
        sa.Column("purpose", sa.String(length=50), nullable=False),
        sa.Column("consent_id", sa.String(length=36), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scorecard_id", sa.String(length=100), nullable=False),
        sa.Column("scorecard_version", sa.String(length=20), nullable=False),
        sa.Column("score", sa.Numeric(precision=12, scale=4), nullable=False),
        sa.Column("grade", sa.String(length=20), nullable=False),
        sa.Column("input_hash", sa.String(length=71), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("readable_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["consent_id"], ["consents.id"], name=op.f("fk_inquiries_consent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiries")),
        comment="信用查询与所答内容",
    )
    op.create_index("ix_inquiries_uscc_asked_at", "inquiries", ["uscc", "asked_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_inquiries_uscc_asked_at", table_name="inquiries")
    op.drop_table("inquiries")
    op.drop_index(
        "uq_facts_current", table_name="facts", postgresql_where=sa.text("recorded_to IS NULL")
    )
    op.drop_index("ix_facts_uscc_item", table_name="facts")
    op.drop_table("facts")
    op.drop_index(op.f("ix_consent_events_consent_id"), table_name="consent_events")
    op.drop_table("consent_events")
    op.drop_table("subjects")
    op.drop_table("inbox")
    op.drop_table("idempotency_keys")
    op.drop_index(op.f("ix_fact_batches_supplier_uscc"), table_name="fact_batches")
    op.drop_table("fact_batches")
    op.drop_table("events")
    op.drop_index("ix_consents_uscc_state", table_name="consents")
    op.drop_index("ix_consents_institution_uscc_state", table_name="consents")
    op.drop_table("consents")
    op.drop_table("access_log")
    remove_schema(op)  # type: ignore[arg-type]

"""Consents by the day, monitors, what institutions bring, and what goes to other platforms.

Revision ID: credit_0003
"""

import sqlalchemy as sa
from alembic import op

revision = "credit_0003"
down_revision = "credit_0002"
branch_labels = None
depends_on = None

_TABLES = (
    "simulator_rows",
    "outlet_facts",
    "outlet_packages",
    "monitor_messages",
    "monitors",
    "credit_outcomes",
    "inquiry_batch_rows",
    "inquiry_batches",
)
_CONSENT_COLUMNS = ("max_reads_per_day", "reads_on", "reads_that_day", "keep_days")


def upgrade() -> None:
    op.add_column("consents", sa.Column("max_reads_per_day", sa.Integer()))
    op.add_column("consents", sa.Column("reads_on", sa.Date()))
    op.add_column(
        "consents", sa.Column("reads_that_day", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("consents", sa.Column("keep_days", sa.Integer()))
    op.add_column("inquiries", sa.Column("keep_until", sa.Date()))
    op.add_column("access_log", sa.Column("stamp", sa.String(length=64)))
    op.create_table(
        "inquiry_batches",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("institution_uscc", sa.String(length=18), nullable=False),
        sa.Column("institution_name", sa.String(length=200), nullable=False),
        sa.Column("client_id", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("purpose", sa.String(length=50), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("manifest_hash", sa.String(length=71), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry_batches")),
        comment="批量查询任务",
    )
    op.create_index(
        op.f("ix_inquiry_batches_institution_uscc"),
        "inquiry_batches",
        ["institution_uscc"],
        unique=False,
    )
    op.create_table(
        "inquiry_batch_rows",
        sa.Column("batch_id", sa.String(length=36), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("consent_id", sa.String(length=64), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=50), nullable=True),
        sa.Column("inquiry_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["inquiry_batches.id"], name=op.f("fk_inquiry_batch_rows_batch_id")
        ),
        sa.PrimaryKeyConstraint("batch_id", "place", name=op.f("pk_inquiry_batch_rows")),
        comment="批量查询清单",
    )
    op.create_table(
        "credit_outcomes",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("inquiry_id", sa.String(length=36), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("institution_uscc", sa.String(length=18), nullable=False),
        sa.Column("institution_name", sa.String(length=200), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("product", sa.String(length=30), nullable=False),
        sa.Column("amount_yuan", sa.Numeric(precision=20, scale=2), nullable=True),
        sa.Column("annual_rate", sa.Numeric(precision=9, scale=6), nullable=True),
        sa.Column("reason_code", sa.String(length=50), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaces", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(
            ["inquiry_id"], ["inquiries.id"], name=op.f("fk_credit_outcomes_inquiry_id")
        ),
        sa.ForeignKeyConstraint(
            ["replaces"], ["credit_outcomes.id"], name=op.f("fk_credit_outcomes_replaces")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_outcomes")),
        sa.UniqueConstraint("replaces", name=op.f("uq_credit_outcomes_replaces")),
        comment="授信结果反馈",
    )
    op.create_index(
        "ix_credit_outcomes_inquiry_id_id", "credit_outcomes", ["inquiry_id", "id"], unique=False
    )
    op.create_index(
        op.f("ix_credit_outcomes_institution_uscc"),
        "credit_outcomes",
        ["institution_uscc"],
        unique=False,
    )
    op.create_index("ix_credit_outcomes_uscc_id", "credit_outcomes", ["uscc", "id"], unique=False)
    op.create_table(
        "monitors",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("institution_uscc", sa.String(length=18), nullable=False),
        sa.Column("institution_name", sa.String(length=200), nullable=False),
        sa.Column("client_id", sa.String(length=100), nullable=False),
        sa.Column("consent_id", sa.String(length=36), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("secret", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("end_reason", sa.String(length=50), nullable=True),
        sa.Column("profile_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consent_id"], ["consents.id"], name=op.f("fk_monitors_consent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monitors")),
        comment="画像变动监测",
    )
    op.create_index(op.f("ix_monitors_consent_id"), "monitors", ["consent_id"], unique=False)
    op.create_index(
        op.f("ix_monitors_institution_uscc"), "monitors", ["institution_uscc"], unique=False
    )
    op.create_index("ix_monitors_uscc_state", "monitors", ["uscc", "state"], unique=False)
    op.create_table(
        "monitor_messages",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("monitor_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("give_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("last_error", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(
            ["monitor_id"], ["monitors.id"], name=op.f("fk_monitor_messages_monitor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monitor_messages")),
        comment="监测消息及其送达情况",
    )
    op.create_index(
        "ix_monitor_messages_monitor_id_id", "monitor_messages", ["monitor_id", "id"], unique=False
    )
    op.create_table(
        "outlet_packages",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("outlet", sa.String(length=50), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("body_hash", sa.String(length=71), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("receipt_number", sa.String(length=100), nullable=True),
        sa.Column("accepted", sa.Integer(), nullable=True),
        sa.Column("refused", sa.Integer(), nullable=True),
        sa.Column("last_error", sa.String(length=300), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlet_packages")),
        comment="信用信息上报包与回执",
    )
    op.create_index(
        "ix_outlet_packages_outlet_id", "outlet_packages", ["outlet", "id"], unique=False
    )
    op.create_table(
        "outlet_facts",
        sa.Column("outlet", sa.String(length=50), nullable=False),
        sa.Column("fact_id", sa.String(length=36), nullable=False),
        sa.Column("package_id", sa.String(length=36), nullable=False),
        sa.Column("withdrawn_by", sa.String(length=36), nullable=True),
        sa.Column("refused", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["package_id"], ["outlet_packages.id"], name=op.f("fk_outlet_facts_package_id")
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"], ["outlet_packages.id"], name=op.f("fk_outlet_facts_withdrawn_by")
        ),
        sa.PrimaryKeyConstraint("outlet", "fact_id", name=op.f("pk_outlet_facts")),
        comment="各平台已上报的信用事实",
    )
    op.create_index(
        op.f("ix_outlet_facts_package_id"), "outlet_facts", ["package_id"], unique=False
    )
    op.create_table(
        "simulator_rows",
        sa.Column("outlet", sa.String(length=50), nullable=False),
        sa.Column("fact_id", sa.String(length=36), nullable=False),
        sa.Column("package_id", sa.String(length=36), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("item", sa.String(length=50), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("outlet", "fact_id", name=op.f("pk_simulator_rows")),
        comment="模拟的上级信用平台所收数据（仅演示）",
    )


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
    op.drop_column("access_log", "stamp")
    op.drop_column("inquiries", "keep_until")
    for column in _CONSENT_COLUMNS:
        op.drop_column("consents", column)

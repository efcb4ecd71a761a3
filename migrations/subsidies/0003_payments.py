"""Applications to the end: documents, notices, payments; platforms and mergers as facts.

Revision ID: subsidies_0003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "subsidies_0003"
down_revision = "subsidies_0002"
branch_labels = None
depends_on = None

ONLY_ADDED = (
    "application_steps",
    "application_documents",
    "notice_objections",
    "objection_decisions",
    "money_entries",
    "return_files",
    "return_rows",
)


def upgrade() -> None:
    op.create_table(
        "disbursements",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("total_yuan", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("made_by_uscc", sa.String(length=18), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disbursements")),
        comment="拨付批次",
    )
    op.create_table(
        "mergers",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("absorbed_uscc", sa.String(length=18), nullable=False),
        sa.Column("surviving_uscc", sa.String(length=18), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mergers")),
        comment="单位合并：合并各方视为一个单位，不重复兑付",
    )
    op.create_index(op.f("ix_mergers_absorbed_uscc"), "mergers", ["absorbed_uscc"], unique=False)
    op.create_index(op.f("ix_mergers_surviving_uscc"), "mergers", ["surviving_uscc"], unique=False)
    op.create_table(
        "platform_grades",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("platform_id", sa.String(length=64), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("assessed_by", sa.String(length=64), nullable=False),
        sa.Column("grade", sa.String(length=64), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platform_grades")),
        comment="平台绩效评价结果",
    )
    op.create_index(
        op.f("ix_platform_grades_platform_id"), "platform_grades", ["platform_id"], unique=False
    )
    op.create_table(
        "platforms",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=1000), nullable=False),
        sa.Column("level", sa.String(length=64), nullable=True),
        sa.Column("established_on", sa.Date(), nullable=True),
        sa.Column("certified_on", sa.Date(), nullable=True),
        sa.Column("newly_established", sa.Boolean(), nullable=True),
        sa.Column("in_district", sa.Boolean(), nullable=True),
        sa.Column("co_builders", sa.Integer(), nullable=True),
        sa.Column("six_haves", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platforms")),
        comment="已认定的平台（细则2、3、5、6）",
    )
    op.create_index(op.f("ix_platforms_uscc"), "platforms", ["uscc"], unique=False)
    op.create_table(
        "return_files",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("disbursement_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("received_by", sa.String(length=100), nullable=False),
        sa.Column("received_by_uscc", sa.String(length=18), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["disbursement_id"], ["disbursements.id"], name=op.f("fk_return_files_disbursement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_files")),
        sa.UniqueConstraint(
            "disbursement_id", "sha256", name=op.f("uq_return_files_disbursement_id_sha256")
        ),
        comment="银行回盘文件（原样保存）",
    )
    op.create_table(
        "application_documents",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("application_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_by", sa.String(length=100), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "size = octet_length(content) AND sha256 = encode(sha256(content), 'hex')",
            name=op.f("ck_application_documents_hash_fits"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_application_documents_application_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_documents")),
        sa.UniqueConstraint(
            "application_id", "sha256", name=op.f("uq_application_documents_application_id_sha256")
        ),
        comment="申报材料（只增不改）",
    )
    op.create_table(
        "disbursement_lines",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("disbursement_id", sa.String(length=36), nullable=False),
        sa.Column("application_id", sa.String(length=36), nullable=False),
        sa.Column("payee_uscc", sa.String(length=18), nullable=False),
        sa.Column("payee_name", sa.String(length=500), nullable=False),
        sa.Column("amount_yuan", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("paid_yuan", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.CheckConstraint("amount_yuan > 0", name=op.f("ck_disbursement_lines_amount_positive")),
        sa.CheckConstraint(
            "paid_yuan BETWEEN 0 AND amount_yuan",
            name=op.f("ck_disbursement_lines_paid_within_amount"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_disbursement_lines_application_id"),
        ),
        sa.ForeignKeyConstraint(
            ["disbursement_id"],
            ["disbursements.id"],
            name=op.f("fk_disbursement_lines_disbursement_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disbursement_lines")),
        comment="拨付明细",
    )
    op.create_index(
        op.f("ix_disbursement_lines_disbursement_id"),
        "disbursement_lines",
        ["disbursement_id"],
        unique=False,
    )
    op.create_index(
        "uq_disbursement_lines_open",
        "disbursement_lines",
        ["application_id"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "notice_objections",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("application_id", sa.String(length=36), nullable=False),
        sa.Column("objector", sa.String(length=300), nullable=False),
        sa.Column("contact", sa.String(length=300), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("raised_by", sa.String(length=100), nullable=False),
        sa.Column("raised_by_uscc", sa.String(length=18), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_notice_objections_application_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_objections")),
        comment="公示异议（只增不改）",
    )
    op.create_index(
        op.f("ix_notice_objections_application_id"),
        "notice_objections",
        ["application_id"],
        unique=False,
    )
    op.create_table(
        "return_rows",
        sa.Column("file_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("raw", sa.String(length=4000), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("line_id", sa.String(length=36), nullable=True),
        sa.Column("entry_id", sa.String(length=36), nullable=True),
        sa.Column("note", sa.String(length=1000), nullable=True),
        sa.ForeignKeyConstraint(
            ["file_id"], ["return_files.id"], name=op.f("fk_return_rows_file_id")
        ),
        sa.PrimaryKeyConstraint("file_id", "number", name=op.f("pk_return_rows")),
        comment="回盘文件逐行处理结果（只增不改）",
    )
    op.create_table(
        "money_entries",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("application_id", sa.String(length=36), nullable=False),
        sa.Column("line_id", sa.String(length=36), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("amount_yuan", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("bank_ref", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=True),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("actor_uscc", sa.String(length=18), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'payment' AND amount_yuan > 0 AND line_id IS NOT NULL)"
            " OR (kind = 'clawback' AND amount_yuan < 0)",
            name=op.f("ck_money_entries_sign_fits_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_money_entries_application_id")
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["disbursement_lines.id"], name=op.f("fk_money_entries_line_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_money_entries")),
        sa.UniqueConstraint("bank_ref", name=op.f("uq_money_entries_bank_ref")),
        comment="资金分录（只增不改）",
    )
    op.create_index(
        op.f("ix_money_entries_application_id"), "money_entries", ["application_id"], unique=False
    )
    op.create_table(
        "objection_decisions",
        sa.Column("objection_id", sa.String(length=36), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("decided_by", sa.String(length=100), nullable=False),
        sa.Column("decided_by_uscc", sa.String(length=18), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["objection_id"],
            ["notice_objections.id"],
            name=op.f("fk_objection_decisions_objection_id"),
        ),
        sa.PrimaryKeyConstraint("objection_id", name=op.f("pk_objection_decisions")),
        comment="公示异议的处理（只增不改）",
    )
    op.add_column(
        "applications",
        sa.Column(
            "paid_yuan", sa.Numeric(precision=20, scale=2), nullable=False, server_default="0"
        ),
    )
    op.add_column("applications", sa.Column("budget_id", sa.String(length=36), nullable=True))
    op.add_column(
        "applications",
        sa.Column(
            "facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False, server_default="[]"
        ),
    )
    op.add_column(
        "applications",
        sa.Column(
            "lacking", postgresql.JSONB(astext_type=sa.Text()), nullable=False, server_default="[]"
        ),
    )
    op.add_column("applications", sa.Column("told_on", sa.Date(), nullable=True))
    op.add_column("applications", sa.Column("due_on", sa.Date(), nullable=True))
    op.add_column("applications", sa.Column("notice_from", sa.Date(), nullable=True))
    op.add_column("applications", sa.Column("notice_until", sa.Date(), nullable=True))
    op.create_foreign_key(
        op.f("fk_applications_budget_id"), "applications", "budgets", ["budget_id"], ["id"]
    )

    op.create_check_constraint(
        op.f("ck_applications_match_at_most_whole"), "applications", "match_ratio BETWEEN 0 AND 1"
    )
    op.create_check_constraint(
        op.f("ck_applications_paid_within_amount"),
        "applications",
        "paid_yuan BETWEEN 0 AND coalesce(amount_yuan, 0)",
    )
    _index_once_key("'refused', 'withdrawn', 'clawed_back'")
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION '% is only added to', TG_TABLE_NAME; END $$"
    )
    for table in ONLY_ADDED:
        op.execute(
            f"CREATE TRIGGER only_added BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )


def _index_once_key(ended: str) -> None:
    op.drop_index("uq_applications_once_key", table_name="applications")
    op.create_index(
        "uq_applications_once_key",
        "applications",
        ["once_key"],
        unique=True,
        postgresql_where=sa.text(f"state NOT IN ({ended})"),
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER only_added ON application_steps")
    op.execute("DROP FUNCTION refuse_change CASCADE")
    _index_once_key("'refused', 'withdrawn'")
    op.drop_constraint(op.f("ck_applications_paid_within_amount"), "applications")
    op.drop_constraint(op.f("ck_applications_match_at_most_whole"), "applications")
    op.drop_constraint(op.f("fk_applications_budget_id"), "applications", type_="foreignkey")
    op.drop_column("applications", "notice_until")
    op.drop_column("applications", "notice_from")
    op.drop_column("applications", "due_on")
    op.drop_column("applications", "told_on")
    op.drop_column("applications", "lacking")
    op.drop_column("applications", "facts")
    op.drop_column("applications", "budget_id")
    op.drop_column("applications", "paid_yuan")
    op.drop_table("objection_decisions")
    op.drop_index(op.f("ix_money_entries_application_id"), table_name="money_entries")
    op.drop_table("money_entries")
    op.drop_table("return_rows")
    op.drop_index(op.f("ix_notice_objections_application_id"), table_name="notice_objections")
    op.drop_table("notice_objections")
    op.drop_index(
        "uq_disbursement_lines_open",
        table_name="disbursement_lines",
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_index(op.f("ix_disbursement_lines_disbursement_id"), table_name="disbursement_lines")
    op.drop_table("disbursement_lines")
    op.drop_table("application_documents")
    op.drop_table("return_files")
    op.drop_index(op.f("ix_platforms_uscc"), table_name="platforms")
    op.drop_table("platforms")
    op.drop_index(op.f("ix_platform_grades_platform_id"), table_name="platform_grades")
    op.drop_table("platform_grades")
    op.drop_index(op.f("ix_mergers_surviving_uscc"), table_name="mergers")
    op.drop_index(op.f("ix_mergers_absorbed_uscc"), table_name="mergers")
    op.drop_table("mergers")
    op.drop_table("disbursements")
    # ### end Alembic commands ###

"""The registry's first tables: records, search, imports, contracts, history."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import MetaData
from sqlalchemy.dialects.postgresql import JSONB

from kit.db import add_kit_tables
from kit.jobs import install_schema, remove_schema

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    install_schema(op)
    kit_tables = MetaData()
    add_kit_tables(kit_tables)
    kit_tables.create_all(op.get_bind())
    op.execute("CREATE SEQUENCE documents")
    op.execute("CREATE SEQUENCE contract_serials")
    op.create_table(
        "achievement_cases",
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("achievement_id", sa.String(length=36), nullable=True),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("case_id", name="pk_achievement_cases"),
        comment="成果参与的融资办件",
    )
    op.create_index(
        "ix_achievement_cases_achievement_id", "achievement_cases", ["achievement_id"], unique=False
    )
    op.create_table(
        "achievements",
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("abstract", sa.Text(), nullable=True),
        sa.Column("keywords", JSONB, nullable=False),
        sa.Column("field", sa.String(length=60), nullable=True),
        sa.Column("industry", sa.String(length=10), nullable=True),
        sa.Column("trl", sa.SmallInteger(), nullable=True),
        sa.Column("organizations", JSONB, nullable=False),
        sa.Column("contributors", JSONB, nullable=False),
        sa.Column("intellectual_property", JSONB, nullable=False),
        sa.Column("transfer_ways", JSONB, nullable=False),
        sa.Column("asking_price_yuan", sa.Numeric(precision=20, scale=2), nullable=True),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("owner_uscc", sa.String(length=18), nullable=False),
        sa.Column("source_id", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(length=16), nullable=False),
        sa.Column("visibility", sa.String(length=40), nullable=False),
        sa.Column(
            "document",
            sa.BigInteger(),
            server_default=sa.text("nextval('documents')"),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_achievements"),
        comment="科技成果",
    )
    op.create_index("uq_achievements_document", "achievements", ["document"], unique=True)
    op.create_index(
        "uq_achievements_owner_source", "achievements", ["owner_uscc", "source_id"], unique=True
    )
    op.create_table(
        "awards",
        sa.Column("scheme", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("awarded_on", sa.Date(), nullable=False),
        sa.Column("certificate_number", sa.String(length=500), nullable=True),
        sa.Column("winners", JSONB, nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("owner_uscc", sa.String(length=18), nullable=False),
        sa.Column("source_id", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(length=16), nullable=False),
        sa.Column("visibility", sa.String(length=40), nullable=False),
        sa.Column(
            "document",
            sa.BigInteger(),
            server_default=sa.text("nextval('documents')"),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_awards"),
        comment="科技奖励",
    )
    op.create_index("uq_awards_document", "awards", ["document"], unique=True)
    op.create_index("uq_awards_owner_source", "awards", ["owner_uscc", "source_id"], unique=True)
    op.create_table(
        "contracts",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=True),
        sa.Column("source_ref", sa.String(length=100), nullable=True),
        sa.Column("owner_uscc", sa.String(length=18), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("seller", JSONB, nullable=False),
        sa.Column("buyer", JSONB, nullable=False),
        sa.Column("seller_uscc", sa.String(length=18), nullable=False),
        sa.Column("buyer_uscc", sa.String(length=18), nullable=False),
        sa.Column("total_yuan", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("technology_yuan", sa.Numeric(precision=20, scale=2), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("recognized_on", sa.Date(), nullable=True),
        sa.Column("registered_on", sa.Date(), nullable=True),
        sa.Column("registered_by", sa.String(length=40), nullable=True),
        sa.Column("achievement_id", sa.String(length=36), nullable=True),
        sa.Column("case_id", sa.String(length=36), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_contracts"),
        sa.UniqueConstraint("number", name="uq_contracts_number"),
        sa.UniqueConstraint("source_ref", name="uq_contracts_source_ref"),
        comment="技术合同",
    )
    op.create_index("ix_contracts_achievement_id", "contracts", ["achievement_id"], unique=False)
    op.create_index("ix_contracts_owner_uscc", "contracts", ["owner_uscc"], unique=False)
    op.create_table(
        "duplicate_keys",
        sa.Column("key", sa.String(length=500), nullable=False),
        sa.Column("achievement_id", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("key", "achievement_id", name="pk_duplicate_keys"),
        comment="疑似重复的线索",
    )
    op.create_index(
        "ix_duplicate_keys_achievement_id", "duplicate_keys", ["achievement_id"], unique=False
    )
    op.create_table(
        "history",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("noun", sa.String(length=40), nullable=False),
        sa.Column("thing_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("client_id", sa.String(length=100), nullable=False),
        sa.Column("organization_uscc", sa.String(length=18), nullable=False),
        sa.Column("organization_name", sa.String(length=500), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("import_id", sa.String(length=36), nullable=True),
        sa.Column("changes", JSONB, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_history"),
        comment="变更历史",
    )
    op.create_index("ix_history_thing", "history", ["noun", "thing_id", "version"], unique=False)
    op.create_table(
        "import_parts",
        sa.Column("import_id", sa.String(length=36), nullable=False),
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("import_id", "part", name="pk_import_parts"),
        comment="导入文件的分段",
    )
    op.create_table(
        "import_rows",
        sa.Column("import_id", sa.String(length=36), nullable=False),
        sa.Column("row", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source_id", sa.String(length=200), nullable=True),
        sa.Column("result", sa.String(length=40), nullable=False),
        sa.Column("faults", JSONB, nullable=False),
        sa.Column("values", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("import_id", "row", name="pk_import_rows"),
        comment="未导入的行",
    )
    op.create_table(
        "imports",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("owner_uscc", sa.String(length=18), nullable=False),
        sa.Column("actor", JSONB, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("format", sa.String(length=40), nullable=False),
        sa.Column("filename", sa.String(length=500), nullable=False),
        sa.Column("file_bytes", sa.Integer(), nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("rows_total", sa.Integer(), nullable=True),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("duplicates", sa.Integer(), nullable=False),
        sa.Column("columns", JSONB, nullable=False),
        sa.Column("problem", JSONB, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_imports"),
        comment="文件导入",
    )
    op.create_index("ix_imports_owner_uscc", "imports", ["owner_uscc"], unique=False)
    op.create_table(
        "instruments",
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("english_name", sa.String(length=500), nullable=True),
        sa.Column("model", sa.String(length=500), nullable=True),
        sa.Column("classification", sa.String(length=500), nullable=True),
        sa.Column("manufacturer", sa.String(length=500), nullable=True),
        sa.Column("origin_country", sa.String(length=500), nullable=True),
        sa.Column("original_value_yuan", sa.Numeric(precision=20, scale=2), nullable=True),
        sa.Column("commissioned_on", sa.Date(), nullable=True),
        sa.Column("laboratory", sa.String(length=500), nullable=True),
        sa.Column("address", sa.String(length=500), nullable=True),
        sa.Column("contact_name", sa.String(length=500), nullable=True),
        sa.Column("contact_phone", sa.String(length=500), nullable=True),
        sa.Column("contact_email", sa.String(length=500), nullable=True),
        sa.Column("indicators", sa.Text(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("fee_note", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("owner_uscc", sa.String(length=18), nullable=False),
        sa.Column("source_id", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(length=16), nullable=False),
        sa.Column("visibility", sa.String(length=40), nullable=False),
        sa.Column(
            "document",
            sa.BigInteger(),
            server_default=sa.text("nextval('documents')"),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_instruments"),
        comment="科研仪器设备",
    )
    op.create_index("uq_instruments_document", "instruments", ["document"], unique=True)
    op.create_index(
        "uq_instruments_owner_source", "instruments", ["owner_uscc", "source_id"], unique=True
    )
    op.create_table(
        "organizations",
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("district", sa.String(length=500), nullable=True),
        sa.Column("in_district", sa.Boolean(), nullable=True),
        sa.Column("is_industrial", sa.Boolean(), nullable=True),
        sa.Column("is_above_designated_size", sa.Boolean(), nullable=True),
        sa.Column("above_designated_size_since", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("uscc", name="pk_organizations"),
        comment="机构",
    )
    op.create_table(
        "platforms",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=True),
        sa.Column("established_on", sa.Date(), nullable=True),
        sa.Column("address", sa.String(length=500), nullable=True),
        sa.Column("floor_area_m2", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("owner_uscc", sa.String(length=18), nullable=False),
        sa.Column("source_id", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(length=16), nullable=False),
        sa.Column("visibility", sa.String(length=40), nullable=False),
        sa.Column(
            "document",
            sa.BigInteger(),
            server_default=sa.text("nextval('documents')"),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_platforms"),
        comment="研发平台与双创载体",
    )
    op.create_index("uq_platforms_document", "platforms", ["document"], unique=True)
    op.create_index(
        "uq_platforms_owner_source", "platforms", ["owner_uscc", "source_id"], unique=True
    )
    op.create_table(
        "rd_expenditures",
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("total_yuan", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("personnel_yuan", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("direct_input_yuan", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("depreciation_yuan", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column(
            "intangible_amortization_yuan", sa.Numeric(precision=20, scale=2), nullable=False
        ),
        sa.Column("design_yuan", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("equipment_trial_yuan", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("outsourced_yuan", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("other_yuan", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("revenue_yuan", sa.Numeric(precision=20, scale=2), nullable=True),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("owner_uscc", sa.String(length=18), nullable=False),
        sa.Column("source_id", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(length=16), nullable=False),
        sa.Column("visibility", sa.String(length=40), nullable=False),
        sa.Column(
            "document",
            sa.BigInteger(),
            server_default=sa.text("nextval('documents')"),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rd_expenditures"),
        comment="研发经费：八类费用之和等于合计",
    )
    op.create_index("uq_rd_expenditures_document", "rd_expenditures", ["document"], unique=True)
    op.create_index(
        "uq_rd_expenditures_owner_source",
        "rd_expenditures",
        ["owner_uscc", "source_id"],
        unique=True,
    )
    op.create_table(
        "researchers",
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("english_name", sa.String(length=500), nullable=True),
        sa.Column("orcid", sa.String(length=19), nullable=True),
        sa.Column("title", sa.String(length=500), nullable=True),
        sa.Column("degree", sa.String(length=500), nullable=True),
        sa.Column("department", sa.String(length=500), nullable=True),
        sa.Column("fields", JSONB, nullable=False),
        sa.Column("email", sa.String(length=500), nullable=True),
        sa.Column("biography", sa.Text(), nullable=True),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("owner_uscc", sa.String(length=18), nullable=False),
        sa.Column("source_id", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(length=16), nullable=False),
        sa.Column("visibility", sa.String(length=40), nullable=False),
        sa.Column(
            "document",
            sa.BigInteger(),
            server_default=sa.text("nextval('documents')"),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_researchers"),
        comment="科研人员",
    )
    op.create_index("uq_researchers_document", "researchers", ["document"], unique=True)
    op.create_index(
        "uq_researchers_owner_source", "researchers", ["owner_uscc", "source_id"], unique=True
    )
    op.create_table(
        "search_postings",
        sa.Column("kind", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("term", sa.String(length=40, collation="C"), nullable=False),
        sa.Column("document", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("weight", sa.REAL(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "term", "document", name="pk_search_postings"),
        comment="倒排表",
    )
    op.create_table(
        "search_terms",
        sa.Column("kind", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("term", sa.String(length=40, collation="C"), nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "term", name="pk_search_terms"),
        comment="词的文档频率",
    )


def downgrade() -> None:
    op.drop_table("search_terms")
    op.drop_table("search_postings")
    op.drop_table("researchers")
    op.drop_table("rd_expenditures")
    op.drop_table("platforms")
    op.drop_table("organizations")
    op.drop_table("instruments")
    op.drop_table("imports")
    op.drop_table("import_rows")
    op.drop_table("import_parts")
    op.drop_table("history")
    op.drop_table("duplicate_keys")
    op.drop_table("contracts")
    op.drop_table("awards")
    op.drop_table("achievements")
    op.drop_table("achievement_cases")
    op.execute("DROP SEQUENCE contract_serials")
    op.execute("DROP SEQUENCE documents")
    kit_tables = MetaData()
    add_kit_tables(kit_tables)
    kit_tables.drop_all(op.get_bind())
    remove_schema(op)

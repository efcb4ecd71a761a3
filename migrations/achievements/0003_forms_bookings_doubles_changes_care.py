"""National forms, bookings, platform certification, doubles, the change feed, care plans."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_FORMS = ("achievements", "instruments", "rd_expenditures", "contracts")
_KINDS = (
    "achievements", "instruments", "researchers", "rd_expenditures", "platforms", "awards",
)  # fmt: skip
_NEW = (
    "care_promises", "care_visits", "care_plans", "tombstones", "duplicate_candidates",
    "achievement_titles", "platform_tenants", "platform_grades", "platform_certifications",
    "platform_evidence", "bookings", "instrument_hours",
)  # fmt: skip


def _id(name: str = "id") -> sa.Column[str]:
    return sa.Column(name, sa.String(length=36), nullable=False)


def _uscc(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=18), nullable=nullable)


def _code(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=40), nullable=nullable)


def _short(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=500), nullable=nullable)


def _at(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _day(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Date(), nullable=nullable)


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    for name in _FORMS:
        op.add_column(name, sa.Column("form", JSONB, nullable=True))
    op.add_column("achievements", sa.Column("embargo_until", sa.Date(), nullable=True))
    op.add_column("achievements", sa.Column("hidden_fields", JSONB, nullable=True))
    op.add_column("achievements", sa.Column("merged_into", sa.String(length=36), nullable=True))
    op.add_column("platforms", sa.Column("capacity", sa.Integer(), nullable=True))
    _add_instrument_tables()
    _add_platform_tables()
    _add_duplicate_tables()
    _add_change_tables()
    _add_care_tables()


def _add_instrument_tables() -> None:
    op.create_table(
        "instrument_hours",
        _id("instrument_id"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("slots", JSONB, nullable=False),
        _at("updated_at"),
        sa.PrimaryKeyConstraint("instrument_id", name="pk_instrument_hours"),
        comment="仪器开放机时",
    )
    op.create_table(
        "bookings",
        _id(),
        _id("instrument_id"),
        _at("starts_at"),
        _at("ends_at"),
        _code("state"),
        _uscc("booker_uscc"),
        _short("booker_name"),
        _short("purpose", nullable=True),
        _at("created_at"),
        _at("cancelled_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_bookings"),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_bookings_order")),
        ExcludeConstraint(
            ("instrument_id", "="),
            (sa.text("tstzrange(starts_at, ends_at)"), "&&"),
            where=sa.text("state = 'booked'"),
            name="ex_bookings_overlap",
        ),
        comment="仪器预约",
    )
    op.create_index(
        "ix_bookings_instrument_id_starts_at", "bookings", ["instrument_id", "starts_at"]
    )


def _add_platform_tables() -> None:
    op.create_table(
        "platform_evidence",
        _id("platform_id"),
        _code("have"),
        _short("title"),
        _short("document", nullable=True),
        _at("given_at"),
        sa.PrimaryKeyConstraint("platform_id", "have", name="pk_platform_evidence"),
        comment="平台“六有”佐证",
    )
    op.create_table(
        "platform_certifications",
        _id("platform_id"),
        _day("certified_on"),
        _code("level"),
        _short("assessor"),
        _uscc("assessor_uscc"),
        _short("document", nullable=True),
        sa.PrimaryKeyConstraint("platform_id", name="pk_platform_certifications"),
        comment="平台认定",
    )
    op.create_table(
        "platform_grades",
        _id("platform_id"),
        sa.Column("year", sa.SmallInteger(), autoincrement=False, nullable=False),
        _code("grade"),
        _short("assessor"),
        _uscc("assessor_uscc"),
        _day("graded_on"),
        _at("recorded_at"),
        sa.PrimaryKeyConstraint("platform_id", "year", "assessor", name="pk_platform_grades"),
        comment="平台绩效评价等级",
    )
    op.create_table(
        "platform_tenants",
        _id(),
        _id("platform_id"),
        _uscc("uscc", nullable=True),
        _short("name"),
        _day("moved_in_on"),
        _day("moved_out_on", nullable=True),
        _at("created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_platform_tenants"),
        comment="载体入驻单位",
    )
    op.create_index("ix_platform_tenants_platform_id", "platform_tenants", ["platform_id"])


def _add_duplicate_tables() -> None:
    op.create_table(
        "achievement_titles",
        _id("achievement_id"),
        sa.Column("document", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("organization", sa.Text(), nullable=False),
        sa.Column("people", sa.ARRAY(sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("achievement_id", name="pk_achievement_titles"),
        comment="查重用的规范化题名",
    )
    op.create_index(
        "ix_achievement_titles_title",
        "achievement_titles",
        ["title"],
        postgresql_using="gin",
        postgresql_ops={"title": "gin_trgm_ops"},
    )
    op.create_table(
        "duplicate_candidates",
        _id(),
        _id("first_id"),
        _id("second_id"),
        _code("certainty"),
        sa.Column("reasons", JSONB, nullable=False),
        sa.Column("similarity", sa.REAL(), nullable=False),
        _code("state"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kept_id", sa.String(length=36), nullable=True),
        _at("found_at"),
        _at("decided_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_duplicate_candidates"),
        comment="疑似重复，待人工判断",
    )
    op.create_index(
        "uq_duplicate_candidates_pair",
        "duplicate_candidates",
        ["first_id", "second_id"],
        unique=True,
    )
    op.create_index("ix_duplicate_candidates_state", "duplicate_candidates", ["state", "id"])


def _add_change_tables() -> None:
    op.add_column(
        "history",
        sa.Column(
            "transaction",
            sa.BigInteger(),
            nullable=False,
            server_default=sa.text("(pg_current_xact_id()::text::bigint)"),
        ),
    )
    op.create_index("ix_history_transaction", "history", ["transaction", "id"])
    op.create_table(
        "tombstones",
        _code("noun"),
        _id("thing_id"),
        _code("visibility"),
        _uscc("owner_uscc"),
        _at("at"),
        sa.PrimaryKeyConstraint("noun", "thing_id", name="pk_tombstones"),
        comment="曾经可见、现已撤下的事物",
    )
    op.execute(_BURY)
    for kind in _KINDS:
        op.execute(
            f"CREATE TRIGGER bury_deleted AFTER DELETE ON {kind} FOR EACH ROW"
            " WHEN (OLD.visibility IN ('public', 'members')) EXECUTE FUNCTION bury()"
        )
        merged = (
            " OR OLD.merged_into IS DISTINCT FROM NEW.merged_into"
            " OR OLD.embargo_until IS DISTINCT FROM NEW.embargo_until"
            if kind == "achievements"
            else ""
        )
        op.execute(
            f"CREATE TRIGGER bury_hidden AFTER UPDATE ON {kind} FOR EACH ROW"
            " WHEN (OLD.visibility IN ('public', 'members')"
            f" AND (OLD.visibility IS DISTINCT FROM NEW.visibility{merged}))"
            " EXECUTE FUNCTION bury()"
        )


# The widest visibility a thing ever had is kept: who could see it once is told that it is gone.
_BURY = """
CREATE FUNCTION bury() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tombstones (noun, thing_id, visibility, owner_uscc, at)
    VALUES (TG_TABLE_NAME, OLD.id, OLD.visibility, OLD.owner_uscc, clock_timestamp())
    ON CONFLICT (noun, thing_id) DO UPDATE SET at = excluded.at,
        visibility = CASE WHEN 'public' IN (tombstones.visibility, excluded.visibility)
            THEN 'public' ELSE excluded.visibility END;
    RETURN NULL;
END $$
"""


def _add_care_tables() -> None:
    op.create_table(
        "care_plans",
        _id(),
        _uscc("uscc"),
        _short("officer"),
        _short("goal", nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        _at("created_at"),
        _at("updated_at"),
        sa.PrimaryKeyConstraint("id", name="pk_care_plans"),
        sa.UniqueConstraint("uscc", name="uq_care_plans_uscc"),
        comment="重点研发单位服务方案",
    )
    op.create_table(
        "care_visits",
        _id(),
        _id("plan_id"),
        _day("visited_on"),
        _short("visitor"),
        sa.Column("note", sa.Text(), nullable=False),
        _at("created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_care_visits"),
        comment="走访记录",
    )
    op.create_index("ix_care_visits_plan_id", "care_visits", ["plan_id"])
    op.create_table(
        "care_promises",
        _id(),
        _id("plan_id"),
        _short("promise"),
        _day("due_on"),
        _day("done_on", nullable=True),
        _at("created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_care_promises"),
        comment="承诺事项",
    )
    op.create_index("ix_care_promises_plan_id", "care_promises", ["plan_id"])


def downgrade() -> None:
    for kind in _KINDS:
        op.execute(f"DROP TRIGGER bury_deleted ON {kind}")
        op.execute(f"DROP TRIGGER bury_hidden ON {kind}")
    op.execute("DROP FUNCTION bury()")
    for name in _NEW:
        op.drop_table(name)
    op.drop_index("ix_history_transaction", "history")
    op.drop_column("history", "transaction")
    op.drop_column("platforms", "capacity")
    for name in ("merged_into", "hidden_fields", "embargo_until"):
        op.drop_column("achievements", name)
    for name in _FORMS:
        op.drop_column(name, "form")
    op.execute("DROP EXTENSION pg_trgm")
    op.execute("DROP EXTENSION btree_gist")

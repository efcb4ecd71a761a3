"""The market: demands, open bidding, matches, notices, events (路演·推介·对接)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_NEW = (
    "follow_ups",
    "event_matches",
    "event_sign_ups",
    "matchmaking_events",
    "notices",
    "match_weights",
    "match_feedback",
    "matches",
    "demand_milestones",
    "bid_awards",
    "bid_reviews",
    "bid_experts",
    "bids",
    "demands",
)


def _id(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=36), nullable=nullable)


def _uscc(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=18), nullable=nullable)


def _code(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=40), nullable=nullable)


def _word(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=100), nullable=nullable)


def _short(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=500), nullable=nullable)


def _long(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _money(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Numeric(precision=20, scale=2), nullable=nullable)


def _whole(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _small(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.SmallInteger(), nullable=nullable)


def _json(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, postgresql.JSONB(), nullable=nullable)


def _at(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _day(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Date(), nullable=nullable)


def upgrade() -> None:
    _add_demands()
    _add_bidding()
    _add_matches()
    _add_events()


def _add_demands() -> None:
    op.create_table(
        "demands",
        _short("title"),
        _long("problem"),
        sa.Column("field", sa.String(length=60), nullable=True),
        sa.Column("industry", sa.String(length=10), nullable=True),
        _json("keywords"),
        _json("indicators"),
        _small("trl_wanted", nullable=True),
        _money("budget_yuan", nullable=True),
        _small("term_months", nullable=True),
        _short("district", nullable=True),
        _json("ways"),
        _code("confidentiality"),
        _json("invited"),
        sa.Column("state", sa.String(length=40), server_default=sa.text("'draft'"), nullable=False),
        _day("published_on", nullable=True),
        _at("bids_until", nullable=True),
        _json("call", nullable=True),
        _id("id"),
        _uscc("owner_uscc"),
        sa.Column("source_id", sa.String(length=200), nullable=False),
        _whole("version"),
        sa.Column("content_hash", sa.LargeBinary(length=16), nullable=False),
        _code("visibility"),
        sa.Column(
            "document",
            sa.BigInteger(),
            server_default=sa.text("nextval('documents')"),
            nullable=False,
        ),
        _at("created_at"),
        _at("updated_at"),
        sa.PrimaryKeyConstraint("id", name="pk_demands"),
        comment="技术需求：企业出题",
    )
    op.create_index("uq_demands_document", "demands", ["document"], unique=True)
    op.create_index("uq_demands_owner_source", "demands", ["owner_uscc", "source_id"], unique=True)
    # Who could see a demand once is told when it is gone, as with the other kinds (0003).
    op.execute(
        "CREATE TRIGGER bury_deleted AFTER DELETE ON demands FOR EACH ROW"
        " WHEN (OLD.visibility IN ('public', 'members')) EXECUTE FUNCTION bury()"
    )
    op.execute(
        "CREATE TRIGGER bury_hidden AFTER UPDATE ON demands FOR EACH ROW"
        " WHEN (OLD.visibility IN ('public', 'members')"
        " AND OLD.visibility IS DISTINCT FROM NEW.visibility) EXECUTE FUNCTION bury()"
    )


def _add_bidding() -> None:
    op.create_table(
        "bids",
        _id("id"),
        _id("demand_id"),
        _uscc("lead_uscc"),
        _short("lead_name"),
        sa.Column("team", sa.String(length=64), nullable=False),
        _short("title"),
        _long("proposal"),
        _json("parties"),
        _json("members"),
        _money("amount_yuan"),
        _small("term_months"),
        _json("achievement_ids"),
        _code("state"),
        _whole("version"),
        _at("created_at"),
        _at("updated_at"),
        sa.PrimaryKeyConstraint("id", name="pk_bids"),
        comment="揭榜",
    )
    op.create_index(
        "uq_bids_demand_id_lead_uscc",
        "bids",
        ["demand_id", "lead_uscc"],
        unique=True,
        postgresql_where=sa.text("state <> 'withdrawn'"),
    )
    op.create_index(
        "uq_bids_demand_id_team",
        "bids",
        ["demand_id", "team"],
        unique=True,
        postgresql_where=sa.text("state <> 'withdrawn'"),
    )
    op.create_table(
        "bid_experts",
        _id("id"),
        _id("demand_id"),
        _short("name"),
        sa.Column("orcid", sa.String(length=19), nullable=True),
        _uscc("uscc"),
        _short("organization_name"),
        _json("interests"),
        _word("appointed_by"),
        _at("created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_bid_experts"),
        comment="揭榜评审专家",
    )
    op.create_index(
        "uq_bid_experts_demand_id_uscc_name",
        "bid_experts",
        ["demand_id", "uscc", "name"],
        unique=True,
    )
    op.create_table(
        "bid_reviews",
        _id("bid_id"),
        _id("expert_id"),
        _id("demand_id"),
        _json("scores"),
        sa.Column("total", sa.Numeric(precision=5, scale=2), nullable=False),
        _long("comment", nullable=True),
        _word("recorded_by"),
        _at("created_at"),
        sa.PrimaryKeyConstraint("bid_id", "expert_id", name="pk_bid_reviews"),
        comment="揭榜评审",
    )
    op.create_table(
        "bid_awards",
        _id("id"),
        _id("demand_id"),
        _id("bid_id"),
        _money("amount_yuan"),
        _short("reason"),
        _code("state"),
        _whole("version"),
        _word("proposed_by"),
        _uscc("proposed_uscc"),
        _word("decided_by", nullable=True),
        _short("decision_reason", nullable=True),
        _at("created_at"),
        _at("decided_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_bid_awards"),
        comment="定榜",
    )
    op.create_index(
        "uq_bid_awards_demand_id",
        "bid_awards",
        ["demand_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'rejected'"),
    )
    op.create_table(
        "demand_milestones",
        _id("demand_id"),
        sa.Column("number", sa.SmallInteger(), autoincrement=False, nullable=False),
        _short("title"),
        _long("deliverable", nullable=True),
        _day("due_on"),
        _money("payment_yuan"),
        _code("state"),
        _whole("version"),
        _long("delivery_note", nullable=True),
        _day("delivered_on", nullable=True),
        _day("passed_on", nullable=True),
        _day("paid_on", nullable=True),
        _short("payment_reference", nullable=True),
        sa.PrimaryKeyConstraint("demand_id", "number", name="pk_demand_milestones"),
        comment="榜单里程碑",
    )


def _add_matches() -> None:
    op.create_table(
        "matches",
        _id("demand_id"),
        _code("kind"),
        _id("thing_id"),
        sa.Column("score", sa.Numeric(precision=6, scale=4), nullable=False),
        _json("reasons"),
        _at("found_at"),
        sa.PrimaryKeyConstraint("demand_id", "kind", "thing_id", name="pk_matches"),
        comment="供需匹配",
    )
    op.create_table(
        "match_feedback",
        _id("demand_id"),
        _code("kind"),
        _id("thing_id"),
        _uscc("organization_uscc"),
        _code("verdict"),
        _json("reasons"),
        _short("note", nullable=True),
        _word("client_id"),
        _at("given_at"),
        sa.PrimaryKeyConstraint(
            "demand_id", "kind", "thing_id", "organization_uscc", name="pk_match_feedback"
        ),
        comment="匹配反馈",
    )
    op.create_table(
        "match_weights",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        _at("valid_from"),
        _json("weights"),
        _json("evidence"),
        _whole("feedback_count"),
        sa.PrimaryKeyConstraint("id", name="pk_match_weights"),
        comment="匹配权重",
    )
    op.create_table(
        "notices",
        _id("id"),
        _uscc("uscc"),
        sa.Column("key", sa.String(length=200), nullable=False),
        _code("code"),
        _short("text_zh"),
        _short("text_en"),
        _short("link"),
        _at("created_at"),
        _at("read_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        comment="站内告知",
    )
    op.create_index("ix_notices_uscc_id", "notices", ["uscc", "id"], unique=False)
    op.create_index("uq_notices_uscc_key", "notices", ["uscc", "key"], unique=True)


def _add_events() -> None:
    op.create_table(
        "matchmaking_events",
        _id("id"),
        _uscc("owner_uscc"),
        _short("owner_name"),
        _code("kind"),
        _short("title"),
        _long("description", nullable=True),
        _short("place"),
        _at("starts_at"),
        _at("ends_at"),
        _at("sign_up_until"),
        _whole("capacity"),
        _json("programme"),
        _code("visibility"),
        _code("state"),
        _long("minutes", nullable=True),
        _whole("version"),
        _at("created_at"),
        _at("updated_at"),
        sa.PrimaryKeyConstraint("id", name="pk_matchmaking_events"),
        comment="供需活动",
    )
    op.create_index(
        "ix_matchmaking_events_starts_at", "matchmaking_events", ["starts_at"], unique=False
    )
    op.create_table(
        "event_sign_ups",
        _id("id"),
        _id("event_id"),
        _whole("number"),
        _uscc("uscc"),
        _short("organization_name"),
        _word("attendee"),
        _code("state"),
        _at("checked_in_at", nullable=True),
        _at("created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_event_sign_ups"),
        comment="活动报名",
    )
    op.create_index(
        "ix_event_sign_ups_event_id_id", "event_sign_ups", ["event_id", "id"], unique=False
    )
    op.create_index(
        "uq_event_sign_ups_person",
        "event_sign_ups",
        ["event_id", "uscc", "attendee"],
        unique=True,
        postgresql_where=sa.text("state <> 'cancelled'"),
    )
    op.create_table(
        "event_matches",
        _id("id"),
        _id("event_id"),
        _id("demand_id", nullable=True),
        _id("achievement_id", nullable=True),
        _json("supplier"),
        _json("seeker"),
        _code("intention"),
        _money("amount_yuan", nullable=True),
        _long("note", nullable=True),
        _day("made_on"),
        _at("created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_event_matches"),
        comment="活动对接意向",
    )
    op.create_index("ix_event_matches_event_id", "event_matches", ["event_id"], unique=False)
    op.create_table(
        "follow_ups",
        _id("id"),
        _id("event_id"),
        _id("event_match_id"),
        _uscc("owner_uscc"),
        _small("days"),
        _day("due_on"),
        _code("state"),
        _code("outcome", nullable=True),
        _long("note", nullable=True),
        _id("contract_id", nullable=True),
        _word("done_by", nullable=True),
        _at("done_at", nullable=True),
        _whole("version"),
        sa.PrimaryKeyConstraint("id", name="pk_follow_ups"),
        comment="对接回访",
    )
    op.create_index("ix_follow_ups_event_match_id", "follow_ups", ["event_match_id"], unique=False)
    op.create_index("ix_follow_ups_state_due_on", "follow_ups", ["state", "due_on"], unique=False)


def downgrade() -> None:
    for name in _NEW:
        op.drop_table(name)

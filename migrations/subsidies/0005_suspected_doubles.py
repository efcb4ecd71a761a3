"""Applications may be doubles, too; a suspicion lapses when the merger behind it is undone.

Revision ID: subsidies_0005
"""

import sqlalchemy as sa
from alembic import op

revision = "subsidies_0005"
down_revision = "subsidies_0004"
branch_labels = None
depends_on = None

_DECISION = (
    ("outcome", sa.String(length=16)),
    ("reason", sa.String(length=2000)),
    ("decided_by", sa.String(length=100)),
    ("decided_by_uscc", sa.String(length=18)),
    ("decided_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    op.create_table(
        "suspected_doubles",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("payment_ref", sa.String(length=100), nullable=True),
        sa.Column("twin_payment_ref", sa.String(length=100), nullable=True),
        sa.Column("application_id", sa.String(length=36), nullable=True),
        sa.Column("twin_application_id", sa.String(length=36), nullable=True),
        sa.Column("cause", sa.String(length=16), nullable=False),
        sa.Column("noted_by", sa.String(length=100), nullable=False),
        sa.Column("noted_by_uscc", sa.String(length=18), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lapsed_at", sa.DateTime(timezone=True), nullable=True),
        *(sa.Column(name, kind, nullable=True) for name, kind in _DECISION),
        sa.CheckConstraint(
            "outcome IN ('distinct', 'duplicate')", name=op.f("ck_suspected_doubles_known_outcome")
        ),
        sa.CheckConstraint(
            "cause IN ('recorded', 'merged', 'unmerged')",
            name=op.f("ck_suspected_doubles_known_cause"),
        ),
        sa.CheckConstraint(
            "(payment_ref IS NULL) = (twin_payment_ref IS NULL)"
            " AND (application_id IS NULL) = (twin_application_id IS NULL)"
            " AND (payment_ref IS NULL) <> (application_id IS NULL)",
            name=op.f("ck_suspected_doubles_two_of_a_kind"),
        ),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_suspected_doubles_{column}"))
            for column, target in (
                ("payment_ref", "city_payments.payment_ref"),
                ("twin_payment_ref", "city_payments.payment_ref"),
                ("application_id", "applications.id"),
                ("twin_application_id", "applications.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspected_doubles")),
        comment="疑似重复：人工核定前不兑付",
    )
    for column in ("payment_ref", "application_id", "twin_application_id"):
        op.create_index(op.f(f"ix_suspected_doubles_{column}"), "suspected_doubles", [column])
    op.execute(
        "INSERT INTO suspected_doubles (id, payment_ref, twin_payment_ref, cause, noted_by,"
        " noted_by_uscc, noted_at, outcome, reason, decided_by, decided_by_uscc, decided_at)"
        " SELECT gen_random_uuid()::text, twin.payment_ref, twin.twin_ref, 'recorded',"
        " payment.recorded_by, payment.recorded_by_uscc, twin.noted_at, twin.outcome,"
        " twin.reason, twin.decided_by, twin.decided_by_uscc, twin.decided_at"
        " FROM payment_twins twin JOIN city_payments payment USING (payment_ref)"
    )
    op.drop_table("payment_twins")


def downgrade() -> None:
    op.create_table(
        "payment_twins",
        sa.Column("payment_ref", sa.String(length=100), nullable=False),
        sa.Column("twin_ref", sa.String(length=100), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, kind, nullable=True) for name, kind in _DECISION),
        sa.CheckConstraint(
            "outcome IN ('distinct', 'duplicate')", name=op.f("ck_payment_twins_known_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["payment_ref"],
            ["city_payments.payment_ref"],
            name=op.f("fk_payment_twins_payment_ref"),
        ),
        sa.ForeignKeyConstraint(
            ["twin_ref"], ["city_payments.payment_ref"], name=op.f("fk_payment_twins_twin_ref")
        ),
        sa.PrimaryKeyConstraint("payment_ref", name=op.f("pk_payment_twins")),
        comment="疑似同一笔市级拨付登记两次：人工核定前不计入应得",
    )
    op.execute(
        "INSERT INTO payment_twins SELECT DISTINCT ON (payment_ref) payment_ref, twin_payment_ref,"
        " noted_at, outcome, reason, decided_by, decided_by_uscc, decided_at"
        " FROM suspected_doubles WHERE payment_ref IS NOT NULL AND lapsed_at IS NULL"
        " ORDER BY payment_ref, outcome IS NULL DESC, outcome = 'duplicate' DESC"
    )
    op.drop_table("suspected_doubles")

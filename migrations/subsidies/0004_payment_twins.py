"""Payments of the city that may be one under two references wait for a person.

Revision ID: subsidies_0004
"""

import sqlalchemy as sa
from alembic import op

revision = "subsidies_0004"
down_revision = "subsidies_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "payment_twins",
        sa.Column("payment_ref", sa.String(length=100), nullable=False),
        sa.Column("twin_ref", sa.String(length=100), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=True),
        sa.Column("decided_by", sa.String(length=100), nullable=True),
        sa.Column("decided_by_uscc", sa.String(length=18), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
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


def downgrade() -> None:
    op.drop_table("payment_twins")

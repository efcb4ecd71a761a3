"""Contracts are records as the other kinds are; the terms in force stand beside the registered.

The words of contracts from before are found once they are written again: a migration has no cutter.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_SIDES = ("seller", "buyer")
_TERMS = ("title", "total_yuan", "technology_yuan", "equipment_yuan", "other_yuan", "signed_on")
_CHANGED = f"""
    UPDATE contracts AS c SET in_force = (
        jsonb_build_object({", ".join(f"'{name}', c.{name}::text" for name in _TERMS)})
        || jsonb_build_object('form', c.form) || a.changes
    )
    FROM (
        SELECT contract_id, jsonb_object_agg(key, value ORDER BY sequence) AS changes
        FROM contract_amendments, jsonb_each(content)
        WHERE state = 'accepted' AND kind = 'change' GROUP BY contract_id
    ) AS a
    WHERE a.contract_id = c.id
"""  # noqa: S608 made of constants only


def upgrade() -> None:
    op.add_column("contracts", sa.Column("source_id", sa.String(length=200), nullable=True))
    op.add_column("contracts", sa.Column("content_hash", sa.LargeBinary(length=16), nullable=True))
    op.add_column("contracts", sa.Column("visibility", sa.String(length=40), nullable=True))
    number = sa.Column(
        "document", sa.BigInteger(), server_default=sa.text("nextval('documents')"), nullable=False
    )
    op.add_column("contracts", number)
    op.add_column("contracts", sa.Column("in_force", JSONB(none_as_null=True), nullable=True))
    op.execute(
        "UPDATE contracts SET source_id = coalesce(source_ref, id), visibility = 'private',"
        " content_hash = decode(repeat('00', 16), 'hex')"
    )
    op.execute(_CHANGED)
    for name in ("source_id", "content_hash", "visibility"):
        op.alter_column("contracts", name, nullable=False)
    op.alter_column("contracts", "state", server_default=sa.text("'draft'"))
    op.drop_index("ix_contracts_owner_uscc", "contracts")
    columns = ["owner_uscc", "source_id"]
    op.create_index("uq_contracts_owner_source", "contracts", columns, unique=True)
    op.create_index("uq_contracts_document", "contracts", ["document"], unique=True)
    for side in _SIDES:
        op.drop_column("contracts", f"{side}_uscc")
        read = sa.Computed(f"{side}->>'uscc'", persisted=True)
        column = sa.Column(f"{side}_uscc", sa.String(length=18), read, nullable=False)
        op.add_column("contracts", column)


def downgrade() -> None:
    for side in _SIDES:
        op.execute(f"ALTER TABLE contracts ALTER COLUMN {side}_uscc DROP EXPRESSION")
    op.drop_index("uq_contracts_document", "contracts")
    op.drop_index("uq_contracts_owner_source", "contracts")
    op.create_index("ix_contracts_owner_uscc", "contracts", ["owner_uscc"], unique=False)
    op.alter_column("contracts", "state", server_default=None)
    for name in ("in_force", "document", "visibility", "content_hash", "source_id"):
        op.drop_column("contracts", name)

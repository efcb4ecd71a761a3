"""Embargo and hidden fields for every kind of record, as achievements have them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_KINDS = ("instruments", "researchers", "rd_expenditures", "platforms", "awards")
_EMBARGO = " OR OLD.embargo_until IS DISTINCT FROM NEW.embargo_until"


def _put_trigger(kind: str, embargo: str) -> None:
    op.execute(f"DROP TRIGGER bury_hidden ON {kind}")
    op.execute(
        f"CREATE TRIGGER bury_hidden AFTER UPDATE ON {kind} FOR EACH ROW"
        f" WHEN (OLD.visibility IS DISTINCT FROM NEW.visibility{embargo})"
        " EXECUTE FUNCTION bury()"
    )


def upgrade() -> None:
    for kind in _KINDS:
        op.add_column(kind, sa.Column("embargo_until", sa.Date(), nullable=True))
        op.add_column(kind, sa.Column("hidden_fields", JSONB, nullable=True))
        op.create_index(
            f"ix_{kind}_embargo_until",
            kind,
            ["embargo_until"],
            postgresql_where="embargo_until IS NOT NULL",
        )
        _put_trigger(kind, _EMBARGO)


def downgrade() -> None:
    for kind in _KINDS:
        _put_trigger(kind, "")
        op.drop_index(f"ix_{kind}_embargo_until", kind)
        op.drop_column(kind, "hidden_fields")
        op.drop_column(kind, "embargo_until")

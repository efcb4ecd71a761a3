"""Progress of the platforms above, who was told without an inquiry, consents with a first day.

Revision ID: credit_0005
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "credit_0005"
down_revision = "credit_0004"
branch_labels = None
depends_on = None

# As in 0004, with the day from which a consent holds.
_HOLD_LOOK = """
CREATE OR REPLACE FUNCTION hold_look(
    p_consent_id text, p_uscc text, p_known_at timestamptz, p_as_of date,
    OUT held json, OUT facts json, OUT marks json
) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    SELECT json_build_object(
               'consent_id', c.id, 'uscc', c.uscc, 'institution_uscc', c.institution_uscc,
               'purpose', c.purpose, 'scope', c.scope, 'categories', c.categories,
               'state', c.state, 'valid_from', c.valid_from, 'valid_until', c.valid_until,
               'answer_by', c.answer_by,
               'max_reads', c.max_reads, 'reads_used', c.reads_used,
               'max_reads_per_day', c.max_reads_per_day, 'reads_on', c.reads_on,
               'reads_that_day', c.reads_that_day, 'keep_days', c.keep_days,
               'touched_at', s.touched_at, 'log_entries', s.log_entries, 'log_seal', s.log_seal)
      INTO held
      FROM consents c, subjects s
     WHERE c.id = p_consent_id AND s.uscc = p_uscc
       FOR UPDATE OF c, s;
    IF held IS NOT NULL THEN
        SELECT r.facts, r.marks INTO facts, marks FROM read_known(p_uscc, p_known_at, p_as_of) r;
    END IF;
END $$
"""


def upgrade() -> None:
    op.add_column("consents", sa.Column("valid_from", sa.DateTime(timezone=True)))
    op.execute(_HOLD_LOOK)
    op.create_table(
        "outlet_checks",
        sa.Column("outlet", sa.String(length=50), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(length=36)),
        sa.Column("whole_on", sa.Date()),
        sa.Column("catalogue", sa.String(length=100)),
        sa.PrimaryKeyConstraint("outlet", name="pk_outlet_checks"),
        comment="各平台报送核对的进度",
    )
    op.create_table(
        "disclosures",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("institution_uscc", sa.String(length=18), nullable=False),
        sa.Column("case_id", sa.String(length=64)),
        sa.Column("message_id", sa.String(length=36)),
        sa.Column("fact_ids", postgresql.JSONB(), nullable=False),
        sa.Column("readable_until", sa.Date()),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_disclosures"),
        comment="查询之外的告知（办件结果、监测消息）所依据的信用事实",
    )
    op.create_index("ix_disclosures_uscc", "disclosures", ["uscc"])
    op.create_index("ix_disclosures_message_id", "disclosures", ["message_id"])
    op.add_column(
        "credit_notices",
        sa.Column("case_ids", postgresql.JSONB(), nullable=False, server_default="[]"),
    )
    op.create_index("ix_facts_recorded_from", "facts", ["recorded_from"])
    op.create_index(
        "ix_facts_recorded_to",
        "facts",
        ["recorded_to"],
        postgresql_where=sa.text("recorded_to IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_facts_recorded_to", "facts")
    op.drop_index("ix_facts_recorded_from", "facts")
    op.drop_column("credit_notices", "case_ids")
    op.drop_table("disclosures")
    op.drop_table("outlet_checks")
    op.execute(_HOLD_LOOK.replace("'valid_from', c.valid_from, ", ""))
    op.drop_column("consents", "valid_from")

"""Changes of plan that wait for approval; four eyes unless said otherwise; older rows made whole.

What revision 2 added to cases and tracks is the fold of their events: rows that were there before
get it from the ledger, so that they equal their replay too. Institutions that are entered stay as
they are.

Revision ID: gateway_0005
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "gateway_0005"
down_revision = "gateway_0004"
branch_labels = None
depends_on = None

OPENED_BY = """
UPDATE cases SET opened_by = opening.actor->>'client_id'
FROM case_events AS opening
WHERE opening.case_id = cases.id AND opening.sequence = 1 AND cases.opened_by IS NULL
"""

ACCEPTED_ON = """
UPDATE case_tracks SET accepted_on = accepted.day
FROM (
    SELECT DISTINCT ON (track_id) track_id, CAST(data->>'on' AS date) AS day
    FROM case_events WHERE kind = 'track-accepted' ORDER BY track_id, sequence DESC
) AS accepted
WHERE accepted.track_id = case_tracks.id AND case_tracks.accepted_on IS NULL
"""

# Who submitted counts until the file is received again; a supplement of the firm is a receipt.
MADE_BY = """
UPDATE case_tracks SET made_by = latest.actor->>'client_id'
FROM (
    SELECT DISTINCT ON (track_id) track_id, kind, actor FROM case_events
    WHERE kind IN ('track-opened', 'track-reopened', 'information-supplied', 'track-submitted')
    ORDER BY track_id, sequence DESC
) AS latest
WHERE latest.track_id = case_tracks.id AND case_tracks.made_by IS NULL
  AND latest.kind = 'track-submitted' AND latest.actor->>'uscc' = case_tracks.holder_uscc
"""


def upgrade() -> None:
    op.add_column(
        "cases",
        sa.Column(
            "proposal", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
    )
    op.alter_column("institutions", "four_eyes", server_default=sa.true())
    for statement in (OPENED_BY, ACCEPTED_ON, MADE_BY):
        op.execute(statement)


def downgrade() -> None:
    op.alter_column("institutions", "four_eyes", server_default=sa.false())
    op.drop_column("cases", "proposal")

"""What a look reads, in one round trip: two functions, each statement of which sees its own moment.

In a VOLATILE function under READ COMMITTED every statement has a snapshot of its own, so what is
read after the lock was taken is read as it is under the lock.

Revision ID: credit_0004
"""

from alembic import op

revision = "credit_0004"
down_revision = "credit_0003"
branch_labels = None
depends_on = None

# Without `p_known_at` it reads what is known now; without `p_as_of`, also by mergers to come.
# Left out is what may not be told to anyone who asks now: what no longer stands.
_READ_KNOWN = """
CREATE FUNCTION read_known(
    p_uscc text, p_known_at timestamptz, p_as_of date, OUT facts json, OUT marks json
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    moment timestamptz := COALESCE(p_known_at, 'infinity');
BEGIN
    SELECT COALESCE(json_agg(json_build_array(
               f.id, f.uscc, f.item, f.value, f.source, f.observed_on, f.valid_from, f.valid_to,
               f.conduct_ended_on, f.details, f.recorded_from, f.recorded_to, f.gone_on,
               f.fact_key)), '[]')
      INTO facts
      FROM facts f
     WHERE f.uscc = ANY (ARRAY(
               SELECT p_uscc
                UNION ALL
               SELECT m.absorbed_uscc FROM mergers m
                WHERE m.surviving_uscc = p_uscc AND m.recorded_from <= moment
                  AND (m.recorded_to IS NULL OR m.recorded_to > moment)
                  AND (p_as_of IS NULL OR m.merged_on <= p_as_of)))
       AND f.recorded_from <= moment AND (f.recorded_to IS NULL OR f.recorded_to > moment)
       AND f.standing = 'stands' AND f.withheld_from IS NULL;
    SELECT COALESCE(json_agg(json_build_array(
               o.id, o.item, o.raised_at, o.decided_at, o.note, f.fact_key) ORDER BY o.id), '[]')
      INTO marks
      FROM objections o JOIN facts f ON f.id = o.fact_id
     WHERE o.uscc = p_uscc AND o.raised_at <= moment
       AND (o.decided_at IS NULL OR o.decided_at > moment OR o.state = 'kept');
END $$
"""

# The consent, then the enterprise, in the order in which everybody locks them.
_HOLD_LOOK = """
CREATE FUNCTION hold_look(
    p_consent_id text, p_uscc text, p_known_at timestamptz, p_as_of date,
    OUT held json, OUT facts json, OUT marks json
) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    SELECT json_build_object(
               'consent_id', c.id, 'uscc', c.uscc, 'institution_uscc', c.institution_uscc,
               'purpose', c.purpose, 'scope', c.scope, 'categories', c.categories,
               'state', c.state, 'valid_until', c.valid_until, 'answer_by', c.answer_by,
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
    op.execute(_READ_KNOWN)
    op.execute(_HOLD_LOOK)


def downgrade() -> None:
    op.execute("DROP FUNCTION hold_look")
    op.execute("DROP FUNCTION read_known")

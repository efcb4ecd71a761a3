"""Tombstones of demands, contracts and organisations, also for those who could see a thing by name.

An organisation that entered the register by its first act has a line of history now, too.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

# When a thing stops being seen by somebody who could see it.
_HIDDEN = {
    "demands": "OLD.visibility IS DISTINCT FROM NEW.visibility"
    " OR OLD.invited IS DISTINCT FROM NEW.invited"
    " OR (OLD.published_on IS NOT NULL AND NEW.published_on IS NULL)",
    "contracts": "OLD.visibility IS DISTINCT FROM NEW.visibility"
    " OR OLD.seller_uscc IS DISTINCT FROM NEW.seller_uscc"
    " OR OLD.buyer_uscc IS DISTINCT FROM NEW.buyer_uscc",
}
# The register of organisations is public, and an organisation is its own owner there.
_BURY = """
CREATE OR REPLACE FUNCTION bury() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    levels text[] := ARRAY['classified', 'private', 'members', 'public'];
    gone jsonb := to_jsonb(OLD);
    embargo date := (gone ->> 'embargo_until')::date;
    seen text := coalesce(gone ->> 'visibility', 'public');
    named text[] := '{}';
BEGIN
    IF embargo > (clock_timestamp() AT TIME ZONE 'Asia/Shanghai')::date
        AND seen IN ('members', 'public')
    THEN
        seen := 'private';
    END IF;
    IF TG_TABLE_NAME = 'demands' AND gone ->> 'published_on' IS NOT NULL THEN
        named := ARRAY(SELECT jsonb_array_elements_text(gone -> 'invited'));
    ELSIF TG_TABLE_NAME = 'contracts' THEN
        named := ARRAY[gone ->> 'seller_uscc', gone ->> 'buyer_uscc'];
    END IF;
    INSERT INTO tombstones (noun, thing_id, visibility, owner_uscc, at, seen_by)
    VALUES (
        TG_TABLE_NAME, coalesce(gone ->> 'id', gone ->> 'uscc'), seen,
        coalesce(gone ->> 'owner_uscc', gone ->> 'uscc'), clock_timestamp(), named
    )
    ON CONFLICT (noun, thing_id) DO UPDATE SET at = excluded.at, visibility =
        levels[greatest(array_position(levels, tombstones.visibility::text),
                        array_position(levels, excluded.visibility::text))],
        seen_by = ARRAY(SELECT DISTINCT unnest(tombstones.seen_by || excluded.seen_by));
    RETURN NULL;
END $$
"""
_BURY_BEFORE = """
CREATE OR REPLACE FUNCTION bury() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    levels text[] := ARRAY['classified', 'private', 'members', 'public'];
    embargo date := (to_jsonb(OLD) ->> 'embargo_until')::date;
    seen text := OLD.visibility;
BEGIN
    IF embargo > (clock_timestamp() AT TIME ZONE 'Asia/Shanghai')::date
        AND seen IN ('members', 'public')
    THEN
        seen := 'private';
    END IF;
    INSERT INTO tombstones (noun, thing_id, visibility, owner_uscc, at)
    VALUES (TG_TABLE_NAME, OLD.id, seen, OLD.owner_uscc, clock_timestamp())
    ON CONFLICT (noun, thing_id) DO UPDATE SET at = excluded.at, visibility =
        levels[greatest(array_position(levels, tombstones.visibility::text),
                        array_position(levels, excluded.visibility::text))];
    RETURN NULL;
END $$
"""
_UNTOLD = """
    INSERT INTO history (id, noun, thing_id, version, act, at, client_id, organization_uscc,
        organization_name, reason)
    SELECT gen_random_uuid()::text, 'organizations', uscc, version, 'created', created_at,
        'liurong', uscc, '六融平台', '补记：首次办事时入册'
    FROM organizations o
    WHERE NOT EXISTS (
        SELECT FROM history h WHERE h.noun = 'organizations' AND h.thing_id = o.uscc
    )
"""


def _put_trigger(kind: str, act: str, when: str = "true") -> None:
    name = "bury_deleted" if act == "DELETE" else "bury_hidden"
    op.execute(
        f"CREATE OR REPLACE TRIGGER {name} AFTER {act} ON {kind} FOR EACH ROW"
        f" WHEN ({when}) EXECUTE FUNCTION bury()"
    )


def upgrade() -> None:
    # What was withdrawn as a draft had become visible, though it was never published.
    op.execute("UPDATE demands SET published_on = NULL WHERE state = 'draft'")
    op.execute("UPDATE demands SET visibility = 'private' WHERE published_on IS NULL")
    names = sa.ARRAY(sa.String(length=18))
    seen_by = sa.Column("seen_by", names, server_default=sa.text("'{}'"), nullable=False)
    op.add_column("tombstones", seen_by)
    op.execute(_BURY)
    for kind in (*_HIDDEN, "organizations"):
        _put_trigger(kind, "DELETE")
    for kind, hidden in _HIDDEN.items():
        _put_trigger(kind, "UPDATE", hidden)
    op.execute(_UNTOLD)


def downgrade() -> None:
    opened = "OLD.visibility IN ('public', 'members')"
    _put_trigger("demands", "DELETE", opened)
    _put_trigger(
        "demands", "UPDATE", f"{opened} AND OLD.visibility IS DISTINCT FROM NEW.visibility"
    )
    op.execute("DROP TRIGGER bury_hidden ON contracts")
    op.execute("DROP TRIGGER bury_deleted ON contracts")
    op.execute("DROP TRIGGER bury_deleted ON organizations")
    op.execute("DELETE FROM tombstones WHERE noun IN ('contracts', 'organizations')")
    op.execute(_BURY_BEFORE)
    op.drop_column("tombstones", "seen_by")

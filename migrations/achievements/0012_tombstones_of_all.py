"""Tombstones of whatever anybody but its owner could see, embargoes regarded; embargoes indexed."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_KINDS = (
    "achievements", "instruments", "researchers", "rd_expenditures", "platforms", "awards",
)  # fmt: skip

# The widest visibility a thing ever had is kept: who could see it once is told that it is gone, and
# nobody else. Under embargo a thing is seen by its owner and the bureau only, like a private one.
_BURY = """
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
_BURY_BEFORE = """
CREATE OR REPLACE FUNCTION bury() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tombstones (noun, thing_id, visibility, owner_uscc, at)
    VALUES (TG_TABLE_NAME, OLD.id, OLD.visibility, OLD.owner_uscc, clock_timestamp())
    ON CONFLICT (noun, thing_id) DO UPDATE SET at = excluded.at,
        visibility = CASE WHEN 'public' IN (tombstones.visibility, excluded.visibility)
            THEN 'public' ELSE excluded.visibility END;
    RETURN NULL;
END $$
"""


def _put_triggers(visible: str) -> None:
    for kind in _KINDS:
        merged = (
            " OR OLD.merged_into IS DISTINCT FROM NEW.merged_into"
            " OR OLD.embargo_until IS DISTINCT FROM NEW.embargo_until"
            if kind == "achievements"
            else ""
        )
        op.execute(f"DROP TRIGGER bury_deleted ON {kind}")
        op.execute(f"DROP TRIGGER bury_hidden ON {kind}")
        op.execute(
            f"CREATE TRIGGER bury_deleted AFTER DELETE ON {kind} FOR EACH ROW"
            f" WHEN ({visible}) EXECUTE FUNCTION bury()"
        )
        op.execute(
            f"CREATE TRIGGER bury_hidden AFTER UPDATE ON {kind} FOR EACH ROW"
            f" WHEN ({visible} AND (OLD.visibility IS DISTINCT FROM NEW.visibility{merged}))"
            " EXECUTE FUNCTION bury()"
        )


def upgrade() -> None:
    op.execute(_BURY)
    _put_triggers("true")
    op.create_index(
        "ix_achievements_embargo_until",
        "achievements",
        ["embargo_until"],
        postgresql_where="embargo_until IS NOT NULL",
    )


def downgrade() -> None:
    op.drop_index("ix_achievements_embargo_until", "achievements")
    op.execute(_BURY_BEFORE)
    _put_triggers("OLD.visibility IN ('public', 'members')")

"""Finding doubles with whole sets at once, and the queue of pairs."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    Select,
    and_,
    cast,
    delete,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONPATH
from sqlalchemy.orm import Session

from kit.clock import now
from kit.db import WriteSession
from kit.errors import no_such
from services.achievements.rules.doubles import NEAR
from services.achievements.rules.kinds import Kind
from services.achievements.rules.visibility import HideableField, Viewer
from services.achievements.store.bulk import copy_rows
from services.achievements.store.pages import after_cursor, by_id, cut_page, order_by
from services.achievements.store.visibility import open_to, shows_field
from services.achievements.tables import RECORD_TABLES, Base

_TABLE = RECORD_TABLES[Kind.ACHIEVEMENTS]
_PAIRS = Base.metadata.tables["duplicate_candidates"]
_TITLES = Base.metadata.tables["achievement_titles"]
_EVERY_NAME = cast("$[*].name", JSONPATH)
_FIRST, _SECOND = _TABLE.alias("first"), _TABLE.alias("second")


def list_unseen(session: WriteSession, limit: int) -> Sequence[RowMapping]:
    """Achievements whose titles were not compared yet, or changed since; one scan at a time."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext("doubles"))))
    query = (
        select(_TABLE.c.id, _TABLE.c.document, _TABLE.c.title,
               _TABLE.c.organizations[0].label("first"),
               func.jsonb_path_query_array(_TABLE.c.contributors, _EVERY_NAME).label("people"))
        .outerjoin(_TITLES, _TITLES.c.achievement_id == _TABLE.c.id)
        .where(or_(_TITLES.c.document.is_(None), _TITLES.c.document != _TABLE.c.document))
        .order_by(_TABLE.c.id)
        .limit(limit)
    )  # fmt: skip
    return session.execute(query).mappings().all()


def keep_titles(
    session: WriteSession,
    rows: Sequence[Mapping[str, object]],
    people: Mapping[object, Sequence[str]],
) -> None:
    """Keep titles made comparable, with the names of the people (by the achievement's id)."""
    known = [row["achievement_id"] for row in rows]
    session.execute(delete(_TITLES).where(_TITLES.c.achievement_id == func.any(known)))
    lines = ([*row.values(), _as_array(people[row["achievement_id"]])] for row in rows)
    copy_rows(session, _TITLES, [*rows[0], "people"], lines)


def _as_array(names: Sequence[str]) -> str:
    # Names made comparable hold letters and digits only, so nothing is escaped.
    quoted = ",".join(f'"{name}"' for name in names)
    return f"{{{quoted}}}"


SAME_LETTERS = """
    char_length({one}) = char_length({other})
    AND translate({one}, {other}, '') = '' AND translate({other}, {one}, '') = ''
"""
"""Whether two titles have the same letters: in a short one, two letters that changed places leave
few trigrams as they were."""

_FIND = text(f"""
    WITH mine AS MATERIALIZED (
        SELECT * FROM achievement_titles WHERE achievement_id = ANY(:ids)
    ), found AS MATERIALIZED (
        SELECT own.achievement_id AS a, other.achievement_id AS b,
            split_part(own.key, ':', 1) AS reason, 1.0::real AS near
        FROM duplicate_keys own
        JOIN duplicate_keys other USING (key)
        WHERE own.achievement_id = ANY(:ids) AND other.achievement_id <> own.achievement_id
        UNION ALL
        SELECT mine.achievement_id, other.achievement_id, 'near_title', other.similarity
        FROM mine
        CROSS JOIN LATERAL (
            SELECT near.achievement_id, similarity(near.title, mine.title) AS similarity,
                {SAME_LETTERS.format(one="near.title", other="mine.title")} AS same_letters
            FROM achievement_titles near
            WHERE near.people && mine.people
                -- Of two in this batch the later looks at the earlier; so each pair is met once.
                AND (near.achievement_id < mine.achievement_id
                    OR near.achievement_id NOT IN (SELECT achievement_id FROM mine))
            OFFSET 0
        ) other
        WHERE other.similarity >= :near OR other.same_letters
    )
    INSERT INTO duplicate_candidates
        (id, first_id, second_id, certainty, reasons, similarity, state, version, found_at)
    SELECT gen_random_uuid()::text, least(a, b), greatest(a, b),
        CASE WHEN bool_or(reason IN ('patent', 'doi')) THEN 'certain' ELSE 'probable' END,
        to_jsonb(array_agg(DISTINCT reason)), max(near), 'open', 1, :at
    FROM found
    JOIN achievements one ON one.id = found.a
    JOIN achievements two ON two.id = found.b
    WHERE one.merged_into IS NULL AND two.merged_into IS NULL
    GROUP BY least(a, b), greatest(a, b)
    ON CONFLICT (first_id, second_id) DO NOTHING
""")  # noqa: S608 made of constants


def find_pairs(session: WriteSession, ids: Sequence[str]) -> int:
    """Put the pairs that these achievements make into the queue; how many are new."""
    done = session.execute(_FIND, {"ids": list(ids), "near": NEAR, "at": now()})
    return int(getattr(done, "rowcount", 0))


def lock_pair(session: WriteSession, pair_id: str, viewer: Viewer) -> RowMapping:
    """A pair of which this viewer may see both sides, held until the end."""
    query = _pairs_of(viewer).where(_PAIRS.c.id == pair_id).with_for_update(of=_PAIRS)
    row = session.execute(query).mappings().one_or_none()
    if row is None:
        raise no_such("疑似重复", "pair", pair_id)
    return row


def _pairs_of(viewer: Viewer) -> Select[Any]:
    first, second = _PAIRS.c.first_id, _PAIRS.c.second_id
    owners = [_FIRST.c.owner_uscc.label("first_owner"), _SECOND.c.owner_uscc.label("second_owner")]
    query = select(_PAIRS, *owners)
    query = query.join(_FIRST, _FIRST.c.id == first).join(_SECOND, _SECOND.c.id == second)
    mine = or_(_FIRST.c.owner_uscc == viewer.uscc, _SECOND.c.owner_uscc == viewer.uscc)
    seen = and_(open_to(_FIRST, viewer), open_to(_SECOND, viewer))
    known = [_knows(viewer, field).label(name) for name, field in _TELLING.items()]
    query = query.add_columns(*known)
    return query.where(seen) if viewer.sees_all else query.where(seen, mine, _has_reason(viewer))


_TELLING = {
    "knows_property": HideableField.INTELLECTUAL_PROPERTY,
    "knows_people": HideableField.CONTRIBUTORS,
}


def _knows(viewer: Viewer, field: HideableField) -> ColumnElement[bool]:
    return and_(shows_field(_FIRST, viewer, field), shows_field(_SECOND, viewer, field))


def _has_reason(viewer: Viewer) -> ColumnElement[bool]:
    """Whether a pair has a reason that tells this viewer nothing hidden."""
    reasons = _PAIRS.c.reasons
    return or_(
        reasons.contains(["title"]),
        and_(
            or_(reasons.contains(["patent"]), reasons.contains(["doi"])),
            _knows(viewer, HideableField.INTELLECTUAL_PROPERTY),
        ),
        and_(reasons.contains(["near_title"]), _knows(viewer, HideableField.CONTRIBUTORS)),
    )


def list_pairs(
    session: Session, viewer: Viewer, state: str | None, limit: int, cursor: str | None
) -> tuple[list[RowMapping], str | None]:
    """One page of the queue."""
    order = by_id(_PAIRS)
    query = _pairs_of(viewer).add_columns(order.key.label("sort_key"))
    if state is not None:
        query = query.where(_PAIRS.c.state == state)
    if cursor is not None:
        query = query.where(after_cursor(order, _PAIRS, cursor))
    rows = session.execute(query.order_by(*order_by(order, _PAIRS)).limit(limit + 1))
    return cut_page(rows.mappings().all(), limit)


def keep_decision(session: WriteSession, pair_id: str, values: Mapping[str, object]) -> None:
    """Set what was decided about a pair."""
    statement = update(_PAIRS).where(_PAIRS.c.id == pair_id)
    session.execute(statement.values({**values, "decided_at": now()}))


def set_merged(session: WriteSession, achievement_id: str, kept_id: str | None) -> None:
    """Let another record stand for this one, or none any more."""
    statement = update(_TABLE).where(_TABLE.c.id == achievement_id)
    session.execute(statement.values(merged_into=kept_id, updated_at=now()))


def find_merged(session: Session, ids: Iterable[str]) -> set[str]:
    """Which of these have another standing for them."""
    query = select(_TABLE.c.id).where(_TABLE.c.id.in_(list(ids)), _TABLE.c.merged_into.is_not(None))
    return set(session.execute(query).scalars())

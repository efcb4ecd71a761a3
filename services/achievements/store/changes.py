"""The change feed, read from history in the order of transactions, without gaps.

A line is shown when no transaction that began before its own can still add one: those above the
horizon, the oldest transaction that still runs in this database, wait. So a reader who goes on
from his last place misses nothing, however many write at once. A thing stands in the feed once, at
its last change, as it is now.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import RowMapping, or_, select, text
from sqlalchemy.orm import Session

from services.achievements.rules.amendments import put_in_force
from services.achievements.rules.changes import FoundChange, Place, Window
from services.achievements.rules.kinds import Kind
from services.achievements.rules.visibility import Viewer, open_levels
from services.achievements.store.organizations import list_named_organizations
from services.achievements.store.visibility import columns_for, visible_to
from services.achievements.tables import RECORD_TABLES, Tombstone

_LINES_AT_ONCE = 500

_LINES = text(
    """
    SELECT h.transaction, h.id, h.noun, h.thing_id, h.at
    FROM history h
    WHERE (h.transaction, h.id) > (:transaction, :line_id)
        AND h.transaction < :horizon
        AND h.noun = ANY(:nouns)
        AND h.at >= coalesce(:since, h.at)
        AND h.at < coalesce(:before, 'infinity'::timestamptz)
        AND NOT EXISTS (
            SELECT FROM history later
            WHERE later.noun = h.noun AND later.thing_id = h.thing_id
                AND (later.transaction, later.id) > (h.transaction, h.id)
                AND later.transaction < :horizon
        )
    ORDER BY h.transaction, h.id LIMIT :most
    """
)
# What others do in other databases of the same server holds nothing up here, so this is not
# pg_snapshot_xmin, which looks at all of them. The server's list of sessions has the lower half
# of a transaction's number; the upper half is that of the snapshot's end.
_HORIZON = text(
    """
    SELECT ended + coalesce(min(running), 0) FROM (
        SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS ended
    ) AS snapshot
    LEFT JOIN LATERAL (
        SELECT (backend_xid::text::bigint - ended % 4294967296 + 6442450944)
            % 4294967296 - 2147483648 AS running
        FROM pg_stat_activity
        WHERE datname = current_database() AND backend_xid IS NOT NULL
    ) AS transactions ON running < 0
    GROUP BY ended
    """
)
_FIRST_SINCE = text(
    "SELECT least(:horizon, (SELECT min(transaction) FROM history WHERE at >= :since))"
)
# A transaction that runs now may still add lines with an earlier time than this moment.
_SETTLED = text(
    """
    SELECT least(clock_timestamp(), min(xact_start)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
    """
)
_DUE_EMBARGOES = """
    SELECT id, version, owner_uscc FROM {kind} a
    WHERE a.embargo_until <= :today AND NOT EXISTS (
        SELECT FROM history h WHERE h.noun = '{kind}' AND h.thing_id = a.id
            AND h.at >= (a.embargo_until::timestamp AT TIME ZONE 'Asia/Shanghai')
    )
    ORDER BY id LIMIT 1000
"""


def list_changes(
    session: Session, window: Window, after: Place, limit: int
) -> Iterator[FoundChange]:
    """Up to so many changes after a place that the viewers of the window may know of."""
    horizon = _find_horizon(session)
    found = 0
    lines: Sequence[RowMapping] = [{}]  # type: ignore[list-item]
    while lines and found < limit:
        lines = _list_lines(session, window, after, horizon)
        for change in _as_seen(session, window.viewers, lines):
            yield change
            found += 1
            if found == limit:
                return
        if lines:
            after = Place(lines[-1]["transaction"], lines[-1]["id"])


def _find_horizon(session: Session) -> int:
    """Below it all is settled. Asked before the lines are: their snapshot must be the later one."""
    session.execute(text("SELECT pg_stat_clear_snapshot()"))  # else the list may be an old one
    horizon: int = session.execute(_HORIZON).scalar_one()
    return horizon


def _list_lines(
    session: Session, window: Window, after: Place, horizon: int
) -> Sequence[RowMapping]:
    values = {
        "horizon": horizon,
        "transaction": after.transaction,
        "line_id": after.line_id,
        "nouns": [kind.value for kind in window.viewers],
        "since": window.since,
        "before": window.before,
        "most": _LINES_AT_ONCE,
    }
    return session.execute(_LINES, values).mappings().all()


def _as_seen(
    session: Session, viewers: Mapping[Kind, Viewer], lines: Sequence[RowMapping]
) -> Iterator[FoundChange]:
    seen: dict[tuple[Kind, str], Mapping[Any, Any]] = {}
    gone: set[tuple[Kind, str]] = set()
    for kind in {Kind(line["noun"]) for line in lines}:
        ids = [line["thing_id"] for line in lines if line["noun"] == kind]
        seen |= {(kind, id_): row for id_, row in _find_seen(session, kind, viewers[kind], ids)}
        gone |= {(kind, id_) for id_ in _list_gone(session, kind, viewers[kind], ids)}
    for line in lines:
        key = (Kind(line["noun"]), line["thing_id"])
        if key in seen or key in gone:
            place = Place(line["transaction"], line["id"])
            yield FoundChange(place, *key, line["at"], seen.get(key))


def _find_seen(
    session: Session, kind: Kind, viewer: Viewer, ids: Sequence[str]
) -> Iterator[tuple[str, Mapping[Any, Any]]]:
    """Those of some things that stand in this viewer's lists, as his exports show them."""
    if kind is Kind.ORGANIZATIONS:
        yield from ((row["uscc"], row) for row in list_named_organizations(session, ids))
        return
    table = RECORD_TABLES[kind]
    query = select(*columns_for(table, viewer)).where(table.c.id.in_(ids))
    for row in session.execute(query.where(visible_to(table, viewer))).mappings():
        yield row["id"], put_in_force(row) if kind is Kind.CONTRACTS else row


def _list_gone(session: Session, kind: Kind, viewer: Viewer, ids: Sequence[str]) -> Sequence[str]:
    """Those that this viewer could see once; whether they are gone now is not asked here."""
    column = Tombstone.__table__.c
    levels = [level.value for level in open_levels(viewer)]
    could_see = or_(
        column.visibility.in_(levels),
        column.owner_uscc == viewer.uscc,
        column.seen_by.contains([viewer.uscc]),
    )
    query = select(column.thing_id).where(column.noun == kind.value, column.thing_id.in_(ids))
    return session.execute(query.where(could_see)).scalars().all()


def find_change(session: Session, viewers: Mapping[Kind, Viewer], id_: str) -> FoundChange | None:
    """One thing as the feed has it last, if its viewer may know of it."""
    lines = session.execute(
        text(
            "SELECT transaction, id, noun, thing_id, at FROM history"
            " WHERE noun = ANY(:nouns) AND thing_id = :id"
            " AND transaction < :horizon"
            " ORDER BY transaction DESC, id DESC LIMIT 1"
        ),
        {
            "nouns": [kind.value for kind in viewers],
            "id": id_,
            "horizon": _find_horizon(session),
        },
    )
    return next(_as_seen(session, viewers, lines.mappings().all()), None)


def find_place(session: Session, since: datetime) -> Place:
    """A place before all changes from an instant on, also those not yet committed."""
    values = {"since": since, "horizon": _find_horizon(session)}
    return Place(session.execute(_FIRST_SINCE, values).scalar_one())


def is_known_place(session: Session, place: Place) -> bool:
    """Whether a place can be of this database: none lies after all that began here."""
    newest = text("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
    return place.transaction <= int(session.execute(newest).scalar_one())


def find_settled(session: Session) -> datetime:
    """The instant up to which nothing can be added any more."""
    settled: datetime = session.execute(_SETTLED).scalar_one()
    return settled


def find_first_change(session: Session) -> datetime | None:
    """When the first thing came in."""
    first: datetime | None = session.execute(text("SELECT min(at) FROM history")).scalar()
    return first


def list_due_embargoes(session: Session, kind: Kind, today: date) -> Sequence[RowMapping]:
    """Things of a kind whose embargo is over and of which the feed has not told since."""
    query = text(_DUE_EMBARGOES.format(kind=kind.value))
    return session.execute(query, {"today": today}).mappings().all()

"""Achievements: search with filters and facets, doubles, and the cases they take part in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import CTE, ColumnElement, RowMapping, Select, delete, func, or_, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from kit.db import WriteSession
from services.achievements.rules.filters import AchievementFilter
from services.achievements.rules.kinds import Kind
from services.achievements.rules.visibility import Viewer
from services.achievements.store.bulk import copy_rows
from services.achievements.store.pages import (
    achievement_orders,
    after_cursor,
    by_id,
    by_score,
    cut_page,
    order_by,
)
from services.achievements.store.search import CANDIDATES, scored_documents
from services.achievements.store.visibility import columns_for, visible_to
from services.achievements.tables import RECORD_TABLES, AchievementCase, Base, DuplicateKey

_TABLE = RECORD_TABLES[Kind.ACHIEVEMENTS]
_KEYS = Base.metadata.tables["duplicate_keys"]


@dataclass(frozen=True, slots=True)
class Found:
    """A page of achievements; rows carry `sort_key`, and `score` where words were asked for."""

    rows: list[RowMapping]
    next_cursor: str | None


FacetCounts = dict[str, list[tuple[str | int, int]]]
Words = Mapping[str, float]


def search_achievements(
    session: Session, viewer: Viewer, wanted: AchievementFilter, words: Words | None
) -> Found:
    """What this viewer may see of what is asked for, best or newest first, or as sorted.

    `words` are those of `wanted.q`, weighed. Looking up every match costs more than ranking it,
    so the best candidates are looked up first, and all only where these do not fill the page.
    """
    if words is None:
        return _search(session, viewer, wanted, None)
    if not words:
        return Found([], None)
    ranked = wanted.cursor is None and wanted.sort in (None, "relevance")
    if ranked and wanted.limit < CANDIDATES:
        hits = scored_documents(Kind.ACHIEVEMENTS, words, best=CANDIDATES)
        found = _search(session, viewer, wanted, hits)
        if found.next_cursor is not None:
            return found
    return _search(session, viewer, wanted, scored_documents(Kind.ACHIEVEMENTS, words))


def _search(session: Session, viewer: Viewer, wanted: AchievementFilter, hits: CTE | None) -> Found:
    query = select(*columns_for(_TABLE, viewer)).where(*_conditions(viewer, wanted))
    order = by_id(_TABLE)
    if hits is not None:
        order = by_score(hits)
        query = query.join(hits, hits.c.document == _TABLE.c.document)
        query = query.add_columns(order.key.label("score"))
    if wanted.sort is not None and wanted.sort != "relevance":
        order = achievement_orders(_TABLE)[wanted.sort]
    if wanted.cursor is not None:
        query = query.where(after_cursor(order, _TABLE, wanted.cursor))
    query = query.add_columns(order.key.label("sort_key")).order_by(*order_by(order, _TABLE))
    rows = session.execute(query.limit(wanted.limit + 1)).mappings().all()
    return Found(*cut_page(rows, wanted.limit))


def _conditions(viewer: Viewer, wanted: AchievementFilter) -> Iterable[ColumnElement[bool]]:
    column = _TABLE.c
    yield visible_to(_TABLE, viewer)
    if wanted.field is not None:
        yield column.field == wanted.field
    if wanted.trl_min is not None:
        yield column.trl >= wanted.trl_min
    if wanted.trl_max is not None:
        yield column.trl <= wanted.trl_max
    if wanted.visibility is not None:
        yield column.visibility == wanted.visibility
    if wanted.source_id is not None:
        yield column.source_id == wanted.source_id
    if wanted.organization is not None:
        yield or_(
            column.owner_uscc == wanted.organization,
            column.organizations.contains([{"uscc": wanted.organization}]),
            column.organizations.contains([{"name": wanted.organization}]),
        )


def count_facets(
    session: Session, viewer: Viewer, wanted: AchievementFilter, words: Words | None
) -> tuple[int, FacetCounts]:
    """How many are found, and in how many of them each value stands.

    With words, what fits among the best candidates is counted.
    """
    if words is not None and not words:
        return 0, {name: [] for name in _FACET_OF_BITS.values()}
    found = _found_columns(viewer, wanted, words).cte("found")
    names = ("field", "trl", "organization", "visibility")
    columns = [found.c[name] for name in names]
    sets = [text(f"({name})") for name in (*names, "")]
    counted = select(func.grouping(*columns), *columns, func.count())
    counted = counted.group_by(func.grouping_sets(*sets))
    return _read_facets(session.execute(counted).all())


def _found_columns(
    viewer: Viewer, wanted: AchievementFilter, words: Words | None
) -> Select[tuple[object, ...]]:
    query: Select[tuple[object, ...]] = select(
        _TABLE.c.field,
        _TABLE.c.trl,
        _TABLE.c.organizations[0]["name"].astext.label("organization"),
        _TABLE.c.visibility,
    ).where(*_conditions(viewer, wanted))
    if words is None:
        return query
    hits = scored_documents(Kind.ACHIEVEMENTS, words, best=CANDIDATES)
    return query.join(hits, hits.c.document == _TABLE.c.document)


# GROUPING() has one bit per column, set where the column is not grouped by.
_FACET_OF_BITS = {0b0111: "field", 0b1011: "trl", 0b1101: "organization", 0b1110: "visibility"}
_MOST_VALUES = 50


def _read_facets(rows: Sequence[Sequence[object]]) -> tuple[int, FacetCounts]:
    total, facets = 0, {name: list[tuple[str | int, int]]() for name in _FACET_OF_BITS.values()}
    for bits, field, trl, organization, visibility, count in rows:
        values = {
            "field": field,
            "trl": trl,
            "organization": organization,
            "visibility": visibility,
        }
        assert isinstance(bits, int)
        assert isinstance(count, int)
        if bits not in _FACET_OF_BITS:
            total = count
            continue
        value = values[_FACET_OF_BITS[bits]]
        if isinstance(value, str | int):
            facets[_FACET_OF_BITS[bits]].append((value, count))
    for name, counts in facets.items():
        facets[name] = sorted(counts, key=lambda item: (-item[1], str(item[0])))[:_MOST_VALUES]
    return total, facets


def keep_duplicate_keys(
    session: WriteSession, keys: Mapping[str, Sequence[str]], replaced: Sequence[str]
) -> None:
    """Set the keys under which achievements (by id) meet their doubles; some had others before."""
    if replaced:
        session.execute(delete(DuplicateKey).where(DuplicateKey.achievement_id.in_(replaced)))
    pairs = ((key, id_) for id_, own in keys.items() for key in own)
    copy_rows(session, _KEYS, ("key", "achievement_id"), pairs)


def list_doubles(session: Session, achievement_id: str, viewer: Viewer) -> Sequence[RowMapping]:
    """Other achievements this viewer may see that share a key."""
    mine = select(DuplicateKey.key).where(DuplicateKey.achievement_id == achievement_id)
    query = (
        select(_TABLE.c.id, _TABLE.c.title, _TABLE.c.owner_uscc, DuplicateKey.key)
        .join(DuplicateKey, DuplicateKey.achievement_id == _TABLE.c.id)
        .where(DuplicateKey.key.in_(mine), _TABLE.c.id != achievement_id)
        .where(visible_to(_TABLE, viewer))
        .order_by(_TABLE.c.id)
        .limit(50)
    )
    return session.execute(query).mappings().all()


def keep_case(session: WriteSession, case: Mapping[str, object]) -> None:
    """What is known of a financing case; a later event says more."""
    statement = insert(AchievementCase).values(case)
    changed = {name: statement.excluded[name] for name in case if name != "case_id"}
    session.execute(
        statement.on_conflict_do_update(index_elements=[AchievementCase.case_id], set_=changed)
    )

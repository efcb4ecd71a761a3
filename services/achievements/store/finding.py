"""Find records of any kind: words, filters, order, pages, and counts of what is found.

One statement finds the page, reads its rows and counts the facets, so that the best candidates are
looked up once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    RowMapping,
    Select,
    String,
    bindparam,
    case,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.orm import Session

from kit.pages import decode_cursor, encode_cursor
from services.achievements.rules.filters import (
    FacetCounts,
    FoundCounts,
    FoundPage,
    NarrowValue,
    RecordFilter,
)
from services.achievements.rules.kinds import Kind
from services.achievements.rules.visibility import Viewer
from services.achievements.rules.words import QueryWord
from services.achievements.store.narrowing import belongs_to, narrow_list
from services.achievements.store.pages import (
    Order,
    after_key,
    by_id,
    by_score,
    list_orders,
    read_place,
)
from services.achievements.store.scoring import CANDIDATES, list_words, scored_documents
from services.achievements.store.visibility import columns_for, shown_column, visible_to
from services.achievements.tables import RECORD_TABLES

MOST_COUNTED = 10_000
"""Without words so many records are counted at most; with words, the best candidates."""
_MOST_VALUES = 50
_OWNER = "organization"
_BEST, _ALL = "best", "all"

FACETS: Mapping[Kind, tuple[str, ...]] = {
    Kind.ACHIEVEMENTS: ("field", "trl", _OWNER, "visibility"),
    Kind.INSTRUMENTS: ("state", "is_shared", "origin_country", _OWNER),
    Kind.RESEARCHERS: ("title", "degree", "department", _OWNER),
    Kind.RD_EXPENDITURES: ("year", _OWNER),
    Kind.PLATFORMS: ("kind", "level", _OWNER),
    Kind.AWARDS: ("scheme", "level", _OWNER),
    Kind.DEMANDS: ("field", "state", _OWNER),
    Kind.CONTRACTS: ("type", "state", _OWNER),
}


def list_found(
    session: Session,
    kind: Kind,
    viewer: Viewer,
    wanted: RecordFilter,
    words: Mapping[str, QueryWord] | None,
) -> FoundPage:
    """What this viewer may see of what is asked for, best or newest first, or as sorted.

    `words` are those of `wanted.q`, weighed. Looking up every match costs more than ranking it, so
    the best candidates are looked up, and all only where these do not fill the first page.
    """
    if words is not None and not words:
        nothing = FoundCounts(0, capped=False, facets={name: [] for name in FACETS[kind]})
        return FoundPage([], None, nothing)
    form = _Form(
        kind=kind,
        viewer=viewer,
        limit=wanted.limit,
        organization=wanted.organization,
        source_id=wanted.source_id,
        sort=None if wanted.sort == "relevance" else wanted.sort,
        narrow=tuple(wanted.narrow.items()),
        by_words=words is not None,
        all_of_them=words is None or wanted.sort not in (None, "relevance"),
        goes_on=wanted.cursor is not None,
    )
    if wanted.cursor is not None:
        all_of_them = form.all_of_them or decode_cursor(wanted.cursor, 3)[2] == _ALL
        return _find(session, replace(form, all_of_them=all_of_them), words, wanted.cursor)
    found = _find(session, form, words)
    if form.all_of_them or found.next_cursor or (found.counts and not found.counts.capped):
        return found
    return _find(session, replace(form, all_of_them=True), words)


@dataclass(frozen=True, slots=True)
class _Form:
    """What the statement of a search is made of; its words and its place are parameters."""

    kind: Kind
    viewer: Viewer
    limit: int
    organization: str | None
    source_id: str | None
    sort: str | None
    narrow: tuple[tuple[str, NarrowValue], ...]
    by_words: bool
    all_of_them: bool
    goes_on: bool


class _Search:
    """One form of search in the words of SQL."""

    def __init__(self, form: _Form) -> None:
        self.form = form
        self.table = RECORD_TABLES[form.kind]
        self.facets = FACETS[form.kind]
        self.hits = scored_documents(form.kind, form.all_of_them) if form.by_words else None
        self.order = self._choose_order()
        self.statement = self._page()

    def _choose_order(self) -> Order:
        if self.form.sort is not None:
            return list_orders(self.table)[self.form.sort]
        return by_id(self.table) if self.hits is None else by_score(self.hits)

    def _page(self) -> Select[*tuple[Any, ...]]:
        """The rows of one page and one more, with their keys and, on the first, the counts."""
        found = self._found().cte("found") if self.hits is not None else None
        keys = self._keys(found)
        chosen = keys.limit(self.form.limit + 1).cte("page")
        more: list[ColumnElement[Any]] = [
            chosen.c.sort_key,
            *([chosen.c.score] if found is not None else []),
        ]
        key, identity = chosen.c.sort_key, chosen.c.id
        falling = self.order.descending
        order = (key.desc(), identity.desc()) if falling else (key.asc(), identity.asc())
        if not self.form.goes_on:
            more.append(self._counts(found, order))
        query = select(*columns_for(self.table, self.form.viewer), *more)
        return query.join(chosen, chosen.c.id == self.table.c.id).order_by(*order)

    def _found(self) -> Select[*tuple[Any, ...]]:
        """What is found, with what is counted of it and its key."""
        names = [self._facet(name).label(f"facet_{name}") for name in self.facets]
        columns = [self.table.c.id, *names]
        if self.hits is None:
            query: Select[*tuple[Any, ...]] = select(*columns)
            return query.where(*self._conditions()).limit(MOST_COUNTED + 1)
        query = select(*columns, self.order.key.label("sort_key"), self.hits.c.score)
        return query.join(self.hits, self.hits.c.document == self.table.c.document).where(
            *self._conditions()
        )

    def _keys(self, found: FromClause | None) -> Select[*tuple[Any, ...]]:
        table, order = self.table, self.order
        key: ColumnElement[object] = order.key
        if found is None:
            query: Select[*tuple[Any, ...]] = select(table.c.id, key.label("sort_key"))
            query = query.where(*self._conditions())
            identity: ColumnElement[object] = table.c.id
        else:
            query = select(found.c.id, found.c.sort_key, found.c.score)
            key, identity = found.c.sort_key, found.c.id
        if self.form.goes_on:
            last = (bindparam("last_key", type_=key.type), bindparam("last_id", type_=String))
            query = query.where(after_key(order, key, identity, *last))
        if order.descending:
            return query.order_by(key.desc(), identity.desc())
        return query.order_by(key.asc(), identity.asc())

    def place_of(self, cursor: str) -> dict[str, object]:
        """The place of a cursor, as the statement takes it."""
        marked = self.order.name == "relevance"
        key, identity = read_place(self.order, decode_cursor(cursor, 3 if marked else 2)[:2])
        return {"last_key": key, "last_id": identity}

    def cursor_after(self, row: RowMapping) -> str:
        """The place of the next page."""
        mark = [_ALL if self.form.all_of_them else _BEST] if self.order.name == "relevance" else []
        return encode_cursor(str(row["sort_key"]), row["id"], *mark)

    def _counts(
        self, found: CTE | None, order: tuple[ColumnElement[object], ColumnElement[object]]
    ) -> ColumnElement[object]:
        if found is None:
            found = self._found().cte("counted")
        names = [found.c[f"facet_{name}"] for name in self.facets]
        sets = [text(f"({name.name})") for name in names] + [text("()")]
        counted = select(func.grouping(*names).label("bits"), *names, func.count().label("count"))
        counted_set = counted.group_by(func.grouping_sets(*sets)).subquery("sets")
        packed = select(func.json_agg(func.json_build_array(*counted_set.c))).scalar_subquery()
        hits = literal(0) if self.hits is None else _count_rows(self.hits)
        # On one row only, and as text: they are long, and read by another reader than the rest.
        counts = func.json_build_array(hits, packed).cast(String)
        return case((func.row_number().over(order_by=order) == 1, counts)).label("counts")

    def _facet(self, name: str) -> ColumnElement[object]:
        if name != _OWNER:
            return shown_column(self.table, name, self.form.viewer)
        if "organizations" in self.table.c:
            first: ColumnElement[object] = self.table.c.organizations[0]["name"].astext
            return first
        return self.table.c.owner_uscc

    def _conditions(self) -> Iterator[ColumnElement[bool]]:
        """Which rows: what the viewer may see, of what is asked for."""
        table, form = self.table, self.form
        yield visible_to(table, form.viewer)
        if form.source_id is not None:
            yield table.c.source_id == form.source_id
        if form.organization is not None:
            yield belongs_to(table, form.organization)
        yield from narrow_list(form.kind, dict(form.narrow))


@lru_cache(maxsize=256)
def _compose(form: _Form) -> _Search:
    """A statement is as long as its page, and making it costs more than asking it."""
    return _Search(form)


def _count_rows(of: CTE) -> ColumnElement[int]:
    return select(func.count()).select_from(of).scalar_subquery()


def _find(
    session: Session,
    form: _Form,
    words: Mapping[str, QueryWord] | None,
    cursor: str | None = None,
) -> FoundPage:
    search = _compose(form)
    given = {} if words is None else list_words(words)
    place = {} if cursor is None else search.place_of(cursor)
    rows = session.execute(search.statement, {**given, **place}).mappings().all()
    page = rows[: form.limit]
    after = search.cursor_after(page[-1]) if len(rows) > len(page) else None
    counts = None if cursor is not None else _count(form, words, page)
    return FoundPage(page, after, counts, list(words or ()))


def _count(
    form: _Form, words: Mapping[str, QueryWord] | None, page: Sequence[RowMapping]
) -> FoundCounts:
    hits, packed = orjson.loads(page[0]["counts"]) if page else (CANDIDATES, [])
    total, facets = _read_counts(FACETS[form.kind], packed)
    if words is None:
        return FoundCounts(min(total, MOST_COUNTED), total > MOST_COUNTED, facets)
    by_best = hits >= CANDIDATES or any(word.by_best for word in words.values())
    return FoundCounts(total, by_best and not form.all_of_them, facets)


def _read_counts(
    names: Sequence[str], counts: Sequence[Sequence[object]]
) -> tuple[int, FacetCounts]:
    """GROUPING() has one bit per column, set where the column is not grouped by."""
    total, facets = 0, {name: list[tuple[str | int | bool, int]]() for name in names}
    every = (1 << len(names)) - 1
    by_bits = {every ^ (1 << len(names) - 1 - place): place for place in range(len(names))}
    for bits, *values, count in counts:
        assert isinstance(bits, int)
        assert isinstance(count, int)
        if bits == every:
            total = count
            continue
        value = values[by_bits[bits]]
        if isinstance(value, str | int | bool):
            facets[names[by_bits[bits]]].append((value, count))

    def most_first(item: tuple[object, int]) -> tuple[int, str]:
        return -item[1], str(item[0])

    return total, {
        name: sorted(found, key=most_first)[:_MOST_VALUES] for name, found in facets.items()
    }

"""New records and all that hangs on them, ready for COPY: words, doubles' keys, history, news."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from operator import attrgetter
from typing import NamedTuple

from services.achievements.rules.achievements import AchievementFacts, duplicate_keys
from services.achievements.rules.copying import NOTHING, join_lines, render_line, render_value
from services.achievements.rules.history import Actor, Change, render_history
from services.achievements.rules.kinds import KIND_VISIBILITY, Kind
from services.achievements.rules.names import MetNames, list_name_keys
from services.achievements.rules.postings import Writing, gather_texts
from services.achievements.rules.rows import Facts, names_in, searchable_text

KEY_COLUMNS = ("key", "achievement_id")


@dataclass(frozen=True, slots=True)
class Entry:
    """What all records of one act have in common: their owner, who acts, when."""

    kind: Kind
    owner_uscc: str
    actor: Actor
    at: datetime
    on: date


class Numbered(NamedTuple):
    """A new thing with its fingerprint, its document number, its id and that of its history.

    `line_mark` is that of the line it was read from, if it was (`rules/line_marks.py`).
    """

    facts: Facts
    fingerprint: bytes
    line_mark: bytes | None
    document: int
    id: str
    history_id: str


@dataclass(frozen=True, slots=True)
class NewRecords:
    """New records in the text format of COPY; `news` are types of events with their data.

    `names` are the keys of names that were not met before in the same import. The texts are not yet
    cut into words, or cut and not packed: whoever keeps the records does the rest, so that the two
    processes of an import have as much to do.
    """

    kind: Kind
    documents: dict[str, tuple[str, int]]
    columns: tuple[str, ...]
    records: bytes
    keys: bytes
    words: Writing
    names: list[str]
    history: bytes
    news: tuple[tuple[str, str], ...]


class Rendered(NamedTuple):
    """A new thing as lines of COPY, and what it is found by."""

    source_id: str
    document: int
    id: str
    history_id: str
    record: str
    keys: list[str]
    texts: list[tuple[str, int]]
    names: list[str]


class Renderer:
    """Renders the new things of one act one by one, all of one kind, and joins them in the end.

    One by one, so that whoever reads a file needs no row any more when he comes to the next: a
    thousand rows are more than the processor's cache holds, and every look at one of them anew
    would wait for memory.
    """

    def __init__(self, entry: Entry, facts: Facts) -> None:
        self._entry = entry
        content = tuple(facts.__dataclass_fields__)
        frame, self._same = _render_frame(entry, content)
        self._columns = (*frame, *content)
        self._content_of = attrgetter(*content)

    def render(self, thing: Numbered) -> Rendered:
        """One thing."""
        facts = thing.facts
        content = render_line(self._content_of(facts))
        keys = duplicate_keys(facts) if isinstance(facts, AchievementFacts) else []
        return Rendered(
            facts.source_id,
            thing.document,
            thing.id,
            thing.history_id,
            f"{_render_own(thing)}\t{self._same}\t{content}",
            [f"{render_value(key)}\t{thing.id}" for key in keys],
            searchable_text(facts),
            list_name_keys(names_in(facts)),
        )

    def join(
        self,
        things: Sequence[Rendered],
        news: Sequence[tuple[str, str]],
        met: MetNames,
    ) -> NewRecords:
        """All of them, in the order of their source_ids.

        In this order two writers of the same things wait for each other, never in a circle.
        """
        entry = self._entry
        things = sorted(things, key=attrgetter("source_id"))
        names = {thing.document: thing.names for thing in things}
        texts = {thing.document: thing.texts for thing in things}
        return NewRecords(
            kind=entry.kind,
            documents={thing.source_id: (thing.id, thing.document) for thing in things},
            columns=self._columns,
            records=join_lines(thing.record for thing in things),
            keys=join_lines(chain.from_iterable(thing.keys for thing in things)),
            words=gather_texts(entry.kind, texts, names),
            names=met.pick_new(chain.from_iterable(names.values())),
            history=render_history(
                entry.kind.value,
                entry.actor,
                entry.at,
                [(thing.history_id, Change(thing.id, 1, "created")) for thing in things],
            ),
            news=tuple(news),
        )


def _render_own(thing: Numbered) -> str:
    mark = NOTHING if thing.line_mark is None else f"\\\\x{thing.line_mark.hex()}"
    return f"{thing.id}\t{thing.document}\t\\\\x{thing.fingerprint.hex()}\t{mark}"


def _render_frame(entry: Entry, columns: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """The columns around the content, and those of them that are the same in all rows."""
    frame = (
        "id", "document", "content_hash", "line_mark",
        "owner_uscc", "version", "created_at", "updated_at",
    )  # fmt: skip
    same = (entry.owner_uscc, 1, entry.at, entry.at)
    if "visibility" in columns:
        return frame, render_line(same)
    return (*frame, "visibility"), render_line((*same, KIND_VISIBILITY[entry.kind].value))

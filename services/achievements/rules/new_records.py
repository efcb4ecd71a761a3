"""New records and all that hangs on them, ready for COPY: words, doubles' keys, history, news."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import NamedTuple

from services.achievements.rules.achievements import AchievementFacts, duplicate_keys
from services.achievements.rules.copying import NOTHING, join_lines, render_line, render_value
from services.achievements.rules.history import Actor, Change, render_history
from services.achievements.rules.kinds import KIND_VISIBILITY, Kind
from services.achievements.rules.names import list_name_keys
from services.achievements.rules.postings import Writing, number_texts
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

    Their words are not yet packed, and not all texts need be cut: whoever keeps the records does
    the rest, so that the two processes of an import have as much to do.
    """

    kind: Kind
    documents: dict[str, tuple[str, int]]
    columns: tuple[str, ...]
    records: bytes
    keys: bytes
    words: Writing
    history: bytes
    news: tuple[tuple[str, str], ...]


def render_new(
    entry: Entry, things: Sequence[Numbered], news: Sequence[tuple[str, str]], share: float
) -> NewRecords:
    """All lines of things that are new, in the order of their source_ids.

    In this order two writers of the same things wait for each other, never in a circle. `share` is
    how much of their texts is cut into words already.
    """
    things = sorted(things, key=lambda thing: thing.facts.source_id)
    names = tuple(things[0].facts.__dataclass_fields__)
    content_of = attrgetter(*names)
    frame, same = _render_frame(entry, names)
    return NewRecords(
        kind=entry.kind,
        documents={thing.facts.source_id: (thing.id, thing.document) for thing in things},
        columns=(*frame, *names),
        records=join_lines(
            "\t".join([_render_own(thing), same, render_line(content_of(thing.facts))])
            for thing in things
        ),
        keys=join_lines(
            f"{render_value(key)}\t{thing.id}"
            for thing in things
            if isinstance(thing.facts, AchievementFacts)
            for key in duplicate_keys(thing.facts)
        ),
        words=number_texts(
            entry.kind,
            {thing.document: searchable_text(thing.facts) for thing in things},
            {thing.document: list_name_keys(names_in(thing.facts)) for thing in things},
            share,
        ),
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


def _render_frame(entry: Entry, names: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """The columns around the content, and those of them that are the same in all rows."""
    frame = (
        "id", "document", "content_hash", "line_mark",
        "owner_uscc", "version", "created_at", "updated_at",
    )  # fmt: skip
    same = (entry.owner_uscc, 1, entry.at, entry.at)
    if "visibility" in names:
        return frame, render_line(same)
    return (*frame, "visibility"), render_line((*same, KIND_VISIBILITY[entry.kind].value))

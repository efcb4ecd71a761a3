"""New things made ready for the registry; needs no database, so a helper process can do it."""

from collections.abc import Sequence

from kit.ids import new_ids
from services.achievements.rules.new_records import Entry, NewRecords, Numbered, render_new
from services.achievements.rules.rows import Facts
from services.achievements.schemas.news import Touched, list_news

Marked = tuple[Facts, bytes, bytes | None]
"""A thing, its fingerprint, and the mark of the line it was read from, if it was."""


def compose_new(
    entry: Entry,
    marked: Sequence[Marked],
    documents: Sequence[int],
    *,
    many: bool,
    share: float = 1.0,
) -> NewRecords:
    """Give new things their ids, and render them with all that hangs on them.

    About this `share` of their texts is cut into words; who keeps them cuts the rest.
    """
    things = [
        Numbered(facts, mark, line_mark, document, id_, history_id)
        for (facts, mark, line_mark), document, id_, history_id in zip(
            marked, documents, new_ids(len(marked)), new_ids(len(marked)), strict=True
        )
    ]
    touched = [Touched(thing.id, is_new=True, facts=thing.facts) for thing in things]
    news = list_news(entry.owner_uscc, entry.on, touched, many=many)
    packed = [(event.type, event.model_dump_json()) for event in news]
    return render_new(entry, things, packed, share)

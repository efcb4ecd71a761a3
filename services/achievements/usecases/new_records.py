"""New things made ready for the registry; needs no database, so a helper process can do it."""

from collections.abc import Iterable, Sequence

from kit.ids import new_ids
from services.achievements.rules.names import MetNames
from services.achievements.rules.new_records import (
    Entry,
    NewRecords,
    Numbered,
    Rendered,
    Renderer,
)
from services.achievements.rules.rows import Facts
from services.achievements.schemas.news import Published, announce, describe

Marked = tuple[Facts, bytes, bytes | None]
"""A thing, its fingerprint, and the mark of the line it was read from, if it was."""


def compose_new(
    entry: Entry,
    marked: Iterable[Marked],
    documents: Sequence[int],
    *,
    many: bool,
    met: MetNames | None = None,
) -> NewRecords | None:
    """Give new things their ids, and render them with all that hangs on them; None for no things.

    Each is taken and rendered before the next, so that they may be judged as they are taken. Names
    that were `met` before in the same import are not looked for again.
    """
    renderer: Renderer | None = None
    rendered, published = list[Rendered](), list[Published]()
    numbers = zip(documents, new_ids(len(documents)), new_ids(len(documents)), strict=True)
    for facts, content, line_mark in marked:
        # There are more numbers than things where some things turn out not to hold.
        document, id_, history_id = next(numbers)
        renderer = renderer or Renderer(entry, facts)
        rendered.append(
            renderer.render(Numbered(facts, content, line_mark, document, id_, history_id))
        )
        told = describe(id_, facts, entry.on)
        if told is not None:
            published.append(told)
    if renderer is None:
        return None
    news = announce(entry.owner_uscc, published, many=many)
    packed = [(event.type, event.model_dump_json()) for event in news]
    return renderer.join(rendered, packed, met or MetNames())

"""The words of records, as search reads them: written by COPY (docs/adr/0003-search.md)."""

from collections.abc import Sequence

from kit.db import WriteSession
from services.achievements.rules.kinds import Kind
from services.achievements.rules.postings import (
    SEGMENT_COLUMNS,
    Names,
    Texts,
    render_names,
    render_segments,
)
from services.achievements.store.bulk import copy_text
from services.achievements.store.names import add_names
from services.achievements.tables import SearchSegment


def index_texts(session: WriteSession, kind: Kind, texts: Texts, names: Names) -> None:
    """Add the words of records under their document numbers; old numbers are swept later."""
    if texts:
        segments = render_segments(kind, texts) + render_names(kind, names)
        add_segments(session, segments, [key for keys in names.values() for key in keys])


def add_segments(session: WriteSession, lines: bytes, names: Sequence[str]) -> None:
    """The same for words that are packed already, with the keys of the names among them."""
    copy_text(session, SearchSegment.__table__, SEGMENT_COLUMNS, lines)
    add_names(session, list(dict.fromkeys(names)))

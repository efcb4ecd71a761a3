"""The words of records, as search reads them: written by COPY (docs/adr/0003-search.md)."""

from collections.abc import Sequence

from kit.db import WriteSession
from services.achievements.rules.kinds import Kind
from services.achievements.rules.postings import (
    SEGMENT_COLUMNS,
    Names,
    Texts,
    Writing,
    number_texts,
    pack_segments,
)
from services.achievements.store.bulk import copy_bytes
from services.achievements.store.names import add_names
from services.achievements.tables import SearchSegment


def index_texts(session: WriteSession, kind: Kind, texts: Texts, names: Names) -> None:
    """Add the words of records under their document numbers; old numbers are swept later."""
    if texts:
        index_writing(session, number_texts(kind, texts, names))


def index_writing(session: WriteSession, writing: Writing) -> None:
    """The same for texts that are cut already."""
    keys = [key for own in writing.names.values() for key in own]
    add_segments(session, pack_segments(writing), keys)


def add_segments(session: WriteSession, packed: bytes, names: Sequence[str]) -> None:
    """The same for words that are packed already, with the keys of the names among them."""
    if packed:
        copy_bytes(session, SearchSegment.__table__, SEGMENT_COLUMNS, packed, binary=True)
    add_names(session, list(dict.fromkeys(names)))

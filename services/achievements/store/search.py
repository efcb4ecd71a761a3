"""The words of records, as search reads them: written by COPY (docs/adr/0003-search.md)."""

from collections.abc import Sequence
from itertools import chain

from kit.db import WriteSession
from services.achievements.rules.kinds import Kind
from services.achievements.rules.postings import (
    SEGMENT_COLUMNS,
    Names,
    Texts,
    Writing,
    gather_texts,
    pack_segments,
)
from services.achievements.store.bulk import copy_bytes
from services.achievements.store.names import add_names
from services.achievements.tables import SearchSegment


def index_texts(session: WriteSession, kind: Kind, texts: Texts, names: Names) -> None:
    """Add the words of records under their document numbers; old numbers are swept later."""
    if texts:
        keys = list(dict.fromkeys(chain.from_iterable(names.values())))
        index_writing(session, gather_texts(kind, texts, names), keys)


def index_writing(session: WriteSession, writing: Writing, names: Sequence[str]) -> None:
    """The same for texts that are gathered already; of its names, those that may be new."""
    add_segments(session, pack_segments(writing), names)


def add_segments(session: WriteSession, packed: bytes, names: Sequence[str]) -> None:
    """The same for words that are packed already, with the keys of the names among them."""
    if packed:
        copy_bytes(session, SearchSegment.__table__, SEGMENT_COLUMNS, packed, binary=True)
    add_names(session, names)

"""The book of bids: entries are only ever added, under the lock of their listing."""

from sqlalchemy import RowMapping, insert, select
from sqlalchemy.orm import Session

from kit.db import WriteSession, new_id
from services.achievements.rules.listing_bids import BookEntry
from services.achievements.tables import Base

_TABLE = Base.metadata.tables["listing_bids"]
_NAMES = tuple(BookEntry.__slots__)


def add_bid(session: WriteSession, entry: BookEntry, name: str, kind: str) -> None:
    """Add the next entry."""
    values = {field: getattr(entry, field) for field in _NAMES}
    who = {"id": new_id(), "bidder_name": name, "bidder_kind": kind}
    session.execute(insert(_TABLE).values({**values, **who}))


def list_bids(session: Session, listing_id: str) -> list[RowMapping]:
    """The whole book, in the order of arrival."""
    query = select(_TABLE).where(_TABLE.c.listing_id == listing_id).order_by(_TABLE.c.sequence)
    return list(session.execute(query).mappings())


def read_book(session: Session, listing_id: str) -> list[BookEntry]:
    """The same in the words of the rules."""
    rows = list_bids(session, listing_id)
    return [BookEntry(**{name: row[name] for name in _NAMES}) for row in rows]

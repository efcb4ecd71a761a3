"""Bids of open bidding, and the experts who review them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, RowMapping, Select, insert, or_, select, update
from sqlalchemy.orm import Session

from kit.clock import now
from kit.db import WriteSession
from kit.errors import no_such
from services.achievements.rules.bid_reviews import Authorship, mean_score
from services.achievements.rules.bids import (
    BidFilter,
    BidState,
    Member,
)
from services.achievements.rules.kinds import Kind
from services.achievements.rules.names import list_name_keys, name_term
from services.achievements.rules.visibility import Viewer
from services.achievements.rules.words import QueryWord
from services.achievements.store.counts import (
    Counts,
    count_values,
    holds_words,
)
from services.achievements.store.pages import (
    after_cursor,
    by_id,
    cut_page,
    order_by,
)
from services.achievements.store.scoring import list_words, scored_documents
from services.achievements.store.unique import write_unless_taken
from services.achievements.tables import RECORD_TABLES, Base

_BIDS = Base.metadata.tables["bids"]
_EXPERTS = Base.metadata.tables["bid_experts"]
_REVIEWS = Base.metadata.tables["bid_reviews"]
_DEMANDS = RECORD_TABLES[Kind.DEMANDS]
_ACHIEVEMENTS = RECORD_TABLES[Kind.ACHIEVEMENTS]
_MOST_WORKS = 2_000


def add_bid(session: WriteSession, values: Mapping[str, object]) -> bool:
    """Add a bid; False where this team, or its lead, has one that stands."""
    at = now()
    row = {**values, "version": 1, "created_at": at, "updated_at": at}
    return write_unless_taken(session, insert(_BIDS).values(row))


def change_bid(
    session: WriteSession, bid_id: str, version: int, values: Mapping[str, object]
) -> bool:
    """Set what a bid says or what became of it; False where its new team has another bid."""
    statement = update(_BIDS).where(_BIDS.c.id == bid_id)
    row = {**values, "version": version, "updated_at": now()}
    return write_unless_taken(session, statement.values(row))


def get_bid(session: Session, demand_id: str, bid_id: str) -> RowMapping:
    """A bid for this demand."""
    return _found(session.execute(_one(demand_id, bid_id)).mappings().one_or_none(), bid_id)


def lock_bid(session: WriteSession, demand_id: str, bid_id: str) -> RowMapping:
    """The same, held until the end of the transaction."""
    query = _one(demand_id, bid_id).with_for_update()
    return _found(session.execute(query).mappings().one_or_none(), bid_id)


def _one(demand_id: str, bid_id: str) -> Select[*tuple[object, ...]]:
    return select(_BIDS).where(_BIDS.c.demand_id == demand_id, _BIDS.c.id == bid_id)


def _found(row: RowMapping | None, bid_id: str) -> RowMapping:
    if row is None:
        raise no_such("揭榜方案", "bid", bid_id)
    return row


def list_bids(session: Session, demand_id: str) -> Sequence[RowMapping]:
    """The bids for a demand that stand, in the order of their arrival."""
    query = select(_BIDS).where(
        _BIDS.c.demand_id == demand_id, _BIDS.c.state != BidState.WITHDRAWN.value
    )
    return session.execute(query.order_by(_BIDS.c.id)).mappings().all()


def may_read(viewer: Viewer, at: datetime) -> ColumnElement[bool]:
    """The bids a viewer may read at an instant: its own team's, and unsealed ones it decides on."""
    ours = _BIDS.c.parties.contains([{"uscc": viewer.uscc}])
    opened = select(_DEMANDS.c.id).where(_DEMANDS.c.bids_until <= at)
    if not viewer.sees_all:
        opened = opened.where(_DEMANDS.c.owner_uscc == viewer.uscc)
    return or_(ours, _BIDS.c.demand_id.in_(opened))


def list_readable(
    session: Session, viewer: Viewer, at: datetime, wanted: BidFilter
) -> tuple[list[RowMapping], str | None]:
    """One page of the bids for all demands that a viewer may read, newest first."""
    column, order = _BIDS.c, by_id(_BIDS)
    query = select(_BIDS, order.key.label("sort_key")).where(may_read(viewer, at))
    for name in ("state", "demand_id"):
        if getattr(wanted, name) is not None:
            query = query.where(column[name] == getattr(wanted, name))
    if wanted.q is not None:
        query = query.where(holds_words(wanted.q, column.title, column.lead_name, column.proposal))
    if wanted.cursor is not None:
        query = query.where(after_cursor(order, _BIDS, wanted.cursor))
    rows = session.execute(query.order_by(*order_by(order, _BIDS)).limit(wanted.limit + 1))
    return cut_page(rows.mappings().all(), wanted.limit)


def count_readable(session: Session, viewer: Viewer, at: datetime) -> Counts:
    """How many of them are in each state."""
    return count_values(session, _BIDS.c.state, may_read(viewer, at))


def list_bidders(session: Session, demand_id: str) -> list[str]:
    """The organisations that lead a standing bid for a demand."""
    return [str(row["lead_uscc"]) for row in list_bids(session, demand_id)]


def add_expert(session: WriteSession, values: Mapping[str, object]) -> bool:
    """Appoint an expert; False where the same person is appointed already."""
    row = {**values, "created_at": now()}
    return write_unless_taken(session, insert(_EXPERTS).values(row))


def get_expert(session: Session, demand_id: str, expert_id: str) -> RowMapping:
    """An expert appointed for this demand."""
    query = select(_EXPERTS).where(_EXPERTS.c.demand_id == demand_id, _EXPERTS.c.id == expert_id)
    row = session.execute(query).mappings().one_or_none()
    if row is None:
        raise no_such("评审专家", "expert", expert_id)
    return row


def list_experts(session: Session, demand_id: str) -> Sequence[RowMapping]:
    """The experts of a demand, as they were appointed."""
    query = select(_EXPERTS).where(_EXPERTS.c.demand_id == demand_id).order_by(_EXPERTS.c.id)
    return session.execute(query).mappings().all()


def add_review(session: WriteSession, values: Mapping[str, object]) -> bool:
    """Add a review; False where this expert has reviewed this bid already."""
    row = {**values, "created_at": now()}
    return write_unless_taken(session, insert(_REVIEWS).values(row))


def list_reviews(session: Session, demand_id: str) -> Sequence[RowMapping]:
    """All reviews of the bids for a demand, in the order they came."""
    query = select(_REVIEWS).where(_REVIEWS.c.demand_id == demand_id)
    return session.execute(query.order_by(_REVIEWS.c.created_at)).mappings().all()


def count_reviews(session: Session, demand_id: str) -> dict[str, tuple[int, Decimal | None]]:
    """For every standing bid: how many reviews it has, and their mean."""
    totals: dict[str, list[Decimal]] = {bid["id"]: [] for bid in list_bids(session, demand_id)}
    for review in list_reviews(session, demand_id):
        totals.setdefault(review["bid_id"], []).append(review["total"])
    return {bid: (len(found), mean_score(found)) for bid, found in totals.items()}


def list_works_of(session: Session, name: str) -> list[Authorship]:
    """The people of the achievements in which a name stands, private ones included."""
    keys = list_name_keys([name])
    if not keys:
        return []
    words = {name_term(key): QueryWord(1.0) for key in keys}
    hits = scored_documents(Kind.ACHIEVEMENTS, all_of_them=True)
    query = (
        select(_ACHIEVEMENTS.c.contributors, _ACHIEVEMENTS.c.owner_uscc)
        .join(hits, hits.c.document == _ACHIEVEMENTS.c.document)
        .limit(_MOST_WORKS)
    )
    return [
        Authorship(tuple(Member(one["name"], owner, one.get("orcid")) for one in contributors))
        for contributors, owner in session.execute(query, list_words(words))
    ]

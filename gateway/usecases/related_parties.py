"""关联关系: pairs of organisations that the bureau records, so that no appraiser judges its own."""

from dataclasses import asdict
from typing import Any

from gateway.schemas.related_parties import (
    RelatedPartyAnswer,
    RelatedPartyEnd,
    RelatedPartyQuery,
    RelatedPartyRequest,
)
from gateway.store import related_parties as store
from gateway.tables import RelatedParty
from gateway.usecases.cases import actor_of
from kit.auth import Principal
from kit.clock import now
from kit.db import ReadSession, WriteSession, new_id
from kit.errors import invalid, no_such
from kit.pages import Page, encode_cursor, read_key
from kit.text import Text


def record_related_party(
    session: WriteSession, caller: Principal, request: RelatedPartyRequest
) -> RelatedPartyAnswer:
    """登记: from now on, or from the day that is said."""
    if request.uscc == request.related_uscc:
        raise invalid(
            "/related_uscc",
            "same_organization",
            Text("不能与自身关联", "an organisation is not related to itself"),
        )
    values: dict[str, Any] = request.model_dump() | {
        "id": new_id(),
        "ended_on": None,
        "recorded_by": asdict(actor_of(caller, caller.uscc)),
        "recorded_at": now(),
    }
    store.add_related_party(session, values)
    return _describe(RelatedParty(**values))


def show_related_parties(
    session: ReadSession, query: RelatedPartyQuery
) -> Page[RelatedPartyAnswer]:
    """Oldest first."""
    rows = store.list_related_parties(
        session,
        query.uscc,
        limit=query.limit + 1,
        after_id=read_key(query.cursor),
    )
    shown = rows[: query.limit]
    cursor = encode_cursor(shown[-1].id) if len(rows) > query.limit else None
    return Page(items=[_describe(row) for row in shown], next_cursor=cursor)


def end_related_party(
    session: WriteSession, caller: Principal, party_id: str, request: RelatedPartyEnd
) -> RelatedPartyAnswer:
    """终止: the last day on which it counts."""
    party = store.lock_related_party(session, party_id)
    if party is None:
        raise no_such("关联关系", "relation", party_id)
    if request.ended_on < party.since_on:
        raise invalid(
            "/ended_on",
            "before_beginning",
            Text("不能早于开始日期", "must not lie before its first day"),
        )
    party.ended_on, party.end_reason = request.ended_on, request.reason
    party.ended_by = asdict(actor_of(caller, caller.uscc))
    session.flush()
    return _describe(party)


def _describe(party: RelatedParty) -> RelatedPartyAnswer:
    return RelatedPartyAnswer(
        id=party.id,
        uscc=party.uscc,
        related_uscc=party.related_uscc,
        relation=party.relation,
        source=party.source,
        since_on=party.since_on,
        ended_on=party.ended_on,
        recorded_by=party.recorded_by["client_id"],
        recorded_at=party.recorded_at,
        ended_by=None if party.ended_by is None else party.ended_by["client_id"],
        end_reason=party.end_reason,
    )

"""代偿率: shown per guarantor beside its cap; every number drills to its guarantees."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from gateway.rules.compensation_rates import Ended, end_guarantee, find_rate
from gateway.rules.guarantees import Guarantee
from gateway.rules.packing import unpack
from gateway.schemas.compensation_rates import (
    BASIS,
    EndedAnswer,
    EndedQuery,
    RateQuery,
    RatesAnswer,
    describe_cap,
    describe_ended,
    describe_rate,
)
from gateway.store.shelves import get_rate_cap
from gateway.store.supports import list_ended_guarantees
from kit.auth import Principal
from kit.clock import today
from kit.db import ReadSession
from kit.errors import invalid
from kit.pages import Page, encode_cursor, read_place
from kit.text import Text

Guarantor = tuple[str, str]


def show_rates(session: ReadSession, caller: Principal, query: RateQuery) -> RatesAnswer:
    """All guarantors for the bureau, its own rate for a guarantor."""
    since, until = _read_span(query)
    cap, found = get_rate_cap(until), _list_ended(session, since, until, _own(caller))
    by_guarantor = defaultdict[Guarantor, list[Ended]](list)
    for guarantor, ended in found:
        by_guarantor[guarantor].append(ended)
    url = f"/v1/compensation-rates/guarantees?since={since}&until={until}"
    return RatesAnswer(
        since=since,
        until=until,
        cap=describe_cap(cap),
        basis=BASIS,
        total=describe_rate(None, find_rate(ended for _, ended in found), cap, url),
        items=[
            describe_rate(guarantor, find_rate(those), cap, url)
            for guarantor, those in sorted(by_guarantor.items())
        ],
    )


def show_ended(session: ReadSession, caller: Principal, query: EndedQuery) -> Page[EndedAnswer]:
    """The guarantees behind a rate, in the order in which they ended."""
    since, until = _read_span(query)
    place = read_place(query.cursor) or 0
    guarantor = _own(caller) or query.guarantor
    found = [ended for _, ended in _list_ended(session, since, until, guarantor)]
    shown, last = found[place : place + query.limit], place + query.limit
    cursor = encode_cursor(last) if len(found) > last else None
    return Page(items=[describe_ended(one) for one in shown], next_cursor=cursor)


def _list_ended(
    session: ReadSession, since: date, until: date, guarantor: str | None
) -> Sequence[tuple[Guarantor, Ended]]:
    return [
        (
            (support.holder.uscc, support.holder.name),
            end_guarantee(support.id, unpack(Guarantee, support.terms), act, on),
        )
        for support, act, on in list_ended_guarantees(session, since, until, guarantor)
    ]


def _own(caller: Principal) -> str | None:
    return None if caller.sees_all else caller.uscc


def _read_span(query: RateQuery | EndedQuery) -> tuple[date, date]:
    until = query.until or today()
    since = query.since or until.replace(month=1, day=1)
    if since > until:
        wrong = Text("起始日晚于截止日", "it begins after its end")
        raise invalid("?since", "span_reversed", wrong)
    return since, until

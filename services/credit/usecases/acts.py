"""更正、撤销、删除、修复: an act on a fact is a new record, and word to all who had read it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from kit.auth import Principal
from kit.clock import JINAN, now, today
from kit.db import WriteSession, new_id
from kit.errors import no_such
from kit.events import record_event
from kit.jobs import Work
from services.credit.rules.catalogue import Polarity
from services.credit.rules.consents import ConsentScope
from services.credit.rules.facts import end_showing
from services.credit.rules.recording import NewFact
from services.credit.rules.standing import (
    LEADS_TO,
    FactAct,
    Standing,
    binds_the_past,
    check_stands,
)
from services.credit.schemas.acts import FactRevocation
from services.credit.schemas.events import FactChanged
from services.credit.store.acts import (
    add_act,
    find_fact,
    forget_kept_answers,
    forget_stopped_answers,
    get_head,
    list_chain,
    replace_head,
    withhold_chain,
)
from services.credit.store.catalogue import get_catalogue
from services.credit.store.facts import set_gone
from services.credit.store.mergers import find_survivors, lock_with_survivors
from services.credit.store.subjects import touch_subjects
from services.credit.tables import FactActRecord, FactRecord
from services.credit.usecases.board import board
from services.credit.usecases.monitors import watch_changes
from services.credit.usecases.profiles import View, draw_portrait
from services.credit.usecases.readers import News, notify_readers

_KEYS_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done, since when, on whose word."""

    act: FactAct
    decided_on: date
    reason: str
    document: str | None
    caller: Principal


@dataclass(frozen=True, slots=True)
class Held:
    """A fact's newest record, held with its subject, and the instant of what is done now."""

    head: FactRecord
    at: datetime


@dataclass(frozen=True, slots=True)
class Changed:
    """What an act made of a fact, and of the enterprise's score."""

    record: FactRecord
    at: datetime
    score_before: Decimal
    score_after: Decimal


def hold_fact(session: WriteSession, fact_id: str, *, must_stand: bool = True) -> Held:
    """Lock a fact with all that is read together with it; by default it must still stand."""
    fact = find_fact(session, fact_id)
    if fact is None:
        raise no_such("信用信息", "fact", fact_id)
    at = touch_subjects(lock_with_survivors(session, [fact.uscc]))
    head = get_head(session, fact)
    if must_stand:
        check_stands(Standing(head.standing))
    return Held(head, at)


def revoke_fact(
    session: WriteSession, caller: Principal, fact_id: str, revocation: FactRevocation
) -> Changed:
    """撤销: the decision under a fact was revoked; the supplier says so (条例 art. 40)."""
    held = hold_fact(session, fact_id)
    if held.head.supplier_uscc != caller.uscc:
        raise no_such("本单位提供的信用信息", "fact supplied by you", fact_id)
    order = Order(
        FactAct.REVOKED, revocation.decided_on, revocation.reason, revocation.document, caller
    )
    return act_on_fact(session, held, order)


def act_on_fact(
    session: WriteSession, held: Held, order: Order, correction: NewFact | None = None
) -> Changed:
    """A new record, the act beside it, word to its readers, and the score before and after."""
    head, at = held.head, held.at
    before = measure_score(session, head.uscc, at)
    chain = [record.id for record in list_chain(session, head)]
    record = replace_head(session, head, at, _changes(head, order.act, correction))
    _bind_past_views(session, record, order.act, at)
    add_act(session, _describe_act(head, record, order, at))
    readers = tell_readers(session, head, chain, order.act.value, at)
    if binds_the_past(order.act, get_catalogue().items[head.item]):
        forget_kept_answers(session, readers)
    return Changed(record, at, before, measure_score(session, head.uscc, at))


def correct_content(head: FactRecord, changes: Mapping[str, object]) -> NewFact:
    """The content of a fact as an objection corrects it."""
    item = get_catalogue().items[head.item]
    same = NewFact(
        id=new_id(),
        uscc=head.uscc,
        item=head.item,
        nature=item.nature,
        value=head.value,
        source=head.source,
        source_document=head.source_document,
        source_id=head.source_id,
        supplier_uscc=head.supplier_uscc,
        observed_on=head.observed_on,
        valid_from=head.valid_from,
        valid_to=head.valid_to,
        conduct_ended_on=head.conduct_ended_on,
        details=head.details,
    )
    return replace(same, **changes)  # type: ignore[arg-type]


def tell_readers(
    session: WriteSession, fact: FactRecord, chain: list[str], kind: str, at: datetime
) -> list[str]:
    """告知 of one fact, to readers and to monitors; the inquiries it was read in."""
    subjects = find_survivors(session, [fact.uscc]) | {fact.uscc}
    news = News(fact.uscc, fact.item, fact.id, tuple(chain))
    inquiries = notify_readers(session, subjects, [news], kind, at)
    for uscc in sorted(subjects):
        changed = FactChanged(uscc=uscc, item=fact.item, fact_id=fact.id, change=kind, at=at)
        record_event(session, changed, subject=uscc)
    watch_changes(session, subjects)
    return inquiries


def measure_score(session: WriteSession, uscc: str, at: datetime) -> Decimal:
    """The enterprise's score as it stands at an instant, by all that may be disclosed."""
    session.flush()
    day = at.astimezone(JINAN).date()
    view = View(
        categories=frozenset(get_catalogue().categories),
        scope=ConsentScope.DETAIL,
        as_of=day,
        known_at=at,
        asked_on=day,
    )
    return draw_portrait(session, uscc, view).profile.score


@board.task("inquiries.forget", cron="* * * * *")
def forget_answers(work: Work) -> None:
    """At the latest a minute later no kept answer tells what may no longer be told."""
    with work.database.write() as session:
        forget_stopped_answers(session, now(), today(), now() - _KEYS_KEPT)


def _changes(head: FactRecord, act: FactAct, correction: NewFact | None) -> dict[str, object]:
    changes: dict[str, object] = {"id": new_id(), "standing": LEADS_TO[act].value}
    if correction is None:
        return changes
    return changes | {
        "value": correction.value,
        "source_document": correction.source_document,
        "observed_on": correction.observed_on,
        "valid_from": correction.valid_from,
        "valid_to": correction.valid_to,
        "conduct_ended_on": correction.conduct_ended_on,
        "content_hash": correction.content_hash,
        "refutes": head.content_hash,
    }


def _bind_past_views(session: WriteSession, record: FactRecord, act: FactAct, at: datetime) -> None:
    catalogue = get_catalogue()
    item = catalogue.items[record.item]
    if binds_the_past(act, item):
        withhold_chain(session, record, at)
    elif item.polarity is Polarity.NEGATIVE:
        gone = end_showing(
            item,
            record.valid_from,
            record.valid_to,
            record.conduct_ended_on,
            catalogue.terms.negative_years,
        )
        set_gone(session, (record.uscc, record.item, record.fact_key), gone)


def _describe_act(
    head: FactRecord, record: FactRecord, order: Order, at: datetime
) -> FactActRecord:
    return FactActRecord(
        id=new_id(),
        uscc=head.uscc,
        fact_id=head.id,
        result_fact_id=record.id,
        kind=order.act.value,
        at=at,
        decided_on=order.decided_on,
        reason=order.reason,
        document=order.document,
        actor_uscc=order.caller.uscc,
        client_id=order.caller.client_id,
    )

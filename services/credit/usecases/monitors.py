"""监测: within a consent, an institution is told when a profile changes.

facts change → `watch_changes` (same transaction) → job `monitors.check` → message, log entry →
job `monitors.deliver`, again and again with growing patience → delivered, or a dead letter that
can be replayed by hand. The id of a message never changes, so the receiver has one effect.
"""

import base64
import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime

import orjson

from kit.auth import Principal
from kit.clock import JINAN, now, today
from kit.db import ReadSession, WriteSession, new_id
from kit.errors import RuleBroken, invalid, no_such
from kit.jobs import Work
from kit.pages import Page, encode_cursor, read_key
from kit.text import Text
from kit.versions import require_match
from services.credit.clients.webhooks import Delivery, send_webhook
from services.credit.rules.arrangements import arrangements_of
from services.credit.rules.consents import ConsentScope, RefusalReason, check_again
from services.credit.rules.webhooks import (
    PATIENCE,
    MessageState,
    Refused,
    find_next_try,
    judge_url,
)
from services.credit.schemas.monitors import (
    MessageAnswer,
    MessageQuery,
    MonitorAnswer,
    MonitorQuery,
    MonitorRequest,
    describe_message,
    describe_monitor,
)
from services.credit.schemas.profiles import Json, show_points
from services.credit.store.access_log import Look, append_look
from services.credit.store.consents import find_consent, lock_consent, terms_of
from services.credit.store.monitors import (
    ACTIVE,
    ENDED,
    add_message,
    add_monitor,
    get_monitor,
    list_active_ids,
    list_all_active_ids,
    list_messages,
    list_monitors,
    lock_message,
    lock_monitor,
)
from services.credit.store.readers import add_disclosures, find_disclosure, has_stopped_facts
from services.credit.store.subjects import lock_subject, touch_subjects
from services.credit.tables import ConsentRecord, DisclosureRecord, MonitorMessage, MonitorRecord
from services.credit.usecases.access_log import refusal_of
from services.credit.usecases.board import board
from services.credit.usecases.profiles import Portrait, View, draw_portrait

_GONE = 410


def register_monitor(
    session: WriteSession, caller: Principal, request: MonitorRequest
) -> MonitorAnswer:
    """监测登记: what is told from now on are changes against the profile of this moment."""
    arrangements = arrangements_of(session.info)
    judged = judge_url(request.url, arrangements.webhook_hosts, arrangements.webhook_private)
    if isinstance(judged, Refused):
        raise invalid("/url", judged.code, judged.message)
    consent = lock_consent(session, request.consent_id)
    if consent is None or consent.institution_uscc != caller.uscc:
        raise refusal_of(RefusalReason.UNKNOWN_CONSENT)
    decision = check_again(terms_of(consent), now())
    if decision.reason is not None:
        raise refusal_of(decision.reason)
    at = touch_subjects([lock_subject(session, consent.uscc)])
    monitor = MonitorRecord(
        id=new_id(),
        uscc=consent.uscc,
        institution_uscc=caller.uscc,
        institution_name=caller.org_name,
        client_id=caller.client_id,
        consent_id=consent.id,
        url=request.url,
        secret="whsec_" + base64.b64encode(secrets.token_bytes(32)).decode(),
        state=ACTIVE,
        profile_hash=_hash(draw_portrait(session, consent.uscc, _view(consent, at))),
        created_at=at,
        version=1,
    )
    add_monitor(session, monitor)
    return describe_monitor(monitor, monitor.secret)


def decide_monitor(
    session: WriteSession, caller: Principal, monitor_id: str, if_match: str | None
) -> MonitorAnswer:
    """监测终止 by the institution."""
    monitor = lock_monitor(session, monitor_id)
    _check_own(caller, monitor)
    require_match(if_match, monitor.version)
    if monitor.state != ACTIVE:
        raise RuleBroken("step_not_open", Text("监测已终止", "the monitor has ended"), allowed=[])
    _end(monitor, "by_institution")
    return describe_monitor(monitor)


def show_monitor(session: ReadSession, caller: Principal, monitor_id: str) -> MonitorAnswer:
    """One monitor, for its institution, the enterprise that is watched, and who sees all."""
    monitor = get_monitor(session, monitor_id)
    if not caller.sees_all and caller.uscc not in (monitor.institution_uscc, monitor.uscc):
        raise no_such("监测", "monitor", monitor_id)
    return describe_monitor(monitor)


def show_monitors(
    session: ReadSession, caller: Principal, query: MonitorQuery
) -> Page[MonitorAnswer]:
    """An institution sees its own, an enterprise those that watch it."""
    after = read_key(query.cursor)
    is_watched = caller.uscc == query.uscc
    institution = None if caller.sees_all or is_watched else caller.uscc
    found = list_monitors(session, institution, query.uscc, after, query.limit + 1)
    shown = found[: query.limit]
    return Page(
        items=[describe_monitor(each) for each in shown],
        next_cursor=encode_cursor(shown[-1].id) if len(found) > query.limit else None,
    )


def show_messages(
    session: ReadSession, caller: Principal, monitor_id: str, query: MessageQuery
) -> Page[MessageAnswer]:
    """What was to be told, and its fate, newest first."""
    _check_own(caller, get_monitor(session, monitor_id))
    after = read_key(query.cursor)
    found = list_messages(session, monitor_id, query.state, after, query.limit + 1)
    shown = found[: query.limit]
    return Page(
        items=[describe_message(each) for each in shown],
        next_cursor=encode_cursor(shown[-1].id) if len(found) > query.limit else None,
    )


def replay_message(
    session: WriteSession, caller: Principal, monitor_id: str, message_id: str
) -> MessageAnswer:
    """重发: the same message under the same id, with a day's patience anew."""
    _check_own(caller, get_monitor(session, monitor_id))
    message = lock_message(session, message_id)
    if message is None or message.monitor_id != monitor_id:
        raise no_such("监测消息", "message", message_id)
    if message.state == MessageState.WITHHELD.value:
        raise RuleBroken(
            "step_not_open",
            Text(
                "授权已终止，或所含信息已不得再提供，消息不再送出",
                "the consent has ended, or what it rests on is over; it is not told any more",
            ),
            allowed=[],
        )
    message.state = MessageState.WAITING.value
    message.give_up_at = now() + PATIENCE
    message.next_try_at = now()
    board.defer(session, "monitors.deliver", message_id=message.id)
    session.flush()
    return describe_message(message)


def watch_changes(session: WriteSession, usccs: Iterable[str]) -> None:
    """Facts of these enterprises change in this transaction: look after it for whom it matters."""
    for monitor_id in list_active_ids(session, set(usccs)):
        board.defer(session, "monitors.check", monitor_id=monitor_id)


@board.task("monitors.check")
def check_monitor(work: Work, *, monitor_id: str) -> None:
    """Compare the profile with what was told last; a difference becomes a message."""
    with work.database.read() as session:
        consent_id = get_monitor(session, monitor_id).consent_id
    with work.database.write() as session:
        consent = lock_consent(session, consent_id)
        monitor = lock_monitor(session, monitor_id)
        if consent is not None and monitor.state == ACTIVE:
            _compare(session, monitor, consent)


@board.task("monitors.sweep", cron="0 0 * * *")
def check_all_monitors(work: Work) -> None:
    """At midnight: what changes by the calendar alone, and consents that have ended."""
    with work.database.read() as session:
        ids = list_all_active_ids(session)
    for monitor_id in ids:
        check_monitor(work, monitor_id=monitor_id)


@board.task("monitors.deliver")
def deliver_message(work: Work, *, message_id: str) -> None:
    """One try; the row says what became of it. No row is locked while the receiver is called."""
    with work.database.read() as session:
        message = session.get(MonitorMessage, message_id)
        if message is None or message.state != MessageState.WAITING.value:
            return
        monitor = get_monitor(session, message.monitor_id)
        consent = find_consent(session, monitor.consent_id)
        outdated = _is_outdated(session, message_id)
    if consent is None or check_again(terms_of(consent), now()).reason is not None:
        _settle(work, message_id, None)
        return
    if outdated:
        _settle(work, message_id, None)
        check_monitor(work, monitor_id=monitor.id)
        return
    arrangements = arrangements_of(work.database.info)
    at = now()
    sent = send_webhook(arrangements, monitor.url, monitor.secret, message.id, message.body, at)
    _settle(work, message_id, sent)


def _is_outdated(session: ReadSession, message_id: str) -> bool:
    """Whether what is to be told rests on a negative fact that may no longer be told."""
    told = find_disclosure(session, message_id)
    if told is None:
        return False
    over = told.readable_until is not None and told.readable_until <= today()
    return over or has_stopped_facts(session, told.fact_ids, today())


def _settle(work: Work, message_id: str, sent: Delivery | None) -> None:
    with work.database.write() as session:
        message = lock_message(session, message_id)
        if message is None or message.state != MessageState.WAITING.value:
            return
        if sent is None:
            message.state, message.next_try_at = MessageState.WITHHELD.value, None
            return
        message.attempts += 1
        message.last_status, message.last_error = sent.status, sent.error
        if sent.arrived:
            message.state, message.next_try_at = MessageState.DELIVERED.value, None
            message.delivered_at = now()
            return
        again = find_next_try(message.attempts, message.give_up_at, now())
        message.next_try_at = None if sent.status == _GONE else again
        if message.next_try_at is None:
            message.state = MessageState.DEAD.value
        else:
            board.defer(
                session, "monitors.deliver", message_id=message.id, run_at=message.next_try_at
            )


def _compare(session: WriteSession, monitor: MonitorRecord, consent: ConsentRecord) -> None:
    subject = lock_subject(session, monitor.uscc)
    at = touch_subjects([subject])
    reason = check_again(terms_of(consent), at).reason
    if reason is not None:
        _end(monitor, reason.value)
        return
    portrait = draw_portrait(session, monitor.uscc, _view(consent, at))
    seen = _hash(portrait)
    if seen == monitor.profile_hash:
        return
    monitor.profile_hash = seen
    message = MonitorMessage(
        id=new_id(),
        monitor_id=monitor.id,
        state=MessageState.WAITING.value,
        body=b"",
        attempts=0,
        made_at=at,
        give_up_at=at + PATIENCE,
        next_try_at=at,
    )
    message.body = orjson.dumps(_write_message(message.id, monitor, portrait, at))
    add_message(session, message)
    add_disclosures(session, [_told(monitor, message, portrait)])
    append_look(session, subject, at, _look(monitor, consent, portrait))
    board.defer(session, "monitors.deliver", message_id=message.id)


def _write_message(
    message_id: str, monitor: MonitorRecord, portrait: Portrait, at: datetime
) -> Json:
    """What is told: the new score and its dimensions; the rest by an inquiry."""
    profile = portrait.profile
    return {
        "type": "credit.profile-changed",
        "timestamp": at.astimezone(JINAN).isoformat(),
        "data": {
            "message_id": message_id,
            "monitor_id": monitor.id,
            "consent_id": monitor.consent_id,
            "uscc": monitor.uscc,
            "score": show_points(profile.score),
            "grade": profile.grade.code,
            "weak": profile.weak,
            "dimensions": {each.code: show_points(each.points) for each in profile.dimensions},
            "scorecard": {"id": portrait.card.id, "version": portrait.card.version},
        },
    }


def _told(monitor: MonitorRecord, message: MonitorMessage, portrait: Portrait) -> DisclosureRecord:
    return DisclosureRecord(
        id=new_id(),
        uscc=monitor.uscc,
        institution_uscc=monitor.institution_uscc,
        message_id=message.id,
        fact_ids=list(portrait.fact_ids),
        readable_until=portrait.readable_until,
        at=message.made_at,
    )


def _look(monitor: MonitorRecord, consent: ConsentRecord, portrait: Portrait) -> Look:
    return Look(
        institution_uscc=monitor.institution_uscc,
        institution_name=monitor.institution_name,
        client_id=monitor.client_id,
        purpose=consent.purpose,
        consent_id=consent.id,
        outcome="disclosed",
        reason="monitor",
        categories=tuple(consent.categories),
        fields=portrait.fields,
    )


def _view(consent: ConsentRecord, at: datetime) -> View:
    today = at.astimezone(JINAN).date()
    return View(
        categories=frozenset(consent.categories),
        scope=ConsentScope(consent.scope),
        as_of=today,
        known_at=at.astimezone(JINAN),
        asked_on=today,
    )


def _hash(portrait: Portrait) -> str:
    """The profile as the institution may see it, whatever the moment it was drawn."""
    canonical = orjson.dumps(portrait.content, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(canonical).hexdigest()


def _end(monitor: MonitorRecord, reason: str) -> None:
    monitor.state, monitor.end_reason = ENDED, reason
    monitor.version += 1


def _check_own(caller: Principal, monitor: MonitorRecord) -> None:
    if not caller.sees_all and caller.uscc != monitor.institution_uscc:
        raise no_such("监测", "monitor", monitor.id)

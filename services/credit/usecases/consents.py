"""授权: an institution asks, the enterprise answers, either ends it, the clock closes the rest."""

from datetime import timedelta

from kit.auth import Principal, Role
from kit.clock import now
from kit.db import ReadSession, WriteSession, new_id
from kit.errors import invalid, no_such
from kit.events import record_event
from kit.jobs import Work
from kit.pages import Page, encode_cursor, read_key
from kit.text import Text
from kit.versions import require_match
from services.credit.rules.consents import (
    ConsentAct,
    ConsentState,
    Party,
    check_party,
    state_at,
    take_step,
)
from services.credit.schemas.consents import (
    ConsentAnswer,
    ConsentDecision,
    ConsentQuery,
    ConsentRequest,
    describe_consent,
)
from services.credit.schemas.events import ConsentChanged
from services.credit.store.catalogue import get_catalogue
from services.credit.store.consents import (
    add_consent,
    add_consent_event,
    find_consent,
    get_consent,
    list_consent_events,
    list_consents,
    lock_consent,
    lock_run_out,
    terms_of,
)
from services.credit.tables import ConsentEventRecord, ConsentRecord
from services.credit.usecases.board import board

_RUN_OUT_AT_ONCE = 500


def request_consent(
    session: WriteSession, caller: Principal, request: ConsentRequest
) -> ConsentAnswer:
    """授权申请: the institution asks; the enterprise has some days to answer."""
    catalogue = get_catalogue()
    _check_codes("/purpose", [request.purpose], list(catalogue.purposes))
    categories = request.categories or list(catalogue.categories)
    _check_codes("/categories", categories, list(catalogue.categories))
    _check_term(request)
    _check_predecessor(session, caller, request)
    consent = ConsentRecord(
        id=new_id(),
        uscc=request.uscc,
        institution_uscc=caller.uscc,
        institution_name=caller.org_name,
        purpose=request.purpose,
        scope=request.scope.value,
        categories=sorted(set(categories)),
        state=ConsentState.REQUESTED.value,
        valid_from=request.valid_from,
        valid_until=request.valid_until,
        answer_by=now() + timedelta(days=catalogue.terms.consent_answer_days),
        max_reads=request.max_reads,
        reads_used=0,
        max_reads_per_day=request.max_reads_per_day,
        reads_that_day=0,
        keep_days=request.keep_days,
        requested_at=now(),
        supersedes=request.supersedes,
        version=1,
    )
    add_consent(session, consent)
    _tell(session, consent, caller, None)
    return _describe(consent, caller)


def decide_consent(
    session: WriteSession,
    caller: Principal,
    consent_id: str,
    decision: ConsentDecision,
    if_match: str | None,
) -> ConsentAnswer:
    """授权的确认、拒绝、撤销、放弃、中止、恢复: one step by the party to whom it belongs."""
    consent = lock_consent(session, consent_id)
    if consent is None or not _may_see(caller, consent):
        raise no_such("授权", "consent", consent_id)
    act, parties = ConsentAct(decision.decision.value), parties_of(caller, consent)
    check_party(act, parties)
    require_match(if_match, consent.version)
    _move(session, consent, take_step(terms_of(consent), act, parties, now()), caller, decision)
    _supersede(session, consent, caller)
    return _describe(consent, caller)


def show_consent(session: ReadSession, caller: Principal, consent_id: str) -> ConsentAnswer:
    """One consent with its history, for its two sides and for those who see all."""
    consent = get_consent(session, consent_id)
    if not _may_see(caller, consent):
        raise no_such("授权", "consent", consent_id)
    events = list_consent_events(session, consent_id)
    return _describe(consent, caller, events)


def show_consents(
    session: ReadSession, caller: Principal, query: ConsentQuery
) -> Page[ConsentAnswer]:
    """The consents that the caller is a side of, newest first."""
    after = read_key(query.cursor)
    found = list_consents(
        session,
        at=now(),
        party=None if caller.sees_all else caller.uscc,
        uscc=query.uscc,
        state=query.state,
        after=after,
        limit=query.limit + 1,
    )
    shown = found[: query.limit]
    return Page(
        items=[_describe(each, caller) for each in shown],
        next_cursor=encode_cursor(shown[-1].id) if len(found) > query.limit else None,
    )


@board.task("consents.run-out", cron="* * * * *")
def close_run_out_consents(work: Work) -> None:
    """失效与到期: write down what the clock has already decided."""
    with work.database.write() as session:
        for consent in lock_run_out(session, now(), _RUN_OUT_AT_ONCE):
            _move(session, consent, state_at(terms_of(consent), now()), None, None)


def _describe(
    consent: ConsentRecord, caller: Principal, events: list[ConsentEventRecord] | None = None
) -> ConsentAnswer:
    state = state_at(terms_of(consent), now())
    return describe_consent(consent, state, parties_of(caller, consent), events)


def parties_of(caller: Principal, consent: ConsentRecord) -> frozenset[Party]:
    """What the caller is to a consent."""
    sides = {
        Party.ENTERPRISE: caller.uscc == consent.uscc,
        Party.INSTITUTION: caller.uscc == consent.institution_uscc,
        Party.AUTHORITY: caller.role is Role.OFFICER,
    }
    return frozenset(party for party, holds in sides.items() if holds)


def _may_see(caller: Principal, consent: ConsentRecord) -> bool:
    return caller.sees_all or caller.uscc in (consent.uscc, consent.institution_uscc)


def _move(
    session: WriteSession,
    consent: ConsentRecord,
    state: ConsentState,
    caller: Principal | None,
    decision: ConsentDecision | None,
) -> None:
    """Reads do not change the version: a revocation must never be told it came too late."""
    consent.state = state.value
    consent.decided_at = now()
    consent.version += 1
    session.flush()
    _tell(session, consent, caller, decision.reason if decision else None)


def _supersede(session: WriteSession, consent: ConsentRecord, caller: Principal) -> None:
    if consent.state != ConsentState.GRANTED.value or consent.supersedes is None:
        return
    before = lock_consent(session, consent.supersedes)
    open_states = (ConsentState.GRANTED, ConsentState.SUSPENDED)
    if before is not None and state_at(terms_of(before), now()) in open_states:
        _move(session, before, ConsentState.SUPERSEDED, caller, None)


def _tell(
    session: WriteSession, consent: ConsentRecord, caller: Principal | None, reason: str | None
) -> None:
    add_consent_event(
        session,
        ConsentEventRecord(
            id=new_id(),
            consent_id=consent.id,
            at=now(),
            state=consent.state,
            actor_uscc=caller.uscc if caller else None,
            client_id=caller.client_id if caller else None,
            reason=reason,
        ),
    )
    changed = ConsentChanged(
        consent_id=consent.id,
        uscc=consent.uscc,
        institution_uscc=consent.institution_uscc,
        purpose=consent.purpose,
        state=consent.state,
        at=now(),
    )
    record_event(session, changed, subject=consent.uscc)


def _check_codes(pointer: str, codes: list[str], known: list[str]) -> None:
    stray = [code for code in codes if code not in known]
    if stray:
        listed = ", ".join(known)
        raise invalid(
            pointer,
            "code_unknown",
            Text(f"未知代码「{stray[0]}」，可用：{listed}", f"{stray[0]!r} is not one of {listed}"),
        )


def _check_term(request: ConsentRequest) -> None:
    if request.valid_until <= now():
        raise invalid(
            "/valid_until",
            "in_the_past",
            Text("授权期限须在将来", "valid_until must lie in the future"),
        )
    if request.valid_from is not None and request.valid_from >= request.valid_until:
        raise invalid(
            "/valid_from",
            "valid_order",
            Text("valid_from 须早于 valid_until", "valid_from must lie before valid_until"),
        )


def _check_predecessor(session: WriteSession, caller: Principal, request: ConsentRequest) -> None:
    if request.supersedes is None:
        return
    before = find_consent(session, request.supersedes)
    if before is None or (before.uscc, before.institution_uscc) != (request.uscc, caller.uscc):
        raise invalid(
            "/supersedes",
            "consent_unknown",
            Text(
                "没有本机构与该企业之间的这份授权",
                "there is no such consent between your institution and this enterprise",
            ),
        )

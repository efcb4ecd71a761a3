"""疑似重复: what may be paid twice is held until a second officer has decided."""

from dataclasses import dataclass

from kit.auth import Principal
from kit.clock import now
from kit.db import ReadSession, WriteSession, new_id
from kit.errors import RuleBroken
from kit.pages import Page, encode_cursor, read_key
from kit.text import Language, Text
from kit.versions import require_match
from services.subsidies.rules.applications import ApplicationAct
from services.subsidies.rules.identities import gather_families
from services.subsidies.rules.policies import RuleCode
from services.subsidies.rules.suspected_doubles import (
    HELD_ACTS,
    DoubleCause,
    DoubleOutcome,
    DoubleState,
    StatedPayment,
    payments_may_be_one,
)
from services.subsidies.schemas.suspected_doubles import (
    DoubleAnswer,
    DoubleDecisionRequest,
    DoubleQuery,
    Side,
    describe_double,
    stand_of,
    version_of,
)
from services.subsidies.store.applications import get_application
from services.subsidies.store.city_payments import get_city_payment
from services.subsidies.store.facts import (
    find_contract,
    list_mergers,
    lock_mergers,
    lock_organizations,
)
from services.subsidies.store.suspected_doubles import (
    add_double,
    find_standing_on,
    get_double,
    list_apart,
    list_doubles,
    list_holds,
    list_payments_alike,
)
from services.subsidies.tables import (
    ApplicationRecord,
    CityPaymentRecord,
    EntitlementRecord,
    SuspectedDoubleRecord,
)
from services.subsidies.usecases.claims import Known
from services.subsidies.usecases.entitlements import feed_entitlements


@dataclass(frozen=True, slots=True)
class Noter:
    """Whose act brought the suspicion up: who recorded the payment, or the merger."""

    client_id: str
    uscc: str


def hold_if_recorded_before(
    session: WriteSession, caller: Principal, payment: CityPaymentRecord
) -> bool:
    """Whether the payment may be one that is recorded already; then it feeds nothing for now."""
    family = gather_families(list_mergers(session)).get(payment.uscc, {payment.uscc})
    stated = state_payment(session, payment)
    for other in list_payments_alike(session, family, payment.disbursed_yuan, payment.disbursed_on):
        if other.payment_ref != payment.payment_ref and payments_may_be_one(
            stated, state_payment(session, other)
        ):
            noter = Noter(caller.client_id, caller.uscc)
            note_payment(
                session, noter, DoubleCause.RECORDED, payment.payment_ref, other.payment_ref
            )
            return True
    return False


def state_payment(session: WriteSession, payment: CityPaymentRecord) -> StatedPayment:
    """With both names of the contract, where the registry has told of it."""
    contract = None
    if payment.platform_id is None:
        contract = find_contract(
            session, contract_id=payment.contract_id, contract_number=payment.contract_number
        )
    return StatedPayment(
        payment.disbursed_yuan,
        payment.disbursed_on,
        payment.platform_id,
        contract.id if contract is not None else payment.contract_id,
        contract.contract_number if contract is not None else payment.contract_number,
    )


def note_payment(
    session: WriteSession, noter: Noter, cause: DoubleCause, suspect: str, twin: str
) -> None:
    """Two payments of the city that may be one."""
    add_double(session, open_double(noter, cause, payment_ref=suspect, twin_payment_ref=twin))


def note_application(
    session: WriteSession, noter: Noter, cause: DoubleCause, suspect: str, twin: str
) -> None:
    """Two applications that may be for one thing."""
    add_double(session, open_double(noter, cause, application_id=suspect, twin_application_id=twin))


def open_double(noter: Noter, cause: DoubleCause, **two: str | None) -> SuspectedDoubleRecord:
    """A suspicion that nobody has decided on."""
    return SuspectedDoubleRecord(
        id=new_id(),
        cause=cause.value,
        noted_by=noter.client_id,
        noted_by_uscc=noter.uscc,
        noted_at=now(),
        **two,
    )


def key_of(
    session: WriteSession,
    known: Known,
    application: ApplicationRecord,
    entitlement: EntitlementRecord,
) -> str:
    """What the application is for, to be paid once; its own where a person found it distinct."""
    key = known.name_once(entitlement)
    shared = application.rule == RuleCode.RD_PLATFORM and list_apart(session, application.id)
    return f"{key}:{application.uscc}" if shared else key


def refuse_while_held(
    session: WriteSession, application: ApplicationRecord, act: ApplicationAct
) -> None:
    """Nothing goes on towards the money while it may be paid twice."""
    holds = list_holds(session, application) if act in HELD_ACTS else []
    if holds:
        raise RuleBroken(
            "double_suspected",
            Text(
                "疑似重复，须先由未经办该事项的另一人核定；核定为同一项的不予兑付",
                "it may be paid twice: another person who had no part in it decides first; what is"
                " one with another is not paid",
            ),
            application_id=application.id,
            suspected_doubles=[one.id for one in holds],
        )


def decide_double(
    session: WriteSession,
    caller: Principal,
    double_id: str,
    request: DoubleDecisionRequest,
    if_match: str | None,
    language: Language,
) -> DoubleAnswer:
    """核定: once, by an officer who did not record the payment or review the application."""
    lock_mergers(session)
    double = get_double(session, double_id)
    payment, application = _find_side(session, double.payment_ref, double.application_id)
    payee = payment or application
    assert payee is not None
    lock_organizations(session, (payee.uscc,))
    session.refresh(double)
    require_match(if_match, version_of(double))
    _check_decider(caller, double, payment, application)
    double.outcome, double.reason = request.outcome.value, request.reason
    double.decided_by, double.decided_by_uscc = caller.client_id, caller.uscc
    double.decided_at = now()
    session.flush()
    if payment is not None and request.outcome is DoubleOutcome.DISTINCT:
        feed_entitlements(session, payment)
    return _describe(session, double, language)


def _check_decider(
    caller: Principal,
    double: SuspectedDoubleRecord,
    payment: CityPaymentRecord | None,
    application: ApplicationRecord | None,
) -> None:
    if stand_of(double) is not DoubleState.OPEN:
        raise RuleBroken(
            "double_settled",
            Text(
                "该疑似重复已核定或已不存在",
                "the suspicion was decided before, or its merger was undone",
            ),
        )
    had_part = {
        payment.recorded_by if payment is not None else None,
        application.reviewed_by if application is not None else None,
    }
    if caller.client_id in had_part:
        raise RuleBroken(
            "second_person_needed",
            Text(
                "登记人、审核人不能核定是否重复",
                "who recorded the payment or reviewed the application may not decide on it",
            ),
        )


def show_doubles(
    session: ReadSession, query: DoubleQuery, language: Language
) -> Page[DoubleAnswer]:
    """What may be paid twice, and what was said about it."""
    after = read_key(query.cursor)
    found = list_doubles(
        session,
        uscc=query.uscc,
        state=query.state,
        falling=query.sort.startswith("-"),
        after=after,
        limit=query.limit + 1,
    )
    page = found[: query.limit]
    more = len(found) > len(page)
    return Page(
        items=[_describe(session, double, language) for double in page],
        next_cursor=encode_cursor(page[-1].id) if more else None,
    )


def show_double(session: ReadSession, double_id: str, language: Language) -> DoubleAnswer:
    """One suspicion."""
    return _describe(session, get_double(session, double_id), language)


def _describe(
    session: ReadSession | WriteSession, double: SuspectedDoubleRecord, language: Language
) -> DoubleAnswer:
    suspect = _find_side(session, double.payment_ref, double.application_id)
    twin = _find_side(session, double.twin_payment_ref, double.twin_application_id)
    return describe_double(double, suspect, twin, language)


def _find_side(
    session: ReadSession | WriteSession, payment_ref: str | None, application_id: str | None
) -> Side:
    if payment_ref is None:
        assert application_id is not None
        return None, get_application(session, application_id)
    standing = find_standing_on(session, [payment_ref])
    return get_city_payment(session, payment_ref), standing.get(payment_ref)

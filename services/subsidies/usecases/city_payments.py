"""市级拨付登记: the record that rules 4 to 6 wait for."""

from kit.auth import Principal
from kit.clock import now
from kit.db import ReadSession, WriteSession
from kit.errors import RuleBroken
from kit.pages import Page, decode_cursor, encode_cursor
from kit.text import Text
from kit.versions import require_match
from services.subsidies.rules.identities import gather_families
from services.subsidies.rules.payment_twins import StatedPayment, TwinOutcome, may_be_one
from services.subsidies.schemas.city_payments import (
    CityPaymentAnswer,
    CityPaymentQuery,
    CityPaymentRequest,
    TwinDecisionRequest,
    describe_city_payment,
)
from services.subsidies.store.city_payments import (
    add_city_payment,
    find_city_payment,
    get_city_payment,
    list_city_payments,
)
from services.subsidies.store.entitlements import list_for_payments
from services.subsidies.store.facts import find_contract, list_mergers, lock_organizations
from services.subsidies.store.payment_twins import (
    add_twin,
    list_payments_alike,
    list_twins,
    lock_twin,
)
from services.subsidies.tables import CityPaymentRecord, PaymentTwinRecord
from services.subsidies.usecases.entitlements import (
    open_contract_entitlements,
    open_platform_entitlements,
)

_SAID = (
    "uscc",
    "contract_number",
    "contract_id",
    "platform_id",
    "approved_yuan",
    "disbursed_yuan",
    "disbursed_on",
)


def record_city_payment(
    session: WriteSession, caller: Principal, request: CityPaymentRequest
) -> tuple[CityPaymentAnswer, bool]:
    """One record per `payment_ref`: the same again changes nothing, another is refused.

    Answers the payment, and whether it is new.
    """
    lock_organizations(session, (request.uscc, f"ref:{request.payment_ref}", _same_sum(request)))
    known = find_city_payment(session, request.payment_ref)
    if known is not None:
        _refuse_contradiction(known, request)
        return _describe(session, [known])[0], False
    payment = CityPaymentRecord(
        **request.model_dump(),
        recorded_by=caller.client_id,
        recorded_by_uscc=caller.uscc,
        recorded_at=now(),
    )
    add_city_payment(session, payment)
    if not hold_twin(session, payment):
        feed_entitlements(session, payment)
    return _describe(session, [payment])[0], True


def _same_sum(request: CityPaymentRequest) -> str:
    """What two records of one payment have in common, whoever enters them at the same time."""
    return f"sum:{request.disbursed_on}:{request.disbursed_yuan}"


def _refuse_contradiction(known: CityPaymentRecord, request: CityPaymentRequest) -> None:
    differing = [name for name in _SAID if getattr(known, name) != getattr(request, name)]
    if differing:
        raise RuleBroken(
            "payment_contradicts",
            Text(
                f"拨付编号「{request.payment_ref}」已登记为不同内容，请核对：{'、'.join(differing)}",
                f"payment {request.payment_ref!r} is recorded differently; check"
                f" {', '.join(differing)}",
            ),
            differing=differing,
        )


def feed_entitlements(session: WriteSession, payment: CityPaymentRecord) -> None:
    """Where the thing is not known yet, its event will find the payment instead."""
    if payment.platform_id is not None:
        open_platform_entitlements(session, payment.platform_id)
        return
    contract = find_contract(
        session, contract_id=payment.contract_id, contract_number=payment.contract_number
    )
    if contract is not None:
        open_contract_entitlements(session, contract.id)


def hold_twin(session: WriteSession, payment: CityPaymentRecord) -> bool:
    """Whether the payment may be one that is recorded already; then it feeds nothing for now."""
    family = gather_families(list_mergers(session)).get(payment.uscc, {payment.uscc})
    stated = _state(session, payment)
    for other in list_payments_alike(session, family, payment.disbursed_yuan, payment.disbursed_on):
        if other.payment_ref != payment.payment_ref and may_be_one(stated, _state(session, other)):
            twin = PaymentTwinRecord(
                payment_ref=payment.payment_ref, twin_ref=other.payment_ref, noted_at=now()
            )
            add_twin(session, twin)
            return True
    return False


def _state(session: WriteSession, payment: CityPaymentRecord) -> StatedPayment:
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


def decide_twin(
    session: WriteSession,
    caller: Principal,
    payment_ref: str,
    request: TwinDecisionRequest,
    if_match: str | None,
) -> CityPaymentAnswer:
    """核定是否同一笔: once, by an officer who did not record it; a distinct one counts from now."""
    payment = get_city_payment(session, payment_ref)
    lock_organizations(session, (payment.uscc,))
    twin = lock_twin(session, payment_ref)
    require_match(if_match, 1 if twin is None or twin.outcome is None else 2)
    if twin is None or twin.outcome is not None:
        raise RuleBroken(
            "payment_not_held",
            Text("该笔拨付不在待核状态", "the payment does not wait for a decision"),
        )
    if payment.recorded_by == caller.client_id:
        raise RuleBroken(
            "second_person_needed",
            Text("登记人不能核定该笔拨付", "who recorded the payment may not decide on it"),
        )
    twin.outcome, twin.reason = request.outcome.value, request.reason
    twin.decided_by, twin.decided_by_uscc = caller.client_id, caller.uscc
    twin.decided_at = now()
    session.flush()
    if request.outcome is TwinOutcome.DISTINCT:
        feed_entitlements(session, payment)
    return _describe(session, [payment])[0]


def show_city_payments(session: ReadSession, query: CityPaymentQuery) -> Page[CityPaymentAnswer]:
    """By reference."""
    after = str(decode_cursor(query.cursor, 1)[0]) if query.cursor is not None else None
    records = list_city_payments(
        session,
        uscc=query.uscc,
        state=query.state,
        falling=query.sort.startswith("-"),
        after=after,
        limit=query.limit + 1,
    )
    page = records[: query.limit]
    more = len(records) > len(page)
    return Page(
        items=_describe(session, page),
        next_cursor=encode_cursor(page[-1].payment_ref) if more else None,
    )


def show_city_payment(session: ReadSession, payment_ref: str) -> CityPaymentAnswer:
    """One payment."""
    return _describe(session, [get_city_payment(session, payment_ref)])[0]


def _describe(
    session: ReadSession | WriteSession, payments: list[CityPaymentRecord]
) -> list[CityPaymentAnswer]:
    refs = [payment.payment_ref for payment in payments]
    fed, twins = list_for_payments(session, refs), list_twins(session, refs)
    return [
        describe_city_payment(payment, fed.get(ref, []), twins.get(ref))
        for ref, payment in zip(refs, payments, strict=True)
    ]

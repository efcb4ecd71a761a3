"""市级拨付登记: the record that rules 4 to 6 wait for."""

from kit.auth import Principal
from kit.clock import now
from kit.db import ReadSession, WriteSession
from kit.errors import RuleBroken
from kit.pages import Page, decode_cursor, encode_cursor
from kit.text import Text
from services.subsidies.schemas.city_payments import (
    CityPaymentAnswer,
    CityPaymentQuery,
    CityPaymentRequest,
    describe_city_payment,
)
from services.subsidies.store.city_payments import (
    add_city_payment,
    find_city_payment,
    get_city_payment,
    list_city_payments,
)
from services.subsidies.store.entitlements import list_for_payments
from services.subsidies.store.facts import find_contract, lock_organizations
from services.subsidies.tables import CityPaymentRecord
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
    lock_organizations(session, (request.uscc, f"ref:{request.payment_ref}"))
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
    _feed_entitlements(session, payment)
    return _describe(session, [payment])[0], True


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


def _feed_entitlements(session: WriteSession, payment: CityPaymentRecord) -> None:
    """Where the thing is not known yet, its event will find the payment instead."""
    if payment.platform_id is not None:
        open_platform_entitlements(session, payment.platform_id)
        return
    contract = find_contract(
        session, contract_id=payment.contract_id, contract_number=payment.contract_number
    )
    if contract is not None:
        open_contract_entitlements(session, contract.id)


def show_city_payments(session: ReadSession, query: CityPaymentQuery) -> Page[CityPaymentAnswer]:
    """By reference."""
    after = str(decode_cursor(query.cursor, 1)[0]) if query.cursor is not None else None
    records = list_city_payments(session, uscc=query.uscc, after=after, limit=query.limit + 1)
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
    fed = list_for_payments(session, [payment.payment_ref for payment in payments])
    return [
        describe_city_payment(payment, fed.get(payment.payment_ref, [])) for payment in payments
    ]

"""市级拨付登记: the record that rules 4 to 6 wait for."""

from kit.auth import Principal
from kit.clock import now
from kit.db import ReadSession, WriteSession
from kit.errors import RuleBroken
from kit.pages import Page, encode_cursor, read_key
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
from services.subsidies.store.facts import lock_mergers, lock_organizations
from services.subsidies.store.suspected_doubles import list_doubles_of_payments
from services.subsidies.tables import CityPaymentRecord
from services.subsidies.usecases.entitlements import feed_entitlements
from services.subsidies.usecases.suspected_doubles import hold_if_recorded_before

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
    lock_mergers(session)
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
    if not hold_if_recorded_before(session, caller, payment):
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


def show_city_payments(session: ReadSession, query: CityPaymentQuery) -> Page[CityPaymentAnswer]:
    """By reference."""
    after = read_key(query.cursor)
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
    fed, doubles = list_for_payments(session, refs), list_doubles_of_payments(session, refs)
    return [
        describe_city_payment(payment, fed.get(ref, []), doubles.get(ref, []))
        for ref, payment in zip(refs, payments, strict=True)
    ]

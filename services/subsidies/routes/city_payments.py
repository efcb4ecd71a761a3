"""市级拨付."""

from typing import Annotated
from urllib.parse import quote

from fastapi import Query, Response

from kit.auth import Principal, Role, allow
from kit.http import HouseRouter, Read, Write, created, etag
from kit.pages import Page
from services.subsidies.schemas.city_payments import (
    CityPaymentAnswer,
    CityPaymentQuery,
    CityPaymentRequest,
)
from services.subsidies.usecases import city_payments

router = HouseRouter(prefix="/v1/city-payments", tags=["city-payments"])

Officer = Annotated[Principal, allow(Role.OFFICER)]
Reader = Annotated[Principal, allow(Role.OFFICER, Role.AUDITOR)]


@router.post(
    "",
    status_code=201,
    responses={200: {"model": CityPaymentAnswer, "description": "已登记过 · recorded before"}},
    summary="登记市级拨付 · Record a payment of the city",
)
def record_city_payment(
    body: CityPaymentRequest, session: Write, response: Response, caller: Officer
) -> CityPaymentAnswer:
    """The trigger of rules 4 to 6. Idempotent by `payment_ref`; a contradiction is refused.

    The same sum to the same organisation for the same thing on the same day under another
    reference is `held` until a person decides whether it is the same payment
    (`/v1/suspected-doubles`).
    """
    payment, is_new = city_payments.record_city_payment(session, caller, body)
    if is_new:
        created(response, f"/v1/city-payments/{quote(payment.payment_ref)}", payment.version)
    else:
        response.status_code = 200
        etag(response, payment.version)
    return payment


@router.get("", summary="市级拨付列表 · Payments of the city")
def list_city_payments(
    query: Annotated[CityPaymentQuery, Query()], session: Read, _caller: Reader
) -> Page[CityPaymentAnswer]:
    """By reference; for the bureau and the auditor."""
    return city_payments.show_city_payments(session, query)


@router.get("/{payment_ref}", summary="一笔市级拨付 · One payment of the city")
def get_city_payment(
    payment_ref: str, session: Read, response: Response, _caller: Reader
) -> CityPaymentAnswer:
    """With the entitlements that it feeds."""
    payment = city_payments.show_city_payment(session, payment_ref)
    etag(response, payment.version)
    return payment

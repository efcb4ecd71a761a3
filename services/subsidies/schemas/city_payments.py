"""Words of `/v1/city-payments`."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from kit.days import Day
from kit.identifiers import Uscc
from kit.money import Yuan
from kit.pages import PageQuery
from kit.schemas import AnswerModel, WireModel
from services.subsidies.rules.suspected_doubles import PaymentState, state_of_payment
from services.subsidies.schemas.suspected_doubles import stand_of, version_of
from services.subsidies.tables import CityPaymentRecord, SuspectedDoubleRecord

PaymentRef = Annotated[
    str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\s/?#\\]+$")
]
Reference = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class CityPaymentRequest(WireModel):
    """One payment of the city to one organisation, for one contract or platform."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {"required": [name], "properties": {name: {"type": "string"}}}
                for name in ("contract_number", "contract_id", "platform_id")
            ],
            "examples": [
                {
                    "payment_ref": "JN-2026-0001",
                    "uscc": "91370102MA3D000125",
                    "contract_number": "2026370102000001",
                    "approved_yuan": "60000.00",
                    "disbursed_yuan": "60000.00",
                    "disbursed_on": "2026-11-20",
                }
            ],
        }
    )

    payment_ref: PaymentRef = Field(examples=["JN-2026-0001"])
    uscc: Uscc = Field(description="the payee")
    contract_number: Reference | None = Field(None, examples=["2026370102000001"])
    contract_id: Reference | None = None
    platform_id: Reference | None = None
    approved_yuan: Yuan | None = None
    disbursed_yuan: Yuan = Field(examples=["60000.00"])
    disbursed_on: Day

    @model_validator(mode="after")
    def name_one_subject(self) -> Self:
        """A payment is for exactly one thing, and never above what was approved."""
        named = [self.contract_number, self.contract_id, self.platform_id]
        if sum(name is not None for name in named) != 1:
            raise PydanticCustomError(
                "one_subject",
                "give exactly one of contract_number, contract_id and platform_id",
                {"zh": "contract_number、contract_id、platform_id 须恰填一项"},
            )
        if self.approved_yuan is not None and self.disbursed_yuan > self.approved_yuan:
            raise PydanticCustomError(
                "payment_above_approval",
                "disbursed_yuan is above approved_yuan",
                {"zh": "拨付金额超过核定金额"},
            )
        return self


class CityPaymentAnswer(AnswerModel):
    """A recorded payment and the entitlements it feeds."""

    payment_ref: str
    uscc: str
    contract_number: str | None
    contract_id: str | None
    platform_id: str | None
    approved_yuan: Yuan | None
    disbursed_yuan: Yuan
    disbursed_on: date
    recorded_by: str
    recorded_at: datetime
    state: PaymentState = Field(description="`held`: it may be another one; a person decides")
    suspected_doubles: list[str] = Field(description="at `/v1/suspected-doubles`")
    version: int
    entitlements: list[str] = Field(
        description="empty while it is held, its contract is not known here or the payee is no"
        " party of it"
    )


class CityPaymentQuery(PageQuery):
    """Which payments, in pages."""

    uscc: Uscc | None = None
    state: PaymentState | None = Field(None, description="`held`: what waits for a person")
    sort: Literal["payment_ref", "-payment_ref"] = "payment_ref"


def describe_city_payment(
    payment: CityPaymentRecord, entitlements: list[str], doubles: Sequence[SuspectedDoubleRecord]
) -> CityPaymentAnswer:
    """A payment on the wire."""
    return CityPaymentAnswer(
        payment_ref=payment.payment_ref,
        uscc=payment.uscc,
        contract_number=payment.contract_number,
        contract_id=payment.contract_id,
        platform_id=payment.platform_id,
        approved_yuan=payment.approved_yuan,
        disbursed_yuan=payment.disbursed_yuan,
        disbursed_on=payment.disbursed_on,
        recorded_by=payment.recorded_by,
        recorded_at=payment.recorded_at,
        state=state_of_payment([stand_of(double) for double in doubles]),
        suspected_doubles=[double.id for double in doubles],
        version=1 + sum(version_of(double) for double in doubles),
        entitlements=entitlements,
    )

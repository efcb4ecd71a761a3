"""One payment of the city under two references: what may be one is held until a person decides."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class PaymentState(StrEnum):
    """计入 / 待核（疑似重复登记）/ 重复登记"""

    COUNTED = "counted"
    HELD = "held"
    DUPLICATE = "duplicate"


class TwinOutcome(StrEnum):
    """两笔不同的拨付 / 同一笔拨付"""

    DISTINCT = "distinct"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class StatedPayment:
    """A payment to one organisation, with every name of its thing that is known."""

    disbursed_yuan: Decimal
    disbursed_on: date
    platform_id: str | None
    contract_id: str | None
    contract_number: str | None


def may_be_one(one: StatedPayment, other: StatedPayment) -> bool:
    """The same sum on the same day, and nothing shows that the two are for different things."""
    if (one.disbursed_yuan, one.disbursed_on) != (other.disbursed_yuan, other.disbursed_on):
        return False
    if one.disbursed_yuan == 0:
        return False
    if one.platform_id is not None or other.platform_id is not None:
        return one.platform_id == other.platform_id
    return not (
        _differ(one.contract_id, other.contract_id)
        or _differ(one.contract_number, other.contract_number)
    )


def _differ(one: str | None, other: str | None) -> bool:
    """Both are known, and they are not the same."""
    return one is not None and other is not None and one != other


def state_of_payment(*, suspected: bool, outcome: TwinOutcome | None) -> PaymentState:
    """Only what is counted feeds an entitlement."""
    if not suspected or outcome is TwinOutcome.DISTINCT:
        return PaymentState.COUNTED
    return PaymentState.HELD if outcome is None else PaymentState.DUPLICATE

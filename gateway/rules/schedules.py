"""还款计划: what is due when, to the fen. The principal of all instalments is exactly the loan.

Interest of a month is outstanding x annual rate / 12, rounded half up to the fen. The last
instalment takes whatever rounding left.
"""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from kit.money import split_by_shares, yuan

MONTHS = 12


class Method(StrEnum):
    """还款方式：等额本金、等额本息、按月付息到期还本、到期一次还本付息。"""

    EQUAL_PRINCIPAL = "equal_principal"
    EQUAL_INSTALMENT = "equal_instalment"
    INTEREST_MONTHLY = "interest_monthly"
    BULLET = "bullet"


@dataclass(frozen=True, slots=True)
class Instalment:
    """One payment that is due."""

    due_on: date
    principal_yuan: Decimal
    interest_yuan: Decimal


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day (民法典第二百零二、二百零三条)."""
    place = day.year * MONTHS + day.month - 1 + months
    year, month = place // MONTHS, place % MONTHS + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def make_schedule(
    principal: Decimal, annual_rate: Decimal, months: int, method: Method, paid_out_on: date
) -> tuple[Instalment, ...]:
    """The instalments of a loan paid out on a day; `annual_rate` is a decimal fraction."""
    if months < 1 or principal <= 0 or annual_rate < 0:
        raise ValueError("a loan has an amount, a term and a rate that is not negative")
    if method is Method.BULLET:
        interest = yuan(principal * annual_rate * months / MONTHS)
        return (Instalment(add_months(paid_out_on, months), principal, interest),)
    made, left = [], principal
    for place, part in enumerate(_split_principal(principal, annual_rate, months, method), 1):
        interest = yuan(left * annual_rate / MONTHS)
        made.append(Instalment(add_months(paid_out_on, place), part, interest))
        left -= part
    return tuple(made)


def sum_due(schedule: Sequence[Instalment], on: date) -> tuple[Decimal, Decimal]:
    """Principal and interest that should have been paid before that day; on it is still in time."""
    due = [one for one in schedule if one.due_on < on]
    zero = Decimal("0.00")
    return (
        sum((one.principal_yuan for one in due), zero),
        sum((one.interest_yuan for one in due), zero),
    )


def _split_principal(
    principal: Decimal, annual_rate: Decimal, months: int, method: Method
) -> list[Decimal]:
    if method is Method.EQUAL_PRINCIPAL or (method is Method.EQUAL_INSTALMENT and annual_rate == 0):
        return [yuan(part) for part in split_by_shares(principal, [1] * months)]
    if method is Method.INTEREST_MONTHLY:
        return [Decimal("0.00")] * (months - 1) + [principal]
    monthly = annual_rate / MONTHS
    growth = (1 + monthly) ** months
    payment = yuan(principal * monthly * growth / (growth - 1))
    parts, left = [], principal
    for _ in range(months - 1):
        part = min(left, max(Decimal("0.00"), payment - yuan(left * monthly)))
        parts.append(part)
        left -= part
    return [*parts, left]

"""Rules 4 to 6 by columns: the city's payment matched at the decided ratio or its ceiling."""

import numpy as np

from services.subsidies.rules.column_policy import ColumnPolicy
from services.subsidies.rules.columns import (
    ABSENT,
    FALSE,
    MICRO,
    NO_DAY,
    NO_FEN,
    NO_RATIO,
    NOT_ASSESSED,
    PENDING,
    UNKNOWN,
    WRONG,
    CityPayments,
    Codes,
    Columns,
    FacilityKind,
    Fen,
    Flags,
    Registrar,
    put,
    spread,
    weigh_marked,
)
from services.subsidies.rules.policies import RuleCode

Parts = tuple[Codes, Fen, Flags]


def judge_contracts(columns: Columns, policy: ColumnPolicy, kinds: Codes) -> Parts:
    """Rule 4. `kinds` is how the applicant's kind weighs."""
    payments = columns.contract_payments
    ceiling = policy.numbers.ratio_ceilings[RuleCode.CONTRACT_MATCH]
    outcome = _judge_payments(payments, policy, ceiling)
    np.maximum(outcome, kinds, out=outcome)
    np.maximum(outcome, columns.in_district, out=outcome)
    np.maximum(outcome, columns.contract_type, out=outcome)
    np.maximum(outcome, _registration(columns, policy), out=outcome)
    return _conclude(outcome, payments, policy, ceiling)


def _registration(columns: Columns, policy: ColumnPolicy) -> Codes:
    registrar, day = columns.registrar, columns.registered_on
    paid_on = columns.contract_payments.paid_on
    no_day, nobody = day == NO_DAY, registrar == Registrar.UNKNOWN
    late = day > policy.on
    gravity = weigh_marked(late, PENDING)
    early = ~late & (paid_on < day) & (paid_on != NO_DAY)
    gravity += weigh_marked(early, policy.weigh("payment_before_registration"))
    put(gravity, no_day | nobody, UNKNOWN)
    put(gravity, (no_day & nobody) | (registrar == Registrar.OTHER), FALSE)
    return gravity


def judge_facilities(columns: Columns, policy: ColumnPolicy) -> dict[RuleCode, Parts]:
    """Rules 5 and 6: the kind chooses the rule; both answer where it is unknown or another."""
    common = np.maximum(columns.facility_in_district, _performance(columns, policy))
    np.maximum(common, _unclear_kind(columns.facility_kind), out=common)
    others = {
        RuleCode.POC_MATCH: FacilityKind.PILOT,
        RuleCode.PILOT_MATCH: FacilityKind.POC,
    }
    payments = columns.facility_payments
    answers: dict[RuleCode, Parts] = {}
    judged: dict[int, Codes] = {}
    for rule, other in others.items():
        ceiling = policy.numbers.ratio_ceilings[rule]
        if ceiling not in judged:
            judged[ceiling] = np.maximum(common, _judge_payments(payments, policy, ceiling))
        elsewhere = weigh_marked(columns.facility_kind == other, ABSENT)
        outcome = np.maximum(judged[ceiling], elsewhere)
        answers[rule] = _conclude(outcome, payments, policy, ceiling)
    return answers


def _unclear_kind(kinds: Codes) -> Codes:
    """How a kind weighs under both rules, where it is neither of the two."""
    gravity = weigh_marked(kinds == FacilityKind.UNKNOWN, UNKNOWN)
    gravity += weigh_marked(kinds == FacilityKind.OTHER, FALSE)
    gravity += weigh_marked(kinds == FacilityKind.ABSENT, ABSENT)
    return gravity


def _performance(columns: Columns, policy: ColumnPolicy) -> Codes:
    grade, stale_from = columns.grade, columns.stale_from
    gravity = np.maximum(columns.assessor, grade)
    if stale_from.any():
        paid_on = columns.facility_payments.paid_on
        dated = stale_from != NO_DAY
        stale = dated & (grade == 0) & (paid_on != NO_DAY) & (paid_on >= stale_from)
        weight = policy.weigh("performance_year")
        gravity[stale] = np.maximum(gravity[stale], np.uint8(weight))
        put(gravity, dated & (stale_from > policy.year_limit), WRONG)
    put(gravity, grade == NOT_ASSESSED, PENDING)
    return gravity


def _judge_payments(payments: CityPayments, policy: ColumnPolicy, ceiling: int) -> Codes:
    """Sums that fit each other, a ratio within the ceiling, and the payment made."""
    approved, paid, day = payments.approved, payments.paid, payments.paid_on
    no_day, no_paid, no_approved = day == NO_DAY, paid == NO_FEN, approved == NO_FEN
    nothing_paid, nothing_approved = paid == 0, approved == 0
    late = policy.on + (1 if policy.reads("payment_day", "same_day_counts") else 0)
    gravity = weigh_marked(day < policy.from_day, policy.weigh("back_dating"))
    put(gravity, no_paid, UNKNOWN)
    put(gravity, day >= late, PENDING)
    put(gravity, no_day, UNKNOWN)
    none_paid = nothing_approved | nothing_paid
    if none_paid.any():
        put(gravity, no_day & nothing_paid, PENDING)
        none_due = nothing_approved | (nothing_paid & ~no_day & (day <= policy.on))
        put(gravity, none_due, PENDING)
        put(gravity, none_due & (nothing_approved | no_approved), FALSE)
    wrong = (paid > approved) & ~no_approved
    # What is not known is a number below all others.
    wrong |= (paid < 0) ^ no_paid
    wrong |= (approved < 0) ^ no_approved
    ratio = payments.ratio
    wrong |= (ratio > ceiling) | ((ratio < 0) ^ (ratio == NO_RATIO))
    put(gravity, wrong, WRONG)
    return gravity


def _conclude(outcome: Codes, payments: CityPayments, policy: ColumnPolicy, ceiling: int) -> Parts:
    """Base × ratio to the fen, where the row is eligible."""
    rows = len(outcome)
    at_most = np.zeros(rows, np.bool_)
    eligible = np.flatnonzero(outcome == 0)
    base = payments.paid[eligible]
    if not policy.reads("match_base", "disbursed"):
        approved = payments.approved[eligible]
        base = np.where(approved == NO_FEN, base, approved)
    stated = payments.ratio[eligible]
    open_ratio = stated == NO_RATIO
    ratio = np.where(open_ratio, ceiling, stated).astype(np.int64)
    half = 0 if policy.reads("match_rounding", "down") else MICRO // 2
    sums = (base * ratio + half) // MICRO
    at_most[eligible] = open_ratio & (sums > 0)
    return outcome, spread(rows, eligible, sums), at_most

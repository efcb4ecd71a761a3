"""测算 by columns: all six rules over many rows at once, equal row for row to `calculate`.

Every condition is a column of gravities and the gravest decides, as in `Findings`; amounts are
whole fen. tests/unit/subsidies/test_columns.py holds both calculations against each other.
"""

from dataclasses import dataclass

import numpy as np

from services.subsidies.rules.column_match import judge_contracts, judge_facilities
from services.subsidies.rules.column_policy import ColumnPolicy
from services.subsidies.rules.columns import (
    ABSENT,
    FALSE,
    NO_DAY,
    NO_FEN,
    PENDING,
    REVIEW,
    UNKNOWN,
    WRONG,
    Codes,
    Columns,
    Days,
    FacilityKind,
    Fen,
    Flags,
    Standing,
    spread,
    weigh_marked,
)
from services.subsidies.rules.policies import RuleCode


@dataclass(frozen=True, slots=True)
class RuleColumn:
    """One rule over all rows: the gravity of each (`ABSENT`: no item), what is due, of which kind.

    Nothing is due except where the gravity is 0, eligible.
    """

    outcome: Codes
    due: Fen
    ceiling: Flags


Verdicts = dict[RuleCode, RuleColumn]


def calculate_columns(columns: Columns, policy: ColumnPolicy) -> Verdicts:
    """Judge every row by the policy of the day."""
    kinds = policy.kind_gravity[columns.kind]
    applicants = np.maximum(kinds, _silent_district(columns, policy))
    contracts = judge_contracts(columns, policy, kinds)
    facilities = judge_facilities(columns, policy)
    return {
        RuleCode.AWARD: _judge_awards(columns, policy, applicants),
        RuleCode.RD_PLATFORM: _judge_platforms(columns, policy),
        RuleCode.KEY_LABORATORY: _judge_laboratories(columns, policy, applicants),
        RuleCode.CONTRACT_MATCH: RuleColumn(*contracts),
    } | {rule: RuleColumn(*parts) for rule, parts in facilities.items()}


def refer_columns(columns: Columns) -> Verdicts:
    """A policy without amounts: every thing goes to a person."""
    kind = columns.facility_kind
    present = {
        RuleCode.AWARD: columns.award != 0,
        RuleCode.RD_PLATFORM: columns.platform_new != ABSENT,
        RuleCode.KEY_LABORATORY: columns.lab_level != ABSENT,
        RuleCode.CONTRACT_MATCH: columns.contract_type != ABSENT,
        RuleCode.POC_MATCH: (kind != FacilityKind.PILOT) & (kind != ABSENT),
        RuleCode.PILOT_MATCH: (kind != FacilityKind.POC) & (kind != ABSENT),
    }
    return {rule: _referred(there) for rule, there in present.items()}


def _referred(there: Flags) -> RuleColumn:
    rows = len(there)
    outcome = np.where(there, np.uint8(REVIEW), np.uint8(ABSENT))
    return RuleColumn(outcome, np.zeros(rows, np.int64), np.zeros(rows, np.bool_))


def total_of(verdicts: Verdicts) -> Fen:
    """What is due to each row under all rules."""
    first, *others = [column.due for column in verdicts.values()]
    total = first.copy()
    for due in others:
        total += due
    return total


def _silent_district(columns: Columns, policy: ColumnPolicy) -> Codes:
    """Outside weighs by the pack's reading instead of against the applicant."""
    outside = columns.in_district == FALSE
    kept = columns.in_district - weigh_marked(outside, FALSE)
    return kept + weigh_marked(outside, policy.weigh("district_where_silent"))


def _judge_awards(columns: Columns, policy: ColumnPolicy, applicants: Codes) -> RuleColumn:
    days = columns.awarded_on
    place = columns.award.astype(np.min_scalar_type(len(policy.award_gravity)))
    place *= len(policy.periods) + 1
    for begin in policy.periods:
        later = days >= begin
        if policy.on >= begin:
            # An award without a day is judged by the law of the day of the calculation.
            later |= days == NO_DAY
        place += later.view(np.uint8)
    outcome = policy.award_gravity[place]
    np.maximum(outcome, applicants, out=outcome)
    np.maximum(outcome, _past(days, policy, UNKNOWN), out=outcome)
    _weigh_standing(outcome, columns.award_standing, policy, "joint_winners")
    eligible = np.flatnonzero(outcome == 0)
    due = spread(len(columns), eligible, policy.award_price[place[eligible]])
    return RuleColumn(outcome, due, np.zeros(len(columns), np.bool_))


def _judge_platforms(columns: Columns, policy: ColumnPolicy) -> RuleColumn:
    outcome = np.maximum.reduce(columns.haves, axis=0)
    for column in (
        columns.platform_new,
        columns.is_industrial,
        columns.in_district,
        columns.platform_refused,
        policy.enterprise_gravity[columns.kind],
        _size(columns, policy),
        _past(columns.platform_recognised_on, policy, PENDING),
    ):
        np.maximum(outcome, column, out=outcome)
    due = spread(len(columns), np.flatnonzero(outcome == 0), policy.numbers.reward)
    return RuleColumn(outcome, due, np.zeros(len(columns), np.bool_))


def _size(columns: Columns, policy: ColumnPolicy) -> Codes:
    """规上: the roster counts; where it is unknown, the revenue does."""
    revenue = columns.revenue
    if revenue.max(initial=NO_FEN) == NO_FEN:
        return columns.above_scale
    known = revenue != NO_FEN
    by_revenue = known & (columns.above_scale == UNKNOWN)
    enough = revenue >= policy.numbers.revenue_threshold
    size = np.where(by_revenue, np.where(enough, 0, FALSE), columns.above_scale)
    return np.where(known & (revenue < 0), WRONG, size).astype(np.uint8)


def _judge_laboratories(columns: Columns, policy: ColumnPolicy, applicants: Codes) -> RuleColumn:
    approved, ceiling = columns.lab_approved, policy.numbers.lab_ceiling
    outcome = np.maximum(columns.lab_level, columns.lab_new)
    np.maximum(outcome, applicants, out=outcome)
    np.maximum(outcome, _past(columns.lab_accredited_on, policy, PENDING), out=outcome)
    _weigh_standing(outcome, columns.lab_standing, policy, "lab_co_built")
    undecided = approved == NO_FEN
    refused = ((approved < 0) ^ undecided) | (approved > ceiling)
    np.maximum(outcome, weigh_marked(refused, WRONG), out=outcome)
    eligible = np.flatnonzero(outcome == 0)
    open_ = undecided[eligible]
    due = spread(len(columns), eligible, np.where(open_, ceiling, approved[eligible]))
    at_most = np.zeros(len(columns), np.bool_)
    at_most[eligible] = open_ & (ceiling > 0)
    return RuleColumn(outcome, due, at_most)


def _past(days: Days, policy: ColumnPolicy, unknown: int) -> Codes:
    """A day that must have come: `unknown` where it is not stated, else pending or back-dated.

    The three exclude each other, so their weights add up.
    """
    unstated = days == NO_DAY
    early = (days < policy.from_day) ^ unstated
    gravity = weigh_marked(days > max(policy.on, policy.from_day - 1), PENDING)
    gravity += weigh_marked(unstated, unknown)
    gravity += weigh_marked(early, policy.weigh("back_dating"))
    return gravity


def _weigh_standing(outcome: Codes, standings: Codes, policy: ColumnPolicy, joint: str) -> None:
    """Let the outcome weigh how the thing stands beside its columns."""
    if not standings.any():
        return
    gravities = {
        Standing.FINE: 0,
        Standing.JOINT: policy.weigh(joint),
        Standing.REVOKED: FALSE,
        Standing.WRONG: WRONG,
    }
    lookup = np.array([gravities[standing] for standing in Standing], np.uint8)
    np.maximum(outcome, lookup[standings], out=outcome)

"""A policy on one day, ready for columns: tables by code instead of questions by row.

What awards are worth is asked of the very rule that judges a single award, once per name and per
period of the award's own law; open questions weigh as the pack reads them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

import numpy as np

from services.subsidies.rules.applicants import judge_enterprise, judge_kind
from services.subsidies.rules.award import judge_scheme
from services.subsidies.rules.columns import (
    ABSENT,
    FALSE,
    KINDS,
    MICRO,
    MOST_RATIO,
    REVIEW,
    AwardWords,
    Codes,
    Fen,
)
from services.subsidies.rules.decisions import GRAVITY, Findings
from services.subsidies.rules.facts import Applicant, Award
from services.subsidies.rules.policies import Policy, RuleCode

OTHER_WORD = "?"
"""Stands for a kind of applicant that no rule names."""


class NotColumnar(ValueError):
    """A number of the policy is finer or larger than columns can say exactly."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """The policy's numbers in fen and millionths."""

    reward: int
    lab_ceiling: int
    revenue_threshold: int
    ratio_ceilings: dict[RuleCode, int]


@dataclass(frozen=True, slots=True)
class ColumnPolicy:
    """One policy on one day. `award_gravity` and `award_price` are by award code × period."""

    policy: Policy
    on: int
    from_day: int
    numbers: Numbers
    kind_gravity: Codes
    enterprise_gravity: Codes
    periods: tuple[int, ...]
    award_gravity: Codes
    award_price: Fen
    year_limit: int

    def weigh(self, switch: str) -> int:
        """How an open question weighs by the pack's reading."""
        chosen = self.policy.switches[switch].chosen()
        return REVIEW if chosen is None else 0 if chosen.holds else FALSE

    def reads(self, switch: str, key: str) -> bool:
        return self.policy.switches[switch].default == key


def prepare_policy(policy: Policy, on: date, words: Sequence[AwardWords]) -> ColumnPolicy:
    """Compile the policy for the day and these names of awards; raises NotColumnar."""
    return _prepare(policy, on, tuple(words))


# Block after block is asked for the same.
@lru_cache(maxsize=16)
def _prepare(policy: Policy, on: date, words: tuple[AwardWords, ...]) -> ColumnPolicy:
    periods = _periods_of(policy)
    begins = [date.min, *periods]
    worth = [(ABSENT, 0)] * len(begins)
    worth += [_judge_words(policy, name, begin, on) for name in words for begin in begins]
    return ColumnPolicy(
        policy=policy,
        on=on.toordinal(),
        from_day=policy.from_day.toordinal(),
        numbers=_numbers(policy, on),
        kind_gravity=_kinds(policy, RuleCode.AWARD),
        enterprise_gravity=_kinds(policy, RuleCode.RD_PLATFORM),
        periods=tuple(day.toordinal() for day in periods),
        award_gravity=np.array([gravity for gravity, _ in worth], np.uint8),
        award_price=np.array([price for _, price in worth], np.int64),
        year_limit=date(on.year + 2, 1, 1).toordinal(),
    )


def _periods_of(policy: Policy) -> list[date]:
    """The days on which the levels of any award change by its own law."""
    days: set[date] = set()
    for scheme in policy.schemes.values():
        for levels in scheme.levels:
            if levels.from_day is not None:
                days.add(levels.from_day)
            if levels.to_day is not None:
                days.add(levels.to_day + timedelta(days=1))
    return sorted(days)


def _judge_words(policy: Policy, words: AwardWords, day: date, on: date) -> tuple[int, int]:
    findings = Findings(policy, policy.rules[RuleCode.AWARD], "")
    award = Award("", words.scheme, words.level, day, province=words.province)
    price = judge_scheme(findings, award, on, "")
    return GRAVITY[findings.outcome], 0 if price is None else _fen(price)


def _kinds(policy: Policy, rule: RuleCode) -> Codes:
    judge = judge_enterprise if rule is RuleCode.RD_PLATFORM else judge_kind
    gravities = []
    for kind in (*KINDS[:-1], OTHER_WORD):
        findings = Findings(policy, policy.rules[rule], "")
        judge(findings, Applicant(kind))
        gravities.append(GRAVITY[findings.outcome])
    return np.array(gravities, np.uint8)


def _numbers(policy: Policy, on: date) -> Numbers:
    matches = (RuleCode.CONTRACT_MATCH, RuleCode.POC_MATCH, RuleCode.PILOT_MATCH)
    return Numbers(
        reward=_fen(policy.number_of("rd_platform.reward", on)),
        lab_ceiling=_fen(policy.number_of("key_laboratory.ceiling", on)),
        revenue_threshold=_fen(policy.number_of("above_scale.annual_revenue", on)),
        ratio_ceilings={
            rule: _whole(policy.number_of(f"{rule}.ratio_ceiling", on) * MICRO, MOST_RATIO)
            for rule in matches
        },
    )


def _fen(amount: Decimal) -> int:
    return _whole(amount * 100, 10**15)


def _whole(number: Decimal, most: int) -> int:
    if number != int(number) or not 0 <= number <= most:
        raise NotColumnar(str(number))
    return int(number)

"""Whether an official card is passed: by points or directly, inside its limits.

科技型中小企业: score >= 60 and the staff item > 0, or one of four direct passes; always within
the size limits and not barred (国科发政〔2017〕115号). An unknown limit is asked for, not assumed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from kit.text import Text
from services.credit.rules.facts import Fact
from services.credit.rules.measures import FactsByItem, find_newest, within_window
from services.credit.rules.scorecards import Condition, VerdictRule


class Outcome(StrEnum):
    """通过 / 不通过 / 需补充信息."""

    PASSED = "passed"
    NOT_PASSED = "not_passed"
    NEEDS_INFO = "needs_info"


@dataclass(frozen=True, slots=True)
class Check:
    """One condition of a verdict; `holds` is None where the fact is not known."""

    code: str
    label: Text
    holds: bool | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome, how it came about ("points", "direct:<code>", None) and every check."""

    outcome: Outcome
    by: str | None
    checks: tuple[Check, ...]


def judge_card(
    rule: VerdictRule | None,
    total: Decimal,
    points: Mapping[str, Decimal],
    facts: FactsByItem,
    on: date,
) -> Verdict | None:
    """The verdict of a card that has a bar; None for one that only ranks."""
    if rule is None:
        return None
    gates = [_check_limit(each, facts) for each in rule.limits]
    gates += [_check_bar(each, facts, on) for each in rule.barred_by]
    enough = _check_points(rule, total, points)
    by = _find_direct(rule, facts, on) or ("points" if enough.holds else None)
    return Verdict(_decide(gates, by), by, (*gates, enough))


def _decide(gates: list[Check], by: str | None) -> Outcome:
    if by is None or any(gate.holds is False for gate in gates):
        return Outcome.NOT_PASSED
    known = all(gate.holds for gate in gates)
    return Outcome.PASSED if known else Outcome.NEEDS_INFO


def _check_points(rule: VerdictRule, total: Decimal, points: Mapping[str, Decimal]) -> Check:
    above = all(points.get(code, Decimal(0)) > 0 for code in rule.above_zero)
    label = Text(
        f"得分不低于{rule.at_least}分且关键指标不为零",
        f"{rule.at_least} points or more, and the key item above zero",
    )
    return Check("points", label, above and total >= rule.at_least)


def _check_limit(condition: Condition, facts: FactsByItem) -> Check:
    newest = find_newest(facts.get(condition.item, ()))
    if newest is None or condition.at_most is None or not isinstance(newest.value, Decimal):
        return Check(condition.item, condition.label, None)
    return Check(condition.item, condition.label, newest.value <= condition.at_most)


def _check_bar(condition: Condition, facts: FactsByItem, on: date) -> Check:
    against = within_window(facts.get(condition.item, ()), condition.within_months, on)
    return Check(condition.item, condition.label, not against)


def _find_direct(rule: VerdictRule, facts: FactsByItem, on: date) -> str | None:
    for condition in rule.direct:
        known = within_window(facts.get(condition.item, ()), condition.within_months, on)
        if any(_meets(condition, fact) for fact in known):
            return f"direct:{condition.code}"
    return None


def _meets(condition: Condition, fact: Fact) -> bool:
    if condition.codes and str(fact.value) not in condition.codes:
        return False
    rank = fact.details.get("rank", "")
    return condition.top_rank is None or (rank.isdecimal() and int(rank) <= condition.top_rank)

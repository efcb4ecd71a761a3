"""金融产品与准入: what a case may ask for, and why, rule by rule.

A mandate is data: each rule compares one fact of the case with a value. A fact that nobody knows
is asked for, never assumed. A product fits when every rule holds, may fit when some are unknown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from kit.text import Text

Value = Decimal | bool | str | tuple[str, ...]


class Fact(StrEnum):
    """准入规则可以用到的事实。"""

    AMOUNT_YUAN = "amount_yuan"
    TRL = "trl"
    CREDIT_SCORE = "credit_score"
    CREDIT_GRADE = "credit_grade"
    CREDIT_IS_WEAK = "credit_is_weak"
    HAS_ACHIEVEMENT = "has_achievement"
    TRANSFER_WAYS = "transfer_ways"
    HAS_APPRAISAL = "has_appraisal"
    APPRAISED_YUAN = "appraised_yuan"
    COVER_RATIO = "cover_ratio"
    IN_FORCE_GUARANTEE_YUAN = "in_force_guarantee_yuan"
    HAS_SUBSIDISED_LOAN = "has_subsidised_loan"
    REGISTRATION_AREA = "registration_area"
    HAS_PLEDGE = "has_pledge"
    IN_RISK_POOL = "in_risk_pool"


class Op(StrEnum):
    """比较方式。"""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    IS = "is"
    ONE_OF = "one_of"
    CONTAINS = "contains"


NUMBERS = frozenset(
    {
        Fact.AMOUNT_YUAN,
        Fact.TRL,
        Fact.CREDIT_SCORE,
        Fact.APPRAISED_YUAN,
        Fact.COVER_RATIO,
        Fact.IN_FORCE_GUARANTEE_YUAN,
    }
)
FLAGS = frozenset(
    {
        Fact.CREDIT_IS_WEAK,
        Fact.HAS_ACHIEVEMENT,
        Fact.HAS_APPRAISAL,
        Fact.HAS_SUBSIDISED_LOAN,
        Fact.HAS_PLEDGE,
        Fact.IN_RISK_POOL,
    }
)


class Fit(StrEnum):
    """适配结论：符合、不符合、缺少事实。"""

    FITS = "fits"
    DOES_NOT_FIT = "does_not_fit"
    NEEDS_INFO = "needs_info"


Facts = Mapping[Fact, Value | None]


@dataclass(frozen=True, slots=True)
class MandateRule:
    """One rule: what fact, how compared, with what; numbers and lists are written as strings."""

    fact: Fact
    op: Op
    value: tuple[str, ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class RuleVerdict:
    """Whether one rule holds; None where the fact is unknown."""

    rule: MandateRule
    holds: bool | None
    found: str | None
    text: Text


@dataclass(frozen=True, slots=True)
class Match:
    """What a product's rules say of a case."""

    fit: Fit
    verdicts: tuple[RuleVerdict, ...]


def can_compare(rule: MandateRule) -> bool:
    """Whether a rule makes sense at all (checked when a product is entered)."""
    if rule.fact in NUMBERS:
        return (
            rule.op in (Op.AT_LEAST, Op.AT_MOST)
            and len(rule.value) == 1
            and _is_number(rule.value[0])
        )
    if rule.fact in FLAGS:
        return rule.op is Op.IS and rule.value in (("true",), ("false",))
    if rule.fact is Fact.TRANSFER_WAYS:
        return rule.op is Op.CONTAINS and len(rule.value) == 1
    return rule.op in (Op.IS, Op.ONE_OF) and (rule.op is Op.ONE_OF or len(rule.value) == 1)


def match_mandate(rules: Sequence[MandateRule], facts: Facts) -> Match:
    """Every rule's verdict and what they make together; a mandate without rules fits everybody."""
    verdicts = tuple(_judge(rule, facts.get(rule.fact)) for rule in rules)
    holds = [one.holds for one in verdicts]
    fit = Fit.DOES_NOT_FIT if False in holds else Fit.NEEDS_INFO if None in holds else Fit.FITS
    return Match(fit, verdicts)


def _judge(rule: MandateRule, found: Value | None) -> RuleVerdict:
    wanted = "、".join(rule.value)
    sign = _SIGNS[rule.op]
    if found is None:
        text = Text(
            f"{rule.fact} 未知，须{sign.zh} {wanted}",
            f"{rule.fact} is unknown; it must be {sign.en} {wanted}",
        )
        return RuleVerdict(rule, None, None, text)
    holds, shown = _holds(rule, found), _show(found)
    text = Text(
        f"{rule.fact} 为 {shown}，须{sign.zh} {wanted}：{'符合' if holds else '不符合'}",
        f"{rule.fact} is {shown} and must be {sign.en} {wanted}:"
        f" {'holds' if holds else 'does not hold'}",
    )
    return RuleVerdict(rule, holds, shown, text)


def _holds(rule: MandateRule, found: Value) -> bool:
    if isinstance(found, bool):
        return _show(found) in rule.value
    if isinstance(found, Decimal):
        limit = Decimal(rule.value[0])
        return found >= limit if rule.op is Op.AT_LEAST else found <= limit
    if isinstance(found, tuple):
        return rule.value[0] in found
    return found in rule.value


def _show(found: Value) -> str:
    if isinstance(found, bool):
        return "true" if found else "false"
    if isinstance(found, tuple):
        return "、".join(found) or "无"
    return format(found, "f") if isinstance(found, Decimal) else found


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit() and len(text) <= 20


_SIGNS: Mapping[Op, Text] = {
    Op.AT_LEAST: Text("不低于", "at least"),
    Op.AT_MOST: Text("不高于", "at most"),
    Op.IS: Text("为", ""),
    Op.ONE_OF: Text("属于", "one of"),
    Op.CONTAINS: Text("包含", "containing"),
}

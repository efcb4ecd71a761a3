"""The laws of a pack: quotations verbatim, dates without gap or overlap, words complete.

`liurong policy check` reports these; a shelf that breaks one is not taken into use.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from kit.text import Text
from services.subsidies.rules.policies import REVIEW, Policy, RuleCode, RuleText
from services.subsidies.rules.vocabulary import SWITCHES, VOCABULARY, Sayings

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class PackFault:
    """One broken law: which pack, which entry, what is wrong."""

    pack: str
    entry: str
    message: Text


def check_policies(policies: Sequence[Policy]) -> list[PackFault]:
    """Every fault of every pack, and of the packs' dates together."""
    faults = [fault for policy in policies for fault in check_policy(policy)]
    return faults + list(_check_succession(policies))


def check_policy(policy: Policy) -> list[PackFault]:
    """Every fault of one pack."""
    return [
        PackFault(policy.id, entry, message)
        for checks in (
            _check_source(policy),
            _check_quotes(policy),
            _check_dates(policy),
            _check_levels(policy),
            _check_switches(policy),
            _check_words(policy),
            _check_rules(policy),
        )
        for entry, message in checks
    ]


Found = Iterator[tuple[str, Text]]


def _check_source(policy: Policy) -> Found:
    if hashlib.sha256(policy.source.text.encode()).hexdigest() != policy.source.sha256:
        yield "source", Text("原文的散列值不符", "the stored text does not have the stated hash")


def _check_quotes(policy: Policy) -> Found:
    quotes = [(parameter.code, parameter.quote) for parameter in policy.parameters]
    for rule in policy.rules.values():
        quotes += [(f"{rule.code}.{one.code}", one.quote) for one in rule.conditions.values()]
    quotes += [(switch.code, switch.quote) for switch in policy.switches.values() if switch.quote]
    if policy.unknown_amounts is not None:
        quotes.append((policy.unknown_amounts.code, policy.unknown_amounts.quote))
    for entry, quote in quotes:
        if quote not in policy.source.text:
            yield (
                entry,
                Text(f"引文不在原文中：{quote}", f"the quotation is not in the text: {quote}"),
            )


def _check_dates(policy: Policy) -> Found:
    """Each number covers the policy's whole time, without gap or overlap."""
    for code, parameters in policy.dated.items():
        ordered = sorted(parameters, key=lambda parameter: parameter.from_day)
        if ordered[0].from_day > policy.from_day:
            yield code, Text("参数晚于政策开始", "the number begins after the policy")
        for earlier, later in pairwise(ordered):
            yield from _check_neighbours(code, earlier.to_day, later.from_day)
        last = ordered[-1].to_day
        if last is not None and (policy.to_day is None or last < policy.to_day):
            yield code, Text("参数早于政策结束", "the number ends before the policy")


def _check_neighbours(entry: str, end: date | None, begin: date | None) -> Found:
    if end is None or begin != end + timedelta(days=1):
        yield entry, Text("日期有空档或重叠", "the dates leave a gap or overlap")


def _check_levels(policy: Policy) -> Found:
    """On each day an award has one set of levels."""
    for scheme in policy.schemes.values():
        for earlier, later in pairwise(scheme.levels):
            yield from _check_neighbours(scheme.code, earlier.to_day, later.from_day)


def _check_switches(policy: Policy) -> Found:
    for switch in policy.switches.values():
        if switch.default != REVIEW and switch.chosen() is None:
            yield switch.code, Text("默认读法不存在", "the default is none of the readings")
        known = {"all", *RuleCode}
        if not set(switch.rules) <= known:
            yield switch.code, Text("所涉细则不存在", "names a rule that does not exist")


def _check_words(policy: Policy) -> Found:
    """Both languages use the same values, and every question exists."""
    for rule in policy.rules.values():
        for condition in rule.conditions.values():
            entry = f"{rule.code}.{condition.code}"
            for text in condition.texts.values():
                if set(_PLACEHOLDER.findall(text.zh)) != set(_PLACEHOLDER.findall(text.en)):
                    yield entry, Text("中英文所用数值不同", "the languages use different values")
            if condition.asks is not None and condition.asks not in policy.questions:
                yield (
                    entry,
                    Text(f"没有问题「{condition.asks}」", f"there is no question {condition.asks}"),
                )


def _check_rules(policy: Policy) -> Found:
    if not policy.computable:
        return
    for number in REQUIRED_NUMBERS:
        if number not in policy.dated:
            yield number, Text("缺少此参数", "the number is missing")
    for switch in sorted(SWITCHES - policy.switches.keys()):
        yield switch, Text("缺少此开关", "the switch is missing")
    for code in sorted(policy.rules.keys() - set(RuleCode)):
        yield code, Text("没有这样的细则", "no rule has this code")
    for code, sayings in VOCABULARY.items():
        if code in policy.rules:
            yield from _check_vocabulary(policy.rules[code], sayings)
        else:
            yield code, Text("缺少此条细则", "the rule is missing")


def _check_vocabulary(rule: RuleText, sayings: Sayings) -> Found:
    """Words for all that the rule may say, none that it never says, no value it does not give."""
    written = {
        f"{condition.code}.{saying}": text
        for condition in rule.conditions.values()
        for saying, text in condition.texts.items()
    }
    for name in sorted(sayings.keys() - written.keys()):
        yield f"{rule.code}.{name}", Text("缺少措辞", "the words for this branch are missing")
    for name in sorted(written.keys() - sayings.keys()):
        yield f"{rule.code}.{name}", Text("此分支不可达", "no rule ever reaches this branch")
    for name in sorted(written.keys() & sayings.keys()):
        unknown = set(_PLACEHOLDER.findall(written[name].zh)) - sayings[name]
        if unknown:
            values = "、".join(sorted(unknown))
            yield (
                f"{rule.code}.{name}",
                Text(f"没有这样的数值：{values}", f"the rule gives no value {values}"),
            )


REQUIRED_NUMBERS = (
    "rd_platform.reward",
    "key_laboratory.ceiling",
    "contract_match.ratio_ceiling",
    "poc_match.ratio_ceiling",
    "pilot_match.ratio_ceiling",
    "above_scale.annual_revenue",
)


def _check_succession(policies: Sequence[Policy]) -> Iterator[PackFault]:
    """One day has one policy."""
    ordered = sorted(policies, key=lambda policy: policy.from_day)
    for earlier, later in pairwise(ordered):
        if earlier.to_day is None or earlier.to_day >= later.from_day:
            message = Text(f"与「{later.id}」的日期重叠", f"its dates overlap those of {later.id}")
            yield PackFault(earlier.id, "to", message)

"""What a rule answers: an outcome per thing, an amount, and reasons a person can read.

`Findings` gathers reasons while a rule walks through its conditions; the gravest decides:

invalid_input > not_eligible > needs_info > pending > needs_review > eligible
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from kit.text import Language, Text
from services.subsidies.rules.policies import (
    Condition,
    Parameter,
    Policy,
    RuleCode,
    RuleText,
    Switch,
)

Value = str | Text
ZERO = Decimal("0.00")


class Outcome(StrEnum):
    """测算结果"""

    ELIGIBLE = "eligible"
    NOT_ELIGIBLE = "not_eligible"
    PENDING = "pending"
    NEEDS_INFO = "needs_info"
    NEEDS_REVIEW = "needs_review"
    INVALID_INPUT = "invalid_input"


class AmountKind(StrEnum):
    """金额性质: a decided sum, or the highest that the text allows"""

    EXACT = "exact"
    CEILING = "ceiling"


GRAVITY = {
    outcome: weight
    for weight, outcome in enumerate(
        (
            Outcome.ELIGIBLE,
            Outcome.NEEDS_REVIEW,
            Outcome.PENDING,
            Outcome.NEEDS_INFO,
            Outcome.NOT_ELIGIBLE,
            Outcome.INVALID_INPUT,
        )
    )
}


@dataclass(frozen=True, slots=True, eq=False)
class Wording:
    """One condition and how facts can stand to it; `switch` where it rests on a reading.

    Made once per condition, standing and place and shared, so that its JSON can be kept, too.
    """

    clause: str
    quote: str
    template: Text
    holds: bool | None
    pointer: str
    switch: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Reason:
    """A wording with the values of these facts, if it names any."""

    wording: Wording
    values: Mapping[str, Value] | None = None

    def say(self, language: Language) -> str:
        """The sentence for a person."""
        template = self.wording.template.pick(language)
        if self.values is None:
            return template
        return template.format(
            **{
                name: value if isinstance(value, str) else value.pick(language)
                for name, value in self.values.items()
            }
        )


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact to ask for: the question's code in the pack and the place in the request."""

    question: str
    pointer: str


@dataclass(frozen=True, slots=True)
class Option:
    """What would be paid under one reading, or once what is open holds."""

    reading: str
    text: Text
    amount_yuan: Decimal
    amount_kind: AmountKind | None


@dataclass(frozen=True, slots=True)
class Item:
    """The decision on one thing by one rule."""

    rule: RuleCode
    subject: str
    outcome: Outcome
    amount_yuan: Decimal | None
    amount_kind: AmountKind | None
    reasons: tuple[Reason, ...]
    missing: tuple[Missing, ...] = ()
    options: tuple[Option, ...] = ()
    next_acts: tuple[Text, ...] = ()


WHEN_COMPLETE = Text("所缺各项均成立时", "once everything that is open holds")


@dataclass(slots=True)
class Findings:
    """Reasons gathered for one thing under one rule; used once, inside one function."""

    policy: Policy
    rule: RuleText
    subject: str
    outcome: Outcome = Outcome.ELIGIBLE
    reasons: list[Reason] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    options: list[Option] = field(default_factory=list)
    acts: list[Text] = field(default_factory=list)
    open_switches: list[Switch] = field(default_factory=list)

    def check(self, code: str, holds: bool | None, pointer: str, **values: Value) -> None:
        """A condition that must hold; an unknown fact becomes a question."""
        condition = self.rule.conditions[code]
        if holds is None:
            self.ask(code, pointer)
            return
        self._note(condition, "holds" if holds else "fails", holds, pointer, values)
        if not holds:
            self._weigh(Outcome.NOT_ELIGIBLE)

    def ask(self, code: str, pointer: str) -> None:
        """A needed fact is unknown."""
        condition = self.rule.conditions[code]
        self._note(condition, "unknown", None, pointer, {})
        if condition.asks is not None:
            self.missing.append(Missing(condition.asks, pointer))
        self._weigh(Outcome.NEEDS_INFO)

    def wait(self, code: str, pointer: str, *, ask: bool = False, **values: Value) -> None:
        """A later official act is still to come."""
        condition = self.rule.conditions[code]
        self._note(condition, "waits", False, pointer, values)
        if condition.act is not None:
            self.acts.append(condition.act)
        if ask and condition.asks is not None:
            self.missing.append(Missing(condition.asks, pointer))
        self._weigh(Outcome.PENDING)

    def contradict(self, code: str, pointer: str, **values: Value) -> None:
        """The fact contradicts law or another fact."""
        self._note(self.rule.conditions[code], "wrong", False, pointer, values)
        self._weigh(Outcome.INVALID_INPUT)

    def say(self, code: str, pointer: str, **values: Value) -> None:
        """A reason that explains the amount."""
        condition = self.rule.conditions[code]
        self._note(condition, "holds", True, pointer, values)

    def quote(self, code: str, parameter: Parameter, pointer: str, **values: Value) -> None:
        """A reason that explains the amount by the very words that name the number."""
        condition = self.rule.conditions[code]
        self.reasons.append(Reason(_wording_by_number(condition, parameter, pointer), values))

    def announce(self, code: str) -> None:
        """The official act that comes next."""
        act = self.rule.conditions[code].act
        if act is not None:
            self.acts.append(act)

    def settle(self, switch_code: str, pointer: str) -> bool | None:
        """What the text leaves open: the pack's reading, or None and a person decides."""
        switch = self.policy.switches[switch_code]
        chosen = switch.chosen()
        holds = None if chosen is None else chosen.holds
        self.reasons.append(_open_reason(self.rule, switch, holds, pointer))
        if holds is None:
            self.open_switches.append(switch)
            self._weigh(Outcome.NEEDS_REVIEW)
        elif not holds:
            self._weigh(Outcome.NOT_ELIGIBLE)
        return holds

    def reads(self, switch_code: str, key: str) -> bool:
        """Whether this is the pack's own reading of what the text leaves open."""
        return self.policy.switches[switch_code].default == key

    def offer(self, switch_code: str, amounts: Mapping[str, Decimal], kind: AmountKind) -> None:
        """The amounts under each reading, while the question is open."""
        switch = self.policy.switches[switch_code]
        if not switch.needs_person:
            return
        for reading in switch.readings:
            if reading.key in amounts:
                amount = amounts[reading.key]
                self.options.append(
                    Option(reading.key, reading.text, amount, kind if amount else None)
                )

    def _note(
        self,
        condition: Condition,
        saying: str,
        holds: bool | None,
        pointer: str,
        values: Mapping[str, Value],
    ) -> None:
        if values:
            self.reasons.append(Reason(_wording(condition, saying, holds, pointer), values))
        else:
            self.reasons.append(_fixed_reason(condition, saying, holds, pointer))

    def _weigh(self, outcome: Outcome) -> None:
        if GRAVITY[outcome] > GRAVITY[self.outcome]:
            self.outcome = outcome

    def conclude(self, amount: Decimal | None, kind: AmountKind | None) -> Item:
        """The decision; `amount` is what is due if everything holds, None if not known."""
        if self.outcome in (Outcome.PENDING, Outcome.NEEDS_INFO) and amount:
            self.options.append(Option("when_complete", WHEN_COMPLETE, amount, kind))
        if self.outcome is Outcome.NEEDS_REVIEW and not self.options and amount is not None:
            self._offer_readings(amount, kind)
        stated, stated_kind = _stated(self.outcome, amount, kind)
        if self.outcome in (Outcome.NOT_ELIGIBLE, Outcome.INVALID_INPUT):
            self.options.clear()
            self.acts.clear()
        return Item(
            RuleCode(self.rule.code),
            self.subject,
            self.outcome,
            stated,
            stated_kind,
            tuple(self.reasons),
            tuple(self.missing),
            tuple(self.options),
            tuple(self.acts),
        )

    def _offer_readings(self, amount: Decimal, kind: AmountKind | None) -> None:
        for switch in self.open_switches:
            for reading in switch.readings:
                due = amount if reading.holds else ZERO
                self.options.append(Option(reading.key, reading.text, due, kind if due else None))


@lru_cache(maxsize=8192)
def _wording(condition: Condition, saying: str, holds: bool | None, pointer: str) -> Wording:
    switch = condition.switch
    return Wording(
        condition.clause,
        condition.quote,
        condition.texts[saying],
        holds,
        pointer,
        switch.code if switch is not None else None,
    )


@lru_cache(maxsize=8192)
def _fixed_reason(condition: Condition, saying: str, holds: bool | None, pointer: str) -> Reason:
    return Reason(_wording(condition, saying, holds, pointer))


@lru_cache(maxsize=2048)
def _wording_by_number(condition: Condition, parameter: Parameter, pointer: str) -> Wording:
    return Wording(parameter.clause, parameter.quote, condition.texts["holds"], True, pointer)


@lru_cache(maxsize=2048)
def _open_reason(rule: RuleText, switch: Switch, holds: bool | None, pointer: str) -> Reason:
    quote = _quote_for(rule, switch)
    return Reason(Wording(rule.clause, quote, switch.reason, holds, pointer, switch.code))


def _stated(
    outcome: Outcome, amount: Decimal | None, kind: AmountKind | None
) -> tuple[Decimal | None, AmountKind | None]:
    """Zero is stated only where nothing is due; what is not known is null."""
    match outcome:
        case Outcome.ELIGIBLE:
            return amount, kind if amount else None
        case Outcome.NOT_ELIGIBLE | Outcome.PENDING:
            return ZERO, None
        case _:
            return None, None


def _quote_for(rule: RuleText, switch: Switch) -> str:
    """The words that the open question is about: the switch's own, or those of its condition."""
    if switch.quote is not None:
        return switch.quote
    condition = rule.conditions.get(switch.touches or "applicant_kind")
    if condition is None:
        condition = next(iter(rule.conditions.values()))
    return condition.quote

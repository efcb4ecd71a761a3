"""Words of the answer of `POST /v1/subsidies/calculations`, and its bytes."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Literal

import orjson
from pydantic import Field

from kit.money import format_yuan
from kit.schemas import AnswerModel
from kit.text import Language
from services.subsidies.rules import facts
from services.subsidies.rules.calculation import Calculation
from services.subsidies.rules.decisions import (
    AmountKind,
    Item,
    Missing,
    Option,
    Outcome,
    Reason,
    Wording,
)
from services.subsidies.rules.policies import Policy, RuleCode


class PolicyReference(AnswerModel):
    """Which policy answered, and the hash of its pack."""

    id: str
    version: str
    status: str
    pack_hash: str


class ReasonAnswer(AnswerModel):
    """One condition: the clause, its words, how the facts stand to it."""

    clause: str
    quote: str
    text: str
    holds: bool | None = Field(description="null: not known, or not settled by the text")
    pointer: str
    basis: Literal["literal", "interpretation"]
    switch: str | None = Field(description="the reading it rests on, see the policy's switches")


class MissingAnswer(AnswerModel):
    """A question whose answer is needed."""

    pointer: str
    question: str
    help: str


class OptionAnswer(AnswerModel):
    """What would be paid under one reading, or once what is open holds."""

    reading: str
    text: str
    amount_yuan: str
    amount_kind: AmountKind | None


class ItemAnswer(AnswerModel):
    """The answer for one thing under one rule."""

    rule: RuleCode
    subject: str
    outcome: Outcome
    amount_yuan: str | None
    amount_kind: AmountKind | None
    reasons: list[ReasonAnswer]
    missing: list[MissingAnswer]
    options: list[OptionAnswer]
    next_acts: list[str]


class CalculationAnswer(AnswerModel):
    """`total_yuan` adds up the eligible items; `undecided` counts those it cannot include."""

    on: date
    policy: PolicyReference | None
    total_yuan: str | None
    total_kind: AmountKind | None
    undecided: int
    reasons: list[ReasonAnswer]
    items: list[ItemAnswer]


Json = dict[str, object]


def answer_bytes(
    claim: facts.Claim, policy: Policy | None, calculation: Calculation, language: Language
) -> bytes:
    """The answer as JSON; built by hand because this is the hottest path of the service."""
    total = calculation.total_yuan
    return orjson.dumps(
        {
            "on": claim.on,
            "policy": describe_policy_reference(policy) if policy is not None else None,
            "total_yuan": None if total is None else format_yuan(total),
            "total_kind": calculation.total_kind,
            "undecided": calculation.undecided,
            "reasons": _ready_reasons(calculation.reasons, language),
            "items": [
                _item(item, policy, language, _ready_reasons(item.reasons, language))
                for item in calculation.items
            ],
        }
    )


def describe_policy_reference(policy: Policy) -> Json:
    """Which pack answered."""
    return {
        "id": policy.id,
        "version": policy.version,
        "status": policy.status,
        "pack_hash": policy.pack_hash,
    }


def _item(item: Item, policy: Policy | None, language: Language, reasons: object) -> Json:
    amount = item.amount_yuan
    return {
        "rule": item.rule,
        "subject": item.subject,
        "outcome": item.outcome,
        "amount_yuan": None if amount is None else format_yuan(amount),
        "amount_kind": item.amount_kind,
        "reasons": reasons,
        "missing": list(_questions(item.missing, policy, language)),
        "options": [_option(option, language) for option in item.options],
        "next_acts": [act.pick(language) for act in item.next_acts],
    }


def describe_item(item: Item, policy: Policy | None, language: Language) -> Json:
    """One item on the wire."""
    reasons = [_reason(reason, language) for reason in item.reasons]
    return _item(item, policy, language, reasons)


def _reason(reason: Reason, language: Language) -> Json:
    wording = reason.wording
    return {
        "clause": wording.clause,
        "quote": wording.quote,
        "text": reason.say(language),
        "holds": wording.holds,
        "pointer": wording.pointer,
        "basis": "literal" if wording.switch is None else "interpretation",
        "switch": wording.switch,
    }


def _ready_reasons(reasons: tuple[Reason, ...], language: Language) -> list[orjson.Fragment]:
    return [_ready_reason(reason, language) for reason in reasons]


def _ready_reason(reason: Reason, language: Language) -> orjson.Fragment:
    before, plain, after = _frame(reason.wording, language)
    if reason.values is None:
        return plain
    return orjson.Fragment(before + orjson.dumps(reason.say(language)) + after)


@lru_cache(maxsize=8192)
def _frame(wording: Wording, language: Language) -> tuple[bytes, orjson.Fragment, bytes]:
    """What stands around the sentence, and the whole where the sentence names no values."""
    members = list(_reason(Reason(wording), language).items())
    before, after = orjson.dumps(dict(members[:2])), orjson.dumps(dict(members[3:]))
    plain = orjson.Fragment(orjson.dumps(dict(members)))
    return before[:-1] + b',"text":', plain, b"," + after[1:]


def _questions(
    missing: tuple[Missing, ...], policy: Policy | None, language: Language
) -> Iterator[Json]:
    for one in missing:
        question = policy.questions[one.question] if policy is not None else None
        if question is not None:
            yield {
                "pointer": one.pointer,
                "question": question.text.pick(language),
                "help": question.help.pick(language),
            }


def _option(option: Option, language: Language) -> Json:
    return {
        "reading": option.reading,
        "text": option.text.pick(language),
        "amount_yuan": format_yuan(option.amount_yuan),
        "amount_kind": option.amount_kind,
    }

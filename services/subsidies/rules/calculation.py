"""测算: all six rules over one claim, with the total and what the answer rests on."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from kit.text import Text
from services.subsidies.rules.award import judge_awards
from services.subsidies.rules.city_match import MatchContext
from services.subsidies.rules.contract_match import judge_contracts
from services.subsidies.rules.decisions import ZERO, AmountKind, Item, Outcome, Reason, Wording
from services.subsidies.rules.facility_match import judge_facilities, rules_for
from services.subsidies.rules.facts import Claim
from services.subsidies.rules.key_laboratory import judge_key_laboratories
from services.subsidies.rules.ledger import MatchLedger, clashing_refs
from services.subsidies.rules.policies import Condition, Policy, RuleCode, Switch
from services.subsidies.rules.rd_platform import judge_rd_platforms

NO_POLICY = Condition(
    "no_policy",
    "",
    "",
    {
        "unknown": Text(
            "本平台没有评估日当天有效的办法文本，须人工核定。",
            "No measures in force on that day are stored here: a person decides.",
        )
    },
)
UNDECIDED = (Outcome.NEEDS_INFO, Outcome.NEEDS_REVIEW, Outcome.INVALID_INPUT)


@dataclass(frozen=True, slots=True)
class Calculation:
    """The answer. `undecided` counts items whose amount is not known; the total leaves them out."""

    items: tuple[Item, ...]
    total_yuan: Decimal | None
    total_kind: AmountKind | None
    undecided: int
    reasons: tuple[Reason, ...]


def calculate(claim: Claim, policy: Policy) -> Calculation:
    """Judge every thing of the claim by the policy of the day; the same input, the same answer."""
    unknown = policy.unknown_amounts
    items = tuple(_judge(claim, policy) if unknown is None else _refer(claim, unknown))
    return _sum_up(items, policy)


def refer_all(claim: Claim) -> Calculation:
    """No policy of that day is known: every thing goes to a person."""
    return _sum_up(tuple(_refer(claim, NO_POLICY)), None)


def _sum_up(items: tuple[Item, ...], policy: Policy | None) -> Calculation:
    eligible = [item for item in items if item.outcome is Outcome.ELIGIBLE]
    undecided = sum(item.outcome in UNDECIDED for item in items)
    total = sum((item.amount_yuan or ZERO for item in eligible), ZERO)
    known = bool(eligible) or undecided == 0
    return Calculation(
        items,
        total if known else None,
        _total_kind(eligible),
        undecided,
        _standing(policy, stacked=len({item.rule for item in eligible}) > 1) if policy else (),
    )


def _judge(claim: Claim, policy: Policy) -> Iterator[Item]:
    context = MatchContext(claim.on, MatchLedger(claim.prior_payments), clashing_refs(claim))
    yield from judge_awards(claim, policy)
    yield from judge_rd_platforms(claim, policy)
    yield from judge_key_laboratories(claim, policy)
    yield from judge_contracts(claim, policy, context)
    yield from judge_facilities(claim, policy, context)


def _refer(claim: Claim, unknown: Condition) -> Iterator[Item]:
    """A policy without amounts: every thing goes to a person."""
    text = unknown.texts["unknown"]
    for rule, subject, pointer in _things(claim):
        reason = Reason(Wording(unknown.clause, unknown.quote, text, None, pointer))
        yield Item(rule, subject, Outcome.NEEDS_REVIEW, None, None, (reason,))


def _things(claim: Claim) -> Iterator[tuple[RuleCode, str, str]]:
    for index, award in enumerate(claim.awards):
        yield RuleCode.AWARD, award.id, f"/awards/{index}"
    for index, platform in enumerate(claim.rd_platforms):
        yield RuleCode.RD_PLATFORM, platform.id, f"/rd_platforms/{index}"
    for index, laboratory in enumerate(claim.key_laboratories):
        yield RuleCode.KEY_LABORATORY, laboratory.id, f"/key_laboratories/{index}"
    for index, contract in enumerate(claim.contracts):
        yield RuleCode.CONTRACT_MATCH, contract.id, f"/contracts/{index}"
    for index, facility in enumerate(claim.facilities):
        for rule in rules_for(facility):
            yield rule, facility.id, f"/facilities/{index}"


def _total_kind(eligible: list[Item]) -> AmountKind | None:
    """A sum with one ceiling in it is a ceiling."""
    kinds = {item.amount_kind for item in eligible}
    if AmountKind.CEILING in kinds:
        return AmountKind.CEILING
    return AmountKind.EXACT if AmountKind.EXACT in kinds else None


@lru_cache(maxsize=64)
def _standing(policy: Policy, *, stacked: bool) -> tuple[Reason, ...]:
    """The readings that the whole answer rests on."""
    places = {"effective_from": "/on", "draft_status": "/on"}
    if stacked:
        places["rules_stack"] = ""
    return tuple(
        _reading(policy, switch, pointer)
        for code, pointer in places.items()
        if (switch := policy.switches.get(code)) is not None
    )


def _reading(policy: Policy, switch: Switch, pointer: str) -> Reason:
    chosen = switch.chosen()
    holds = chosen.holds if chosen is not None else None
    quote = switch.quote or ""
    return Reason(Wording(policy.clauses.zh, quote, switch.reason, holds, pointer, switch.code))

"""What rules 4, 5 and 6 share: matching the city's payment at most 1:1, each payment once."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from kit.money import FEN, format_yuan
from services.subsidies.rules.decisions import ZERO, AmountKind, Findings, Item, Outcome
from services.subsidies.rules.facts import CitySubsidy
from services.subsidies.rules.ledger import MatchLedger
from services.subsidies.rules.policies import RuleCode

EXACT, CEILING = AmountKind.EXACT, AmountKind.CEILING


@dataclass(frozen=True, slots=True)
class MatchContext:
    """What all matches of one calculation share."""

    on: date
    ledger: MatchLedger
    clashes: frozenset[str]


def conclude_match(
    findings: Findings,
    subsidy: CitySubsidy,
    ratio: Decimal | None,
    context: MatchContext,
    place: str,
) -> Item:
    """Judge the city's payment and the decided ratio, and book what is matched."""
    sound = _judge_sums(findings, subsidy, context, place)
    sound = _judge_ratio(findings, ratio, context.on, place) and sound
    if not sound:
        return findings.conclude(None, None)
    _judge_payment(findings, subsidy, context.on, place)
    amount = _judge_amount(findings, subsidy, ratio, context, place)
    item = findings.conclude(amount, CEILING if ratio is None else EXACT)
    if item.outcome is Outcome.ELIGIBLE and item.amount_yuan is not None:
        context.ledger.book(subsidy, item.amount_yuan)
    return item


def _judge_sums(
    findings: Findings, subsidy: CitySubsidy, context: MatchContext, place: str
) -> bool:
    approved, disbursed = subsidy.approved_yuan, subsidy.disbursed_yuan
    negative = any(sum_ is not None and sum_ < 0 for sum_ in (approved, disbursed))
    above = approved is not None and disbursed is not None and disbursed > approved
    if negative or above:
        findings.contradict(
            "city_amount",
            f"{place}/city_subsidy/disbursed_yuan",
            approved=_say(approved),
            disbursed=_say(disbursed),
        )
        return False
    if subsidy.payment_ref in context.clashes:
        pointer = f"{place}/city_subsidy/payment_ref"
        findings.contradict("headroom", pointer, ref=subsidy.payment_ref or "")
        return False
    return True


def _judge_ratio(findings: Findings, ratio: Decimal | None, on: date, place: str) -> bool:
    ceiling = _ratio_ceiling(findings, on)
    if ratio is None or ZERO <= ratio <= ceiling:
        return True
    pointer = f"{place}/decision/match_ratio"
    findings.contradict("ratio", pointer, ratio=format(ratio, "f"), ceiling=format(ceiling, "f"))
    return False


def _judge_payment(findings: Findings, subsidy: CitySubsidy, on: date, place: str) -> None:
    """“在市级补助经费拨付以后”: the city's payment is the trigger."""
    day, paid = subsidy.disbursed_on, subsidy.disbursed_yuan
    pointer = f"{place}/city_subsidy/disbursed_on"
    if subsidy.approved_yuan == ZERO or (day is not None and day <= on and paid == ZERO):
        nothing_more = not subsidy.approved_yuan
        if nothing_more:
            findings.check("city_amount", False, f"{place}/city_subsidy/disbursed_yuan")
        else:
            findings.wait("city_payment", pointer)
    elif day is None:
        if paid == ZERO:
            findings.wait("city_payment", pointer)
        else:
            findings.ask("city_payment", pointer)
    elif day > on or (day == on and not _same_day_counts(findings)):
        findings.wait("city_payment", pointer)
    elif paid is None:
        findings.ask("city_amount", f"{place}/city_subsidy/disbursed_yuan")
    else:
        _note_payment(findings, paid, day, on, pointer)


def _note_payment(findings: Findings, paid: Decimal, day: date, on: date, pointer: str) -> None:
    words = {"day": day.isoformat(), "disbursed": format_yuan(paid)}
    findings.check("city_payment", True, pointer, **words)
    if day == on:
        findings.say("same_day", pointer)
    if day < findings.policy.from_day:
        findings.settle("back_dating", pointer)


def _same_day_counts(findings: Findings) -> bool:
    return findings.policy.switches["payment_day"].default == "same_day_counts"


def _judge_amount(
    findings: Findings,
    subsidy: CitySubsidy,
    ratio: Decimal | None,
    context: MatchContext,
    place: str,
) -> Decimal | None:
    """Base × ratio to the fen, less what of this payment is matched already."""
    base = _base_of(findings, subsidy, place)
    if base is None or findings.outcome is Outcome.NOT_ELIGIBLE:
        return None
    ceiling = _ratio_ceiling(findings, context.on)
    due = _round(findings, base * (ceiling if ratio is None else ratio), place)
    _explain(findings, base, ratio, due, place)
    used = context.ledger.used(RuleCode(findings.rule.code), findings.subject, subsidy)
    pointer = f"{place}/city_subsidy/payment_ref"
    if used is None:
        findings.ask("headroom", pointer)
        return None
    if used == ZERO:
        return due
    left = max(due - used, ZERO)
    words = {"used": format_yuan(used), "ref": subsidy.payment_ref or ""}
    findings.check("headroom", left > ZERO or due == ZERO, pointer, **words)
    return left


def _base_of(findings: Findings, subsidy: CitySubsidy, place: str) -> Decimal | None:
    """已拨付的额度; while nothing is paid, the approved sum shows what is to be expected."""
    approved, paid = subsidy.approved_yuan, subsidy.disbursed_yuan
    if findings.outcome is Outcome.PENDING or paid is None:
        return approved
    if approved is None or paid == approved:
        return paid
    by_payment = findings.policy.switches["match_base"].default == "disbursed"
    if by_payment:
        pointer = f"{place}/city_subsidy/disbursed_yuan"
        findings.say("partial", pointer, approved=_say(approved), disbursed=_say(paid))
    return paid if by_payment else approved


def _explain(
    findings: Findings, base: Decimal, ratio: Decimal | None, due: Decimal, place: str
) -> None:
    if findings.outcome in (Outcome.ELIGIBLE, Outcome.NEEDS_REVIEW):
        pointer = f"{place}/city_subsidy/disbursed_yuan"
        findings.say("city_amount", pointer, base=format_yuan(base))
    if ratio is None:
        findings.say("ceiling", place, amount=format_yuan(due))
        findings.announce("ceiling")
        return
    pointer = f"{place}/decision/match_ratio"
    words = {"base": format_yuan(base), "ratio": format(ratio, "f"), "amount": format_yuan(due)}
    findings.say("ratio", pointer, **words)
    if ratio == ZERO:
        findings.say("ratio_zero", pointer)


def _round(findings: Findings, amount: Decimal, place: str) -> Decimal:
    down = findings.policy.switches["match_rounding"].default == "down"
    rounded = amount.quantize(FEN, rounding=ROUND_DOWN if down else ROUND_HALF_UP)
    if rounded != amount:
        findings.say("rounding", f"{place}/city_subsidy/disbursed_yuan")
    return rounded


def _ratio_ceiling(findings: Findings, on: date) -> Decimal:
    return findings.policy.number_of(f"{findings.rule.code}.ratio_ceiling", on)


def _say(amount: Decimal | None) -> str:
    return "?" if amount is None else format_yuan(amount)

"""Rule 3, 政策细则第3条: a one-off reward, with a ceiling, for a new municipal key laboratory."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from kit.money import format_yuan
from services.subsidies.rules.applicants import judge_kind, judge_silent_district
from services.subsidies.rules.decisions import ZERO, AmountKind, Findings, Item, Outcome
from services.subsidies.rules.doubles import judge_double
from services.subsidies.rules.facts import Claim, KeyLaboratory, PriorPayment
from services.subsidies.rules.ledger import is_paid, payments_by
from services.subsidies.rules.policies import Policy, RuleCode

OPEN_OUTCOMES = (Outcome.ELIGIBLE, Outcome.NEEDS_REVIEW)


@dataclass(frozen=True, slots=True)
class _Judged:
    findings: Findings
    amount: Decimal
    kind: AmountKind
    place: str


def judge_key_laboratories(claim: Claim, policy: Policy) -> list[Item]:
    """One item per laboratory; several at once raise the question what 一次性 is counted by."""
    judged = [_judge_laboratory(claim, policy, at) for at in range(len(claim.key_laboratories))]
    promising = [one for one in judged if one.findings.outcome in OPEN_OUTCOMES]
    if len(promising) > 1:
        for one in promising:
            _ask_per_what(one, [other.amount for other in promising])
        if promising[0].findings.reads("lab_one_off", "per_unit"):
            judged = _pay_one(judged, max(promising, key=lambda one: one.amount), promising)
    return [one.findings.conclude(one.amount, one.kind) for one in judged]


def _pay_one(judged: list[_Judged], paid: _Judged, promising: list[_Judged]) -> list[_Judged]:
    """按单位: one of the laboratories is rewarded, and for the others nothing is due."""
    unpaid = {id(one) for one in promising if one is not paid}
    return [replace(one, amount=ZERO) if id(one) in unpaid else one for one in judged]


def _ask_per_what(one: _Judged, amounts: list[Decimal]) -> None:
    one.findings.settle("lab_one_off", f"{one.place}/id")
    offered = {"per_lab": sum(amounts, ZERO), "per_unit": max(amounts)}
    one.findings.offer("lab_one_off", offered, one.kind)


def _judge_laboratory(claim: Claim, policy: Policy, index: int) -> _Judged:
    laboratory, place = claim.key_laboratories[index], f"/key_laboratories/{index}"
    findings = Findings(policy, policy.rules[RuleCode.KEY_LABORATORY], laboratory.id)
    judge_double(findings, claim.key_laboratories, index, "key_laboratories")
    judge_kind(findings, claim.applicant)
    judge_silent_district(findings, claim.applicant)
    municipal = None if laboratory.level is None else laboratory.level == "municipal"
    findings.check("level", municipal, f"{place}/level")
    findings.check("newly_built", laboratory.newly_built, f"{place}/newly_built")
    _judge_accreditation(findings, laboratory, claim.on, place)
    _judge_builders(findings, laboratory, place)
    amount, kind = _judge_amount(findings, laboratory, claim.on, place)
    amount = _judge_earlier(findings, claim, laboratory, place, amount)
    return _Judged(findings, amount, kind, place)


def _judge_accreditation(findings: Findings, lab: KeyLaboratory, on: date, place: str) -> None:
    day, pointer = lab.accredited_on, f"{place}/accredited_on"
    if day is None or day > on:
        findings.wait("accredited", pointer, ask=day is None)
        return
    findings.check("accredited", True, pointer, day=day.isoformat())
    if day < findings.policy.from_day:
        findings.settle("back_dating", pointer)


def _judge_builders(findings: Findings, laboratory: KeyLaboratory, place: str) -> None:
    builders = laboratory.co_builders
    if builders is not None and builders < 1:
        findings.contradict("co_builders", f"{place}/co_builders")
    elif builders is not None and builders > 1:
        findings.settle("lab_co_built", f"{place}/co_builders")


def _judge_amount(
    findings: Findings, laboratory: KeyLaboratory, on: date, place: str
) -> tuple[Decimal, AmountKind]:
    """The decided amount, or the ceiling while nobody has decided."""
    ceiling = findings.policy.number_of("key_laboratory.ceiling", on)
    approved, pointer = laboratory.approved_amount_yuan, f"{place}/decision/approved_amount_yuan"
    if approved is None:
        findings.say("ceiling", place, ceiling=format_yuan(ceiling))
        findings.announce("ceiling")
        return ceiling, AmountKind.CEILING
    words = {"amount": format_yuan(approved), "ceiling": format_yuan(ceiling)}
    if ZERO <= approved <= ceiling:
        findings.say("decision", pointer, **words)
    else:
        findings.contradict("decision", pointer, **words)
    return approved, AmountKind.EXACT


def _judge_earlier(
    findings: Findings, claim: Claim, laboratory: KeyLaboratory, place: str, amount: Decimal
) -> Decimal:
    """The same laboratory is never paid twice; another one of the same applicant is open.

    What is due after that.
    """
    payments = payments_by(claim, RuleCode.KEY_LABORATORY)
    own = [payment for payment in payments if _is_for(payment, claim, laboratory)]
    others = [payment for payment in payments if payment not in own]
    if own and is_paid(own):
        findings.check("not_paid", False, f"{place}/id")
    elif others and is_paid(others):
        findings.settle("lab_one_off", "/prior_payments")
        kind = AmountKind.CEILING if laboratory.approved_amount_yuan is None else AmountKind.EXACT
        findings.offer("lab_one_off", {"per_lab": amount, "per_unit": ZERO}, kind)
        if findings.reads("lab_one_off", "per_unit"):
            return ZERO
    return amount


def _is_for(payment: PriorPayment, claim: Claim, laboratory: KeyLaboratory) -> bool:
    if payment.subject is not None:
        return payment.subject == laboratory.id
    if len(claim.key_laboratories) > 1:
        return False
    # A payment made before this laboratory was accredited cannot have been for it.
    return (
        payment.paid_on is None
        or laboratory.accredited_on is None
        or payment.paid_on >= laboratory.accredited_on
    )

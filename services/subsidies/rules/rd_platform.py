"""Rule 2, 政策细则第2条: one-off reward for a new six-haves R&D platform."""

from dataclasses import fields
from datetime import date

from kit.money import format_yuan
from services.subsidies.rules.applicants import IN_DISTRICT, judge_district, judge_enterprise
from services.subsidies.rules.decisions import AmountKind, Findings, Item, Outcome
from services.subsidies.rules.doubles import judge_double
from services.subsidies.rules.facts import Applicant, Claim, RdPlatform, SixHaves
from services.subsidies.rules.ledger import is_paid, payments_by
from services.subsidies.rules.policies import Policy, RuleCode

SIX_HAVES = tuple(have.name for have in fields(SixHaves))


def judge_rd_platforms(claim: Claim, policy: Policy) -> list[Item]:
    """One item per platform; each enterprise is rewarded once, for the first one recognised."""
    rewarded: str | None = None
    items: dict[int, Item] = {}
    for index in _by_recognition(claim):
        items[index] = _judge_platform(claim, policy, index, rewarded)
        if items[index].outcome in (Outcome.ELIGIBLE, Outcome.NEEDS_REVIEW):
            rewarded = rewarded or items[index].subject
    return [items[index] for index in range(len(claim.rd_platforms))]


def _by_recognition(claim: Claim) -> list[int]:
    recognised = [platform.district_recognised_on for platform in claim.rd_platforms]
    return sorted(range(len(recognised)), key=lambda index: (recognised[index] or date.max, index))


def _judge_platform(claim: Claim, policy: Policy, index: int, rewarded: str | None) -> Item:
    platform, place = claim.rd_platforms[index], f"/rd_platforms/{index}"
    findings = Findings(policy, policy.rules[RuleCode.RD_PLATFORM], platform.id)
    judge_double(findings, claim.rd_platforms, index, "rd_platforms")
    judge_enterprise(findings, claim.applicant)
    judge_district(findings, claim.applicant.in_district, IN_DISTRICT)
    findings.check("industrial", claim.applicant.is_industrial, "/applicant/is_industrial")
    _judge_size(findings, claim.applicant, claim.on)
    findings.check("newly_established", platform.newly_established, f"{place}/newly_established")
    for have in SIX_HAVES:
        there: bool | None = getattr(platform.six_haves, have)
        findings.check(f"six_haves.{have}", there, f"{place}/six_haves/{have}")
    _judge_recognition(findings, platform, claim.on, place)
    if is_paid(payments_by(claim, RuleCode.RD_PLATFORM)):
        findings.check("not_paid", False, "/prior_payments")
    elif rewarded is not None and findings.outcome is Outcome.ELIGIBLE:
        findings.check("listed_once", False, f"{place}/id", other=rewarded)
    reward = policy.number_of("rd_platform.reward", claim.on)
    if findings.outcome is Outcome.ELIGIBLE:
        findings.say("reward", place, amount=format_yuan(reward))
    return findings.conclude(reward, AmountKind.EXACT)


def _judge_size(findings: Findings, applicant: Applicant, on: date) -> None:
    """规上: the statistics roster counts; where it is unknown, the revenue does."""
    revenue, pointer = applicant.annual_revenue_yuan, "/applicant/annual_revenue_yuan"
    if revenue is not None and revenue < 0:
        findings.contradict("above_scale_by_revenue", pointer)
    elif applicant.is_above_designated_size is not None or revenue is None:
        findings.check(
            "above_scale",
            applicant.is_above_designated_size,
            "/applicant/is_above_designated_size",
        )
    else:
        threshold = findings.policy.number_of("above_scale.annual_revenue", on)
        findings.check(
            "above_scale_by_revenue",
            revenue >= threshold,
            pointer,
            revenue=format_yuan(revenue),
            threshold=format_yuan(threshold),
        )


def _judge_recognition(findings: Findings, platform: RdPlatform, on: date, place: str) -> None:
    established, recognised = platform.established_on, platform.district_recognised_on
    pointer = f"{place}/district_recognised_on"
    if established is not None and recognised is not None and established > recognised:
        findings.contradict(
            "newly_established",
            f"{place}/established_on",
            established=established.isoformat(),
            recognised=recognised.isoformat(),
        )
    if recognised is None or recognised > on:
        findings.wait("recognised", pointer, ask=recognised is None)
        return
    findings.check("recognised", True, pointer, day=recognised.isoformat())
    if recognised < findings.policy.from_day:
        findings.settle("back_dating", pointer)

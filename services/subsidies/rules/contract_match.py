"""Rule 4, 政策细则第4条: matching the city's subsidy for registered technology contracts."""

from datetime import date

from services.subsidies.rules.applicants import IN_DISTRICT, judge_district, judge_kind
from services.subsidies.rules.city_match import MatchContext, conclude_match
from services.subsidies.rules.decisions import Findings, Item
from services.subsidies.rules.doubles import judge_double
from services.subsidies.rules.facts import Claim, Contract
from services.subsidies.rules.policies import Policy, RuleCode

TYPES = frozenset({"development", "transfer", "license", "consulting", "service"})
"""技术开发、技术转让、技术许可、技术咨询、技术服务 (民法典第843条及细则4)."""

CITY_REGISTRAR = "jinan_municipal"


def judge_contracts(claim: Claim, policy: Policy, context: MatchContext) -> list[Item]:
    """One item per contract, in the order of the request."""
    return [_judge_contract(claim, policy, context, index) for index in range(len(claim.contracts))]


def _judge_contract(claim: Claim, policy: Policy, context: MatchContext, index: int) -> Item:
    contract, place = claim.contracts[index], f"/contracts/{index}"
    findings = Findings(policy, policy.rules[RuleCode.CONTRACT_MATCH], contract.id)
    judge_double(findings, claim.contracts, index, "contracts")
    judge_kind(findings, claim.applicant)
    judge_district(findings, claim.applicant.in_district, IN_DISTRICT)
    kind = contract.type
    known = None if kind is None else kind in TYPES
    findings.check("type", known, f"{place}/type", **({} if known else {"type": kind or ""}))
    _judge_registration(findings, contract, claim.on, place)
    return conclude_match(findings, contract.city_subsidy, contract.match_ratio, context, place)


def _judge_registration(findings: Findings, contract: Contract, on: date, place: str) -> None:
    """登记认定 by the municipal department; neither registrar nor day means: not registered."""
    registrar, day = contract.registered_by, contract.registered_on
    pointer = f"{place}/registered_by"
    if (registrar is None and day is None) or registrar not in (None, CITY_REGISTRAR):
        findings.check("registered", False, pointer)
    elif registrar is None or day is None:
        missing = "registered_by" if registrar is None else "registered_on"
        findings.ask("registered", f"{place}/{missing}")
    elif day > on:
        findings.wait("registered", f"{place}/registered_on", day=day.isoformat())
    else:
        findings.check("registered", True, pointer, day=day.isoformat())
        paid_on = contract.city_subsidy.disbursed_on
        if paid_on is not None and paid_on < day:
            findings.settle("payment_before_registration", f"{place}/city_subsidy/disbursed_on")

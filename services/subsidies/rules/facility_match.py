"""Rules 5 and 6, 政策细则第5、6条: matching the city's subsidy for excellent facilities."""

from datetime import date

from services.subsidies.rules.applicants import IN_DISTRICT, judge_district
from services.subsidies.rules.city_match import MatchContext, conclude_match
from services.subsidies.rules.decisions import Findings, Item
from services.subsidies.rules.doubles import judge_double
from services.subsidies.rules.facts import Claim, Facility
from services.subsidies.rules.policies import Policy, RuleCode

KINDS = {
    "proof_of_concept_center": RuleCode.POC_MATCH,
    "pilot_scale_base": RuleCode.PILOT_MATCH,
}
EXCELLENT = "excellent"
CITY_ASSESSOR = "jinan"
NOT_YET = frozenset({"pending", "not_assessed"})


def rules_for(facility: Facility) -> tuple[RuleCode, ...]:
    """The rule of the facility's kind; both answer where the kind is unknown or another."""
    rule = KINDS.get(facility.kind or "")
    return (rule,) if rule is not None else tuple(KINDS.values())


def judge_facilities(claim: Claim, policy: Policy, context: MatchContext) -> list[Item]:
    """One item per facility and rule that could cover it, in the order of the request."""
    return [
        _judge_facility(claim, policy, context, index, rule)
        for index, facility in enumerate(claim.facilities)
        for rule in rules_for(facility)
    ]


def _judge_facility(
    claim: Claim, policy: Policy, context: MatchContext, index: int, rule: RuleCode
) -> Item:
    facility, place = claim.facilities[index], f"/facilities/{index}"
    findings = Findings(policy, policy.rules[rule], facility.id)
    judge_double(findings, claim.facilities, index, "facilities")
    known = None if facility.kind is None else KINDS.get(facility.kind) is rule
    findings.check("facility_kind", known, f"{place}/kind")
    _judge_place(findings, claim, facility, place)
    _judge_performance(findings, facility, claim.on, place)
    return conclude_match(findings, facility.city_subsidy, facility.match_ratio, context, place)


def _judge_place(findings: Findings, claim: Claim, facility: Facility, place: str) -> None:
    if facility.in_district is None:
        judge_district(findings, claim.applicant.in_district, IN_DISTRICT)
    else:
        judge_district(findings, facility.in_district, f"{place}/in_district")


def _judge_performance(findings: Findings, facility: Facility, on: date, place: str) -> None:
    """“济南市绩效评价结果为优秀”: Jinan's evaluation, and no other grade."""
    performance, pointer = facility.performance, f"{place}/performance"
    if performance.grade in NOT_YET:
        findings.wait("grade", f"{pointer}/grade")
        return
    assessor = performance.assessed_by
    by_city = None if assessor is None else assessor == CITY_ASSESSOR
    findings.check("assessed_by", by_city, f"{pointer}/assessed_by")
    excellent = None if performance.grade is None else performance.grade == EXCELLENT
    findings.check("grade", excellent, f"{pointer}/grade")
    year, paid_on = performance.year, facility.city_subsidy.disbursed_on
    if year is not None and year > on.year:
        findings.contradict("grade", f"{pointer}/year", year=str(year))
    elif year is not None and excellent and paid_on is not None and year < paid_on.year - 1:
        findings.settle("performance_year", f"{pointer}/year")

"""Who may apply: 企业、科研院所 (rules 1, 3, 4), and where the applicant is."""

from services.subsidies.rules.decisions import Findings
from services.subsidies.rules.facts import Applicant

_COUNTED = frozenset({"enterprise", "research_institute", "institute"})
_EXCLUDED = frozenset({"individual", "government"})
_SWITCHES = {"university": "university_in_rules", "hospital": "hospital_in_rules"}

KIND = "/applicant/kind"
IN_DISTRICT = "/applicant/in_district"


def judge_kind(findings: Findings, applicant: Applicant) -> None:
    """Enterprises and research institutes may; natural persons may not; the rest is open."""
    kind = applicant.kind
    if kind is None:
        findings.ask("applicant_kind", KIND)
    elif kind in _COUNTED or kind in _EXCLUDED:
        findings.check("applicant_kind", kind in _COUNTED, KIND)
    else:
        findings.settle(_SWITCHES.get(kind, "other_kind_in_rules"), KIND)


def judge_enterprise(findings: Findings, applicant: Applicant) -> None:
    """Rule 2 is for enterprises alone; a kind that no rule names goes to a person."""
    kind = applicant.kind
    if kind is None:
        findings.ask("applicant_kind", KIND)
    elif kind in _COUNTED or kind in _EXCLUDED or kind in _SWITCHES:
        findings.check("applicant_kind", kind == "enterprise", KIND)
    else:
        findings.settle("other_kind_in_rules", KIND)


def judge_district(findings: Findings, in_district: bool | None, pointer: str) -> None:
    """Where the rule says 辖区."""
    findings.check("in_district", in_district, pointer)


def judge_silent_district(findings: Findings, applicant: Applicant) -> None:
    """Where the rule does not say 辖区: inside is safe, outside is an open question."""
    if applicant.in_district is False:
        findings.settle("district_where_silent", IN_DISTRICT)
    else:
        findings.check("in_district", applicant.in_district, IN_DISTRICT)

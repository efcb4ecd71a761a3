"""What the rules may say: per rule and condition, the sayings and the values each may name.

A pack needs words for all of it, or a calculation would have nothing to say; words for anything
else could never be reached. `fails(other)` means: fails, and `{other}` may stand in the sentence.
"""

import re
from collections.abc import Mapping

from services.subsidies.rules.policies import RuleCode

_AWARD = """
applicant_kind: holds fails unknown
in_district: holds unknown
scheme: holds(scheme) fails(scheme) unknown
province: wrong
level: holds(amount,level) unknown wrong(level,scheme,source)
awarded_on: holds(day) unknown waits(day)
not_revoked: fails
rank: wrong
not_paid: fails unknown
listed_once: fails(other) wrong
"""
_RD_PLATFORM = """
applicant_kind: holds fails unknown
in_district: holds fails unknown
industrial: holds fails unknown
above_scale: holds fails unknown
above_scale_by_revenue: holds(revenue,threshold) fails(revenue,threshold) unknown wrong
newly_established: holds fails unknown wrong(established,recognised)
six_haves.investment: holds fails unknown
six_haves.site: holds fails unknown
six_haves.staff: holds fails unknown
six_haves.equipment: holds fails unknown
six_haves.rules: holds fails unknown
six_haves.results: holds fails unknown
recognised: holds(day) waits
reward: holds(amount)
not_paid: fails
listed_once: fails(other) wrong
"""
_KEY_LABORATORY = """
applicant_kind: holds fails unknown
in_district: holds unknown
level: holds fails unknown
newly_built: holds fails unknown
accredited: holds(day) waits
co_builders: wrong
decision: holds(amount,ceiling) wrong(amount,ceiling)
ceiling: holds(ceiling)
not_paid: fails
listed_once: fails(other) wrong
"""
_CITY_MATCH = """
in_district: holds fails unknown
city_payment: holds(day,disbursed) unknown waits
same_day: holds
city_amount: holds(base) fails unknown wrong(approved,disbursed)
partial: holds(approved,disbursed)
ratio: holds(amount,base,ratio) wrong(ceiling,ratio)
ratio_zero: holds
rounding: holds
ceiling: holds(amount)
headroom: holds(used) fails(ref,used) unknown wrong(ref)
listed_once: fails(other) wrong
"""
_CONTRACT = """
applicant_kind: holds fails unknown
type: holds fails(type) unknown
registered: holds(day) fails unknown waits(day)
"""
_FACILITY = """
facility_kind: holds fails unknown
assessed_by: holds fails unknown
grade: holds fails unknown waits wrong(year)
"""

Sayings = Mapping[str, frozenset[str]]
"""`level.holds` → the names of its values."""

_SAYING = re.compile(r"(\w+)(?:\(([\w,]+)\))?")


def _read(*blocks: str) -> Sayings:
    sayings: dict[str, frozenset[str]] = {}
    for line in "".join(blocks).split("\n"):
        condition, _, words = line.partition(": ")
        for saying, values in _SAYING.findall(words):
            sayings[f"{condition}.{saying}"] = frozenset(filter(None, values.split(",")))
    return sayings


VOCABULARY: Mapping[RuleCode, Sayings] = {
    RuleCode.AWARD: _read(_AWARD),
    RuleCode.RD_PLATFORM: _read(_RD_PLATFORM),
    RuleCode.KEY_LABORATORY: _read(_KEY_LABORATORY),
    RuleCode.CONTRACT_MATCH: _read(_CITY_MATCH, _CONTRACT),
    RuleCode.POC_MATCH: _read(_CITY_MATCH, _FACILITY),
    RuleCode.PILOT_MATCH: _read(_CITY_MATCH, _FACILITY),
}

SWITCHES = frozenset(
    {
        "university_in_rules",
        "hospital_in_rules",
        "other_kind_in_rules",
        "district_where_silent",
        "level_without_price",
        "level_no_longer_awarded",
        "joint_winners",
        "same_achievement_two_levels",
        "back_dating",
        "lab_one_off",
        "lab_co_built",
        "match_base",
        "match_rounding",
        "payment_day",
        "payment_before_registration",
        "performance_year",
    }
)
"""What the rules ask of a pack where the text is silent."""

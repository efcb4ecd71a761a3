"""应得: what follows for one organisation and one thing from the facts that are recorded.

The decision is that of the calculation, by the same rule code. While the city's payment is not
recorded the entitlement waits: what is unknown or open then is asked when the payment has come.
"""

from dataclasses import replace
from decimal import Decimal

from services.subsidies.rules.calculation import calculate
from services.subsidies.rules.decisions import ZERO, Item, Outcome
from services.subsidies.rules.facts import CitySubsidy, Claim
from services.subsidies.rules.policies import Policy

NOTHING_PAID = CitySubsidy(disbursed_yuan=ZERO)
"""No payment is recorded: the record is the trigger, so nothing counts as paid."""


def apply_ratio(claim: Claim, ratio: Decimal | None) -> Claim:
    """The claim with the ratio that the bureau decides for its contract."""
    contracts = tuple(replace(contract, match_ratio=ratio) for contract in claim.contracts)
    return replace(claim, contracts=contracts)


DISTRICT_CODE = "370102"


def judge_entitlement(claim: Claim, policy: Policy) -> Item:
    """The one item of a claim about one thing."""
    item = calculate(claim, policy).items[0]
    waits = bool(claim.contracts) and claim.contracts[0].city_subsidy == NOTHING_PAID
    if waits and item.outcome in (Outcome.NEEDS_INFO, Outcome.NEEDS_REVIEW):
        return replace(item, outcome=Outcome.PENDING, amount_yuan=ZERO, amount_kind=None)
    return item


def district_by_uscc(uscc: str) -> bool | None:
    """登记机关行政区划码 (GB 32100-2015, characters 3-8): registered in Lixia, or not known.

    A code of the province or the city says nothing about the district.
    """
    return True if uscc[2:8] == DISTRICT_CODE else None

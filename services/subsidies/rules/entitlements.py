"""应得: what follows for one organisation and one thing from the facts that are recorded.

The decision is that of the calculation, by the same rule code. While the city's payment is not
recorded the entitlement waits: what is unknown or open then is asked when the payment has come.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from kit.text import Text
from services.subsidies.rules.calculation import calculate
from services.subsidies.rules.decisions import ZERO, Item, Outcome, Reason, Wording
from services.subsidies.rules.facts import CitySubsidy, Claim
from services.subsidies.rules.policies import Policy

NOTHING_PAID = CitySubsidy(disbursed_yuan=ZERO)
"""No payment is recorded: the record is the trigger, so nothing counts as paid."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the bureau decides where the text says 最高: a match's ratio, a laboratory's sum."""

    match_ratio: Decimal | None = None
    amount_yuan: Decimal | None = None


UNDECIDED = Decision()


def apply_decision(claim: Claim, decision: Decision) -> Claim:
    """The claim with what the bureau decides for its thing."""
    ratio, amount = decision.match_ratio, decision.amount_yuan
    return replace(
        claim,
        contracts=tuple(replace(one, match_ratio=ratio) for one in claim.contracts),
        facilities=tuple(replace(one, match_ratio=ratio) for one in claim.facilities),
        key_laboratories=tuple(
            replace(one, approved_amount_yuan=amount) for one in claim.key_laboratories
        ),
    )


DISTRICT_CODE = "370102"


def judge_entitlement(claim: Claim, policy: Policy, withdrawn_on: date | None = None) -> Item:
    """The one item of a claim about one thing; one that was withdrawn entitles to nothing."""
    item = calculate(claim, policy).items[0]
    if withdrawn_on is not None:
        return _withdraw(item, withdrawn_on)
    subsidies = [one.city_subsidy for one in claim.contracts]
    subsidies += [one.city_subsidy for one in claim.facilities]
    waits = subsidies == [NOTHING_PAID]
    if waits and item.outcome in (Outcome.NEEDS_INFO, Outcome.NEEDS_REVIEW):
        return replace(item, outcome=Outcome.PENDING, amount_yuan=ZERO, amount_kind=None)
    return item


_WITHDRAWN = Text(
    "该事项已于 {day} 从科技成果登记中撤下，不再作为依据。",
    "It was withdrawn from the registry on {day} and is no ground any more.",
)


def _withdraw(item: Item, day: date) -> Item:
    wording = Wording("", "", _WITHDRAWN, holds=False, pointer="")
    reason = Reason(wording, {"day": day.isoformat()})
    return Item(item.rule, item.subject, Outcome.NOT_ELIGIBLE, ZERO, None, (reason,))


def district_by_uscc(uscc: str) -> bool | None:
    """登记机关行政区划码 (GB 32100-2015, characters 3-8): registered in Lixia, or not known.

    A code of the province or the city says nothing about the district.
    """
    return True if uscc[2:8] == DISTRICT_CODE else None

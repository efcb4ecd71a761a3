"""Rule 1, 政策细则第1条: rewards for national and provincial S&T Progress Awards."""

from datetime import date
from decimal import Decimal
from enum import Enum

from kit.money import format_yuan
from kit.text import Text
from services.subsidies.rules.applicants import judge_kind, judge_silent_district
from services.subsidies.rules.decisions import ZERO, AmountKind, Findings, Item
from services.subsidies.rules.doubles import judge_double
from services.subsidies.rules.facts import Award, Claim, PriorPayment
from services.subsidies.rules.ledger import is_paid, payments_by, total_of
from services.subsidies.rules.policies import AwardScheme, Policy, RuleCode

EXACT = AmountKind.EXACT
HOME_PROVINCES = frozenset({"山东", "山东省", "shandong"})


def judge_awards(claim: Claim, policy: Policy) -> list[Item]:
    """One item per award, in the order of the request."""
    return [_judge_award(claim, policy, index) for index in range(len(claim.awards))]


def _judge_award(claim: Claim, policy: Policy, index: int) -> Item:
    award, place = claim.awards[index], f"/awards/{index}"
    findings = Findings(policy, policy.rules[RuleCode.AWARD], award.id)
    judge_double(findings, claim.awards, index, "awards")
    judge_kind(findings, claim.applicant)
    judge_silent_district(findings, claim.applicant)
    amount = judge_scheme(findings, award, claim.on, place)
    _judge_day(findings, award, claim.on, place)
    if award.revoked:
        findings.check("not_revoked", False, f"{place}/revoked")
    _judge_rank(findings, claim, award, place)
    _judge_earlier(findings, claim, index, place)
    return findings.conclude(_judge_siblings(findings, claim, index, place, amount), EXACT)


def judge_scheme(findings: Findings, award: Award, on: date, place: str) -> Decimal | None:
    """The price of the award by what it is, and by the law of the day it was given."""
    pointer = f"{place}/scheme"
    if award.scheme is None:
        findings.ask("scheme", pointer)
        return None
    scheme = findings.policy.schemes.get(award.scheme)
    if scheme is None or scheme.treatment == "excluded":
        label = scheme.label if scheme is not None else Text(award.scheme, award.scheme)
        findings.check("scheme", False, pointer, scheme=label)
        return None
    if scheme.switch is not None:
        if (award.province or "").strip().lower() in HOME_PROVINCES:
            findings.contradict("province", f"{place}/province")
        findings.settle(scheme.switch.code, pointer)
    else:
        findings.check("scheme", True, pointer, scheme=scheme.label)
    return _judge_level(findings, scheme, award, on, place)


def _judge_level(
    findings: Findings, scheme: AwardScheme, award: Award, on: date, place: str
) -> Decimal | None:
    """The price of the level, where the policy names one and the award's law knows the level."""
    pointer = f"{place}/level"
    if award.level is None:
        findings.ask("level", pointer)
        return None
    price = _price_of(findings.policy, scheme, award.level, on)
    levels = scheme.levels_on(award.awarded_on or on)
    lawful = levels is None or award.level in levels.known
    if price is not None and lawful:
        parameter = findings.policy.parameter(_code(scheme, award.level), on)
        assert parameter is not None
        findings.quote(
            "level", parameter, pointer, level=parameter.label, amount=format_yuan(price)
        )
        return price
    if price is not None:
        findings.settle("level_no_longer_awarded", pointer)
        return price
    if lawful:
        first = _price_of(findings.policy, scheme, "first", on) or ZERO
        findings.settle("level_without_price", pointer)
        if findings.reads("level_without_price", "treat_as_first"):
            return first
        amounts = {"not_listed_means_zero": ZERO, "treat_as_first": first}
        findings.offer("level_without_price", amounts, EXACT)
        return None
    assert levels is not None
    findings.contradict(
        "level", pointer, scheme=scheme.label, level=award.level, source=levels.source
    )
    return None


def _code(scheme: AwardScheme, level: str) -> str:
    return f"award.{scheme.priced_as or scheme.code}.{level}"


def _price_of(policy: Policy, scheme: AwardScheme, level: str, on: date) -> Decimal | None:
    parameter = policy.parameter(_code(scheme, level), on)
    return parameter.value if parameter is not None else None


def _judge_day(findings: Findings, award: Award, on: date, place: str) -> None:
    day, pointer = award.awarded_on, f"{place}/awarded_on"
    if day is None:
        findings.ask("awarded_on", pointer)
    elif day > on:
        findings.wait("awarded_on", pointer, day=day.isoformat())
    else:
        findings.check("awarded_on", True, pointer, day=day.isoformat())
        if day < findings.policy.from_day:
            findings.settle("back_dating", pointer)


def _judge_rank(findings: Findings, claim: Claim, award: Award, place: str) -> None:
    """A sole winner is safe; who is paid among several is an open question."""
    standing = rank_standing(award, claim.applicant.in_district)
    if standing is RankStanding.WRONG:
        findings.contradict("rank", f"{place}/{_stated_rank(award)}")
    elif standing is RankStanding.JOINT:
        findings.settle("joint_winners", f"{place}/{_stated_rank(award)}")


def _stated_rank(award: Award) -> str:
    """The fact of the request that speaks of several winners."""
    if award.applicant_rank is not None:
        return "applicant_rank"
    return "co_winners" if award.co_winners is not None else "first_winner_in_district"


class RankStanding(Enum):
    """How the applicant stands among the winners."""

    SOLE = 0
    JOINT = 1
    WRONG = 2


def rank_standing(award: Award, in_district: bool | None) -> RankStanding:
    """What the stated rank, winners and place of the first winner come to."""
    rank, first_here, winners = (
        award.applicant_rank,
        award.first_winner_in_district,
        award.co_winners,
    )
    outside = rank == 1 and first_here is False and in_district is True
    impossible = any(number is not None and number < 1 for number in (rank, winners))
    beyond = rank is not None and winners is not None and rank > winners
    if impossible or outside or beyond:
        return RankStanding.WRONG
    joint = (rank or 1) > 1 or (winners or 1) > 1 or (rank is None and first_here is False)
    return RankStanding.JOINT if joint else RankStanding.SOLE


def _judge_earlier(findings: Findings, claim: Claim, index: int, place: str) -> None:
    """The same award is never paid twice; two levels of one achievement are open."""
    award = claim.awards[index]
    payments = payments_by(claim, RuleCode.AWARD)
    own = [payment for payment in payments if payment.subject == award.id]
    if own and is_paid(own):
        findings.check("not_paid", False, f"{place}/id")
        return
    unnamed = [
        payment
        for payment in payments
        if payment.subject is None and (payment.achievement is None or award.achievement is None)
    ]
    if unnamed and is_paid(unnamed):
        findings.ask("not_paid", f"{place}/achievement")


def _judge_siblings(
    findings: Findings, claim: Claim, index: int, place: str, amount: Decimal | None
) -> Decimal | None:
    """Awards to the same achievement, here and paid before: what is due for this one."""
    award = claim.awards[index]
    if award.achievement is None or _is_settled(claim, award):
        return amount
    for other in claim.awards[:index]:
        if (
            other.id != award.id
            and _is_same_award(other, award)
            and _could_be_paid(findings.policy, other)
        ):
            findings.check("listed_once", False, f"{place}/id", other=other.id)
            return amount
    siblings = [
        other
        for other in claim.awards
        if other.achievement == award.achievement and _could_be_paid(findings.policy, other)
    ]
    paid = [
        payment
        for payment in payments_by(claim, RuleCode.AWARD)
        if payment.achievement == award.achievement and payment.subject != award.id
    ]
    distinct = {(other.scheme, other.level, other.awarded_on) for other in siblings}
    if len(distinct) < 2:
        if not (paid and is_paid(paid)):
            return amount
        if all(
            payment.paid_on is not None and award.awarded_on is not None for payment in paid
        ) and not any(_precedes(payment, award) for payment in paid):
            findings.check("not_paid", False, f"{place}/achievement")
            return amount
    findings.settle("same_achievement_two_levels", f"{place}/achievement")
    if findings.reads("same_achievement_two_levels", "highest_only_top_up_now"):
        return _top_up(findings, award, siblings, total_of(paid), claim.on)
    _offer_stacking(findings, siblings, paid, claim.on)
    return amount


def _is_settled(claim: Claim, award: Award) -> bool:
    """The very award was paid before; its achievement need not be looked at."""
    own = [one for one in payments_by(claim, RuleCode.AWARD) if one.subject == award.id]
    return bool(own) and is_paid(own)


def _top_up(
    findings: Findings, award: Award, siblings: list[Award], paid: Decimal, on: date
) -> Decimal:
    """就高补差: the highest of the awards alone is rewarded, less what was paid for the others."""
    prices = [_listed_price(findings.policy, other, on) or ZERO for other in siblings]
    highest = prices.index(max(prices))
    if siblings[highest].id != award.id:
        return ZERO
    return max(prices[highest] - paid, ZERO)


def _listed_price(policy: Policy, award: Award, on: date) -> Decimal | None:
    """What the rule names for the award, whatever else is open about it."""
    scheme = policy.schemes.get(award.scheme or "")
    return None if scheme is None else _price_of(policy, scheme, award.level or "", on)


def _could_be_paid(policy: Policy, award: Award) -> bool:
    """Whether the rule could reward this award at all."""
    scheme = policy.schemes.get(award.scheme or "")
    return not award.revoked and scheme is not None and scheme.treatment != "excluded"


def _is_same_award(one: Award, other: Award) -> bool:
    """One award to one achievement, under whatever ids."""
    return (one.achievement, one.scheme, one.level, one.awarded_on) == (
        other.achievement,
        other.scheme,
        other.level,
        other.awarded_on,
    )


def _precedes(payment: PriorPayment, award: Award) -> bool:
    """A payment made before an award was given cannot have been for it."""
    day, given = payment.paid_on, award.awarded_on
    return day is not None and given is not None and day < given


def _offer_stacking(
    findings: Findings, siblings: list[Award], paid: list[PriorPayment], on: date
) -> None:
    """Stacked, only what was paid for the awards stated here is set off."""
    seen: dict[tuple[str | None, str | None, date | None], Decimal] = {}
    for award in siblings:
        price = _listed_price(findings.policy, award, on)
        if price is None:
            return
        seen[(award.scheme, award.level, award.awarded_on)] = price
    prices = list(seen.values())
    for_these = [one for one in paid if not all(_precedes(one, award) for award in siblings)]
    amounts = {
        "stack_pay_now": max(sum(prices, ZERO) - total_of(for_these), ZERO),
        "highest_only_top_up_now": max(max(prices, default=ZERO) - total_of(paid), ZERO),
    }
    findings.offer("same_achievement_two_levels", amounts, EXACT)

"""Review and award (评审、定榜): who may not judge, what a bid scored, who may win."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from kit.errors import Fault, Forbidden, RuleBroken
from kit.text import Text
from services.achievements.rules.bids import Criterion, Member, Party
from services.achievements.rules.names import name_key

FULL_SCORE = Decimal(100)
_PLACES = Decimal("0.01")


class AwardState(StrEnum):
    """定榜意见状态：待确认、已确认、未通过"""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class AwardVerdict(StrEnum):
    """对定榜意见的决定"""

    CONFIRM = "confirmed"
    REJECT = "rejected"


class ConflictCode(StrEnum):
    """回避情形：同一单位、关联单位、团队成员、合作完成人"""

    OWN_ORGANIZATION = "own_organization"
    RELATED_PARTY = "related_party"
    TEAM_MEMBER = "team_member"
    CO_AUTHOR = "co_author"


@dataclass(frozen=True, slots=True)
class Interest:
    """专家申报的利害关系"""

    uscc: str
    relation: str


@dataclass(frozen=True, slots=True)
class Expert:
    """评审专家"""

    name: str
    uscc: str
    orcid: str | None
    interests: tuple[Interest, ...]


@dataclass(frozen=True, slots=True)
class Authorship:
    """The people who made one achievement together."""

    people: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why an expert may not judge a bid."""

    code: ConflictCode
    text: Text


def find_conflicts(
    expert: Expert,
    parties: Sequence[Party],
    members: Sequence[Member],
    works: Iterable[Authorship],
) -> list[Conflict]:
    """Why an expert may not judge a team; `works` are achievements the expert took part in.

    People are the same by their ORCID where both have one, else by their name: two people of one
    name count as one here, because a review by a stranger costs less than one by a friend.
    """
    own = [party for party in parties if party.uscc == expert.uscc]
    found = [_own(party) for party in own]
    declared = {interest.uscc: interest.relation for interest in expert.interests}
    found += [_related(party, declared[party.uscc]) for party in parties if party.uscc in declared]
    me = Member(expert.name, expert.uscc, expert.orcid)
    found += [_member(one) for one in members if _is_same(one, me)]
    mine = [work for work in works if any(_is_same(person, me) for person in work.people)]
    others = [one for one in members if not _is_same(one, me)]
    found += [_co_author(one) for one in others if any(_took_part(one, work) for work in mine)]
    return found


def _is_same(one: Member, other: Member) -> bool:
    if one.orcid and other.orcid:
        return one.orcid == other.orcid
    return name_key(one.name) == name_key(other.name)


def _took_part(person: Member, work: Authorship) -> bool:
    return any(_is_same(person, one) for one in work.people)


def _own(party: Party) -> Conflict:
    text = Text(f"专家与{party.name}同属一个单位", f"the expert works for {party.name}")
    return Conflict(ConflictCode.OWN_ORGANIZATION, text)


def _related(party: Party, relation: str) -> Conflict:
    text = Text(
        f"专家申报与{party.name}有利害关系：{relation}",
        f"the expert declared an interest in {party.name}: {relation}",
    )
    return Conflict(ConflictCode.RELATED_PARTY, text)


def _member(member: Member) -> Conflict:
    text = Text(f"专家是团队成员：{member.name}", f"the expert is of the team: {member.name}")
    return Conflict(ConflictCode.TEAM_MEMBER, text)


def _co_author(member: Member) -> Conflict:
    text = Text(
        f"专家与团队成员{member.name}共同完成过成果",
        f"the expert and {member.name} of the team made an achievement together",
    )
    return Conflict(ConflictCode.CO_AUTHOR, text)


def refuse_conflicts(conflicts: Sequence[Conflict]) -> None:
    """An expert with a conflict does not judge (回避)."""
    if conflicts:
        raise Forbidden(
            "conflict_of_interest",
            conflicts[0].text,
            conflicts=[conflict.code.value for conflict in conflicts],
        )


def judge_scores(criteria: Sequence[Criterion], scores: Mapping[str, Decimal]) -> list[Fault]:
    """A score from 0 to 100 for each criterion, and for no other."""
    faults: list[Fault] = []
    known = {criterion.code for criterion in criteria}
    for code in known - scores.keys():
        message = Text(f"缺少“{code}”的评分", f"the score of {code!r} is missing")
        faults.append(Fault("/scores", "score_missing", message))
    for code, score in scores.items():
        if code not in known:
            message = Text(f"没有评审标准“{code}”", f"there is no criterion {code!r}")
            faults.append(Fault(f"/scores/{code}", "criterion_unknown", message))
        elif not 0 <= score <= FULL_SCORE:
            message = Text("评分须在 0 至 100 之间", "a score lies between 0 and 100")
            faults.append(Fault(f"/scores/{code}", "score_out_of_range", message))
    return faults


def total_score(criteria: Sequence[Criterion], scores: Mapping[str, Decimal]) -> Decimal:
    """The weighted score of one review, to two places."""
    total = sum((one.weight * scores[one.code] for one in criteria), Decimal(0))
    return total.quantize(_PLACES, rounding=ROUND_HALF_UP)


def mean_score(totals: Sequence[Decimal]) -> Decimal | None:
    """The mean of a bid's reviews, to two places; None where there is none."""
    if not totals:
        return None
    mean = sum(totals, Decimal(0)) / len(totals)
    return mean.quantize(_PLACES, rounding=ROUND_HALF_UP)


def require_reviewed(counts: Mapping[str, int], required: int) -> None:
    """No award before every standing bid has its reviews; `counts` by bid."""
    lacking = sorted(bid_id for bid_id, count in counts.items() if count < required)
    if lacking:
        raise RuleBroken(
            "reviews_missing",
            Text(
                f"每个揭榜方案须有 {required} 份评审，尚有 {len(lacking)} 个方案不足",
                f"every bid needs {required} reviews; {len(lacking)} have fewer",
            ),
            bids=lacking,
        )


def judge_award(amount: Decimal, asked: Decimal, budget: Decimal | None) -> list[Fault]:
    """What is awarded is not more than the bid asks, nor than the demand's budget."""
    faults: list[Fault] = []
    if amount <= 0 or amount > asked:
        message = Text(
            f"定榜金额须大于 0 且不超过方案报价 {asked} 元",
            f"the award is above 0 and not above the {asked} yuan of the bid",
        )
        faults.append(Fault("/amount_yuan", "amount_above_bid", message))
    if budget is not None and amount > budget:
        message = Text(
            f"定榜金额超过需求预算 {budget} 元", f"the award is above the budget of {budget} yuan"
        )
        faults.append(Fault("/amount_yuan", "amount_above_budget", message))
    return faults


def require_another_person(proposed_by: str, client_id: str) -> None:
    """经办与复核分离: whoever proposed an award does not confirm it."""
    if proposed_by == client_id:
        raise Forbidden(
            "same_person",
            Text("定榜意见须由另一人确认", "an award is confirmed by another person"),
        )

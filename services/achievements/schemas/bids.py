"""Open bidding on the wire."""

from datetime import date, datetime
from typing import Annotated

from pydantic import ConfigDict, Field, JsonValue

from kit.days import Instant
from kit.identifiers import Orcid, Uscc
from kit.money import Ratio, Yuan
from kit.pages import Page, PageQuery
from kit.schemas import AnswerModel, WireModel
from services.achievements.rules.bid_reviews import AwardState, AwardVerdict, ConflictCode
from services.achievements.rules.bids import (
    BidCall,
    BidFacts,
    BidState,
    Criterion,
    Member,
    Party,
)
from services.achievements.rules.milestones import Milestone, MilestoneAct, MilestoneState
from services.achievements.schemas.records import (
    CountedRows,
)
from services.achievements.schemas.values import (
    IsoDate,
    Line,
    Name,
    SearchWords,
)

_BID: dict[str, JsonValue] = {
    "title": "多参量热失控预警系统",
    "proposal": "以产气、声学与电压特征融合，提前十五分钟预警。",
    "parties": [
        {"uscc": "123700004955000143", "name": "山东某大学", "share": "0.6"},
        {"uscc": "12370100495500073B", "name": "济南某新材料研究所", "share": "0.4"},
    ],
    "members": [{"name": "张三", "uscc": "123700004955000143", "orcid": "0000-0002-1825-0097"}],
    "amount_yuan": "1000000.00",
    "term_months": 12,
}
Reason = Annotated[str, Field(min_length=1, max_length=500)]
ThingId = Annotated[str, Field(min_length=1, max_length=36)]


class CriterionBody(WireModel):
    """评审标准"""

    code: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")]
    name: Name
    weight: Ratio


class CallBody(WireModel):
    """A call: bids until when, judged by what, by how many at least."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "bids_until": "2026-12-31T17:00:00+08:00",
                    "criteria": [
                        {"code": "technology", "name": "技术先进性", "weight": "0.5"},
                        {"code": "team", "name": "团队能力", "weight": "0.3"},
                        {"code": "cost", "name": "费用", "weight": "0.2"},
                    ],
                    "reviews_required": 3,
                }
            ]
        }
    )

    bids_until: Instant
    criteria: Annotated[list[CriterionBody], Field(min_length=1, max_length=20)]
    reviews_required: Annotated[int, Field(strict=True, ge=1, le=15)] | None = Field(
        None, description="experts per bid at least; the platform's default where not said"
    )

    def call(self, default_reviews: int) -> BidCall:
        """The same in the words of the rules."""
        criteria = tuple(Criterion(one.code, one.name, one.weight) for one in self.criteria)
        return BidCall(self.bids_until, criteria, self.reviews_required or default_reviews)


class PartyBody(WireModel):
    """团队一方；the first leads."""

    uscc: Uscc
    name: Name
    share: Ratio = Field(description="of the award; all shares add up to 1 exactly")


class MemberBody(WireModel):
    """团队成员"""

    name: Name
    uscc: Uscc
    orcid: Orcid | None = None


class BidBody(WireModel):
    """A bid of a team; sealed until the deadline."""

    model_config = ConfigDict(json_schema_extra={"examples": [_BID]})

    title: Line
    proposal: Annotated[str, Field(min_length=1, max_length=20_000)]
    parties: Annotated[list[PartyBody], Field(min_length=1, max_length=20)]
    members: Annotated[list[MemberBody], Field(min_length=1, max_length=200)]
    amount_yuan: Yuan
    term_months: Annotated[int, Field(strict=True, ge=1, le=120)]
    achievement_ids: Annotated[list[ThingId], Field(max_length=50)] = Field(default_factory=list)

    def facts(self) -> BidFacts:
        """The same in the words of the rules."""
        return BidFacts(
            title=self.title,
            proposal=self.proposal,
            parties=tuple(Party(one.uscc, one.name, one.share) for one in self.parties),
            members=tuple(Member(one.name, one.uscc, one.orcid) for one in self.members),
            amount_yuan=self.amount_yuan,
            term_months=self.term_months,
            achievement_ids=tuple(self.achievement_ids),
        )


class BidAnswer(AnswerModel):
    """A bid; scores are there once it was reviewed."""

    id: str
    demand_id: str
    lead_uscc: str
    lead_name: str
    title: str
    proposal: str
    parties: list[PartyBody]
    members: list[MemberBody]
    amount_yuan: Yuan
    term_months: int
    achievement_ids: list[str]
    state: BidState
    version: int
    reviews: int = 0
    mean_score: Ratio | None = None
    created_at: datetime
    updated_at: datetime


class BidQuery(PageQuery):
    """Bids for all demands that the caller may read: its own, and those it decides on."""

    q: SearchWords = None
    state: BidState | None = None
    demand_id: str | None = Field(None, max_length=36)


class BidCounts(AnswerModel):
    """How many bids the caller may read, by state."""

    total: int
    by_state: list[CountedRows]


class BidList(Page[BidAnswer]):
    """The bids the caller may read, best score first; while they are sealed, its own team's."""

    sealed: bool
    bids_until: datetime
    count: int = Field(description="bids that stand, those the caller may not read included")


class InterestBody(WireModel):
    """A relation that keeps an expert from judging (employment, shares, kinship, …)."""

    uscc: Uscc
    relation: Name


class ExpertBody(WireModel):
    """An expert with the declaration of interests."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "王五",
                    "uscc": "123700004955000811",
                    "organization_name": "山东某计算中心",
                    "interests": [],
                }
            ]
        }
    )

    name: Name
    orcid: Orcid | None = None
    uscc: Uscc
    organization_name: Name
    interests: Annotated[list[InterestBody], Field(max_length=50)] = Field(
        description="declared interests; an empty list declares that there are none"
    )


class ConflictAnswer(AnswerModel):
    """Why an expert may not judge a bid."""

    bid_id: str
    code: ConflictCode
    text: str


class ExpertAnswer(AnswerModel):
    """An expert, and the bids that this expert may not judge."""

    id: str
    demand_id: str
    name: str
    orcid: str | None
    uscc: str
    organization_name: str
    interests: list[InterestBody]
    conflicts: list[ConflictAnswer] = Field(default_factory=list)
    created_at: datetime


class ExpertList(Page[ExpertAnswer]):
    """The experts of a demand."""


class ReviewBody(WireModel):
    """What an expert gives a bid: 0 to 100 by each criterion of the call."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "expert_id": "018f2d2e-0000-7000-8000-000000000002",
                    "scores": {"technology": "85", "team": "80", "cost": "70"},
                    "comment": "路线可行",
                }
            ]
        }
    )

    expert_id: ThingId
    scores: Annotated[dict[str, Ratio], Field(min_length=1, max_length=20)]
    comment: Annotated[str, Field(max_length=5000)] | None = None


class ReviewAnswer(AnswerModel):
    """A review; who judged is for the bureau."""

    bid_id: str
    expert_id: str | None
    scores: dict[str, Ratio]
    total: Ratio
    comment: str | None
    created_at: datetime


class ReviewList(Page[ReviewAnswer]):
    """The reviews of a bid and their mean."""

    mean_score: Ratio | None


class AwardProposal(WireModel):
    """Which bid is to win, for how much, and why."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "bid_id": "018f2d2e-0000-7000-8000-000000000003",
                    "amount_yuan": "1000000.00",
                    "reason": "综合评分第一",
                }
            ]
        }
    )

    bid_id: ThingId
    amount_yuan: Yuan
    reason: Reason


class AwardDecision(WireModel):
    """The second person's word on an award."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"decision": "confirmed", "reason": "同意"}]}
    )

    decision: AwardVerdict
    reason: Reason


class BidAwardAnswer(AnswerModel):
    """An award: proposed by one person, decided by another."""

    id: str
    demand_id: str
    bid_id: str
    amount_yuan: Yuan
    reason: str
    state: AwardState
    version: int
    proposed_by: str
    decided_by: str | None
    decision_reason: str | None
    created_at: datetime
    decided_at: datetime | None


class BidAwardList(Page[BidAwardAnswer]):
    """All awards proposed for a demand, oldest first."""


class MilestoneBody(WireModel):
    """一个里程碑"""

    title: Line
    deliverable: Annotated[str, Field(max_length=5000)] | None = None
    due_on: IsoDate
    payment_yuan: Yuan


class PlanBody(WireModel):
    """All milestones; their payments add up to the award, to the fen."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "items": [
                        {"title": "样机", "due_on": "2027-06-30", "payment_yuan": "400000.00"},
                        {"title": "示范", "due_on": "2027-12-31", "payment_yuan": "600000.00"},
                    ]
                }
            ]
        }
    )

    items: Annotated[list[MilestoneBody], Field(min_length=1, max_length=50)]

    def plan(self) -> list[Milestone]:
        """The same in the words of the rules."""
        return [
            Milestone(one.title, one.due_on, one.payment_yuan, one.deliverable)
            for one in self.items
        ]


class MilestoneDecision(WireModel):
    """The next step of a milestone."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"decision": "delivered", "note": "样机验收报告"}]}
    )

    decision: MilestoneAct
    note: Annotated[str, Field(max_length=5000)] | None = None
    paid_on: IsoDate | None = None
    payment_reference: Line | None = Field(None, description="of the bank; needed with `paid`")


class PartyPayment(AnswerModel):
    """What one party of the team gets of a payment."""

    uscc: str
    name: str
    amount_yuan: Yuan


class MilestoneAnswer(AnswerModel):
    """A milestone, with its payment split among the team."""

    number: int
    title: str
    deliverable: str | None
    due_on: date
    payment_yuan: Yuan
    state: MilestoneState
    version: int
    delivery_note: str | None
    delivered_on: date | None
    passed_on: date | None
    paid_on: date | None
    payment_reference: str | None
    split: list[PartyPayment]
    allowed: list[MilestoneAct]


class MilestoneList(Page[MilestoneAnswer]):
    """The plan of an awarded demand: what was awarded, what was paid."""

    award_yuan: Yuan
    paid_yuan: Yuan

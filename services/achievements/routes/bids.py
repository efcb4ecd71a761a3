"""Open bidding over HTTP."""

from typing import Annotated, Any

from fastapi import Path, Response

from kit.auth import HOLDERS_OF_RESEARCH, Caller, Principal, Role, allow
from kit.http import HouseRouter, IfMatch, Read, Write, created, etag
from kit.openapi import problem_answer
from kit.text import choose_language
from services.achievements.routes.parameters import AcceptLanguage, Holder, RecordId
from services.achievements.schemas.answers import answer_as, answer_demand
from services.achievements.schemas.bid_answers import answer_expert
from services.achievements.schemas.bids import (
    AwardDecision,
    AwardProposal,
    BidAnswer,
    BidAwardAnswer,
    BidAwardList,
    BidBody,
    BidList,
    CallBody,
    ExpertAnswer,
    ExpertBody,
    ExpertList,
    MilestoneAnswer,
    MilestoneDecision,
    MilestoneList,
    PlanBody,
    ReviewAnswer,
    ReviewBody,
    ReviewList,
)
from services.achievements.schemas.demands import DemandAnswer
from services.achievements.schemas.records import HistoryAnswer, HistoryLine
from services.achievements.usecases import bid_awards, bid_reviews, bids

_PATH = "/v1/demands/{record_id}"
Asker = Annotated[Principal, allow(Role.ENTERPRISE, Role.OFFICER)]
Officer = Annotated[Principal, allow(Role.OFFICER)]
Reviewer = Annotated[Principal, allow(*HOLDERS_OF_RESEARCH, Role.OFFICER)]
_CLOSED: dict[int | str, dict[str, Any]] = {
    409: problem_answer("此步骤现在不能执行 · not open now")
}
router = HouseRouter(prefix=_PATH, tags=["揭榜挂帅 · open bidding"])


@router.post("/calls", summary="张榜 · publish a call for bids", responses=_CLOSED)
def publish_call(
    record_id: RecordId,
    body: CallBody,
    caller: Asker,
    session: Write,
    response: Response,
    if_match: IfMatch = None,
) -> DemandAnswer:
    """By the demand's owner or the bureau; until when, judged by what."""
    row = bids.publish_call(session, caller, record_id, body, if_match)
    etag(response, row["version"])
    return answer_demand(row)


@router.post("/bids", status_code=201, summary="揭榜 · submit a bid", responses=_CLOSED)
def submit_bid(
    record_id: RecordId, body: BidBody, caller: Holder, session: Write, response: Response
) -> BidAnswer:
    """For a team whose first party is the caller; shares add up to 100 %; once per team."""
    row = bids.submit_bid(session, caller, record_id, body)
    created(response, f"/v1/demands/{record_id}/bids/{row['id']}", 1)
    return answer_as(BidAnswer, row)


@router.get("/bids", summary="揭榜方案列表 · bids for a demand")
def list_bids(record_id: RecordId, caller: Caller, session: Read) -> BidList:
    """Sealed until the deadline; then open to the demand's owner, the experts and the bureau."""
    seen = bids.read_bids(session, caller, record_id)
    items = [answer_as(BidAnswer, row) for row in seen.items]
    return BidList(sealed=seen.sealed, bids_until=seen.bids_until, count=seen.count, items=items)


@router.get("/bids/{bid_id}", summary="查看揭榜方案 · read a bid")
def read_bid(
    record_id: RecordId, bid_id: RecordId, caller: Caller, session: Read, response: Response
) -> BidAnswer:
    """One, if the caller may read it just now."""
    answer = answer_as(BidAnswer, bids.read_bid(session, caller, record_id, bid_id))
    etag(response, answer.version)
    return answer


@router.get("/bids/{bid_id}/history", summary="揭榜方案变更历史 · history of a bid")
def read_bid_history(
    record_id: RecordId, bid_id: RecordId, caller: Caller, session: Read
) -> HistoryAnswer:
    """For whoever may read the bid."""
    lines = bids.read_bid_history(session, caller, record_id, bid_id)
    return HistoryAnswer(items=[answer_as(HistoryLine, line) for line in lines])


@router.put("/bids/{bid_id}", summary="修改揭榜方案 · replace a bid", responses=_CLOSED)
def replace_bid(
    record_id: RecordId,
    bid_id: RecordId,
    body: BidBody,
    caller: Holder,
    session: Write,
    response: Response,
    if_match: IfMatch = None,
) -> BidAnswer:
    """By its lead, before the deadline."""
    row = bids.replace_bid(session, caller, record_id, bid_id, body, if_match)
    answer = answer_as(BidAnswer, row)
    etag(response, answer.version)
    return answer


@router.post("/bids/{bid_id}/withdrawals", summary="撤回揭榜 · withdraw a bid", responses=_CLOSED)
def withdraw_bid(
    record_id: RecordId,
    bid_id: RecordId,
    caller: Holder,
    session: Write,
    if_match: IfMatch = None,
) -> BidAnswer:
    """By its lead, before the deadline; the team may bid again."""
    row = bids.withdraw_bid(session, caller, record_id, bid_id, if_match)
    return answer_as(BidAnswer, row)


@router.post("/experts", status_code=201, summary="聘请评审专家 · appoint an expert")
def appoint_expert(
    record_id: RecordId, body: ExpertBody, caller: Officer, session: Write, response: Response
) -> ExpertAnswer:
    """With the declaration of interests; conflicts are found at every review."""
    row = bid_reviews.appoint_expert(session, caller, record_id, body)
    created(response, f"/v1/demands/{record_id}/experts")
    return answer_as(ExpertAnswer, row)


@router.get("/experts", summary="评审专家与回避 · experts and their conflicts")
def list_experts(
    record_id: RecordId,
    caller: Annotated[Principal, allow(Role.OFFICER, Role.AUDITOR)],
    session: Read,
    accept_language: AcceptLanguage = None,
) -> ExpertList:
    """Each with the bids that this expert may not judge, and why."""
    language = choose_language(accept_language)
    rows = bid_reviews.read_experts(session, caller, record_id)
    return ExpertList(items=[answer_expert(row, language) for row in rows])


@router.post(
    "/bids/{bid_id}/reviews",
    status_code=201,
    summary="评审揭榜方案 · review a bid",
    responses={403: problem_answer("应当回避 · conflict of interest"), **_CLOSED},
)
def review_bid(
    record_id: RecordId, bid_id: RecordId, body: ReviewBody, caller: Reviewer, session: Write
) -> ReviewAnswer:
    """Recorded by the bureau or the expert's organisation; once per expert and bid."""
    return answer_as(ReviewAnswer, bid_reviews.review_bid(session, caller, record_id, bid_id, body))


@router.get("/bids/{bid_id}/reviews", summary="揭榜方案评审 · reviews of a bid")
def list_reviews(
    record_id: RecordId, bid_id: RecordId, caller: Caller, session: Read
) -> ReviewList:
    """Scores and their mean; who judged is for the bureau."""
    rows, mean = bid_reviews.read_reviews(session, caller, record_id, bid_id)
    return ReviewList(items=[answer_as(ReviewAnswer, row) for row in rows], mean_score=mean)


@router.post("/awards", status_code=201, summary="提出定榜意见 · propose an award")
def propose_award(
    record_id: RecordId, body: AwardProposal, caller: Asker, session: Write, response: Response
) -> BidAwardAnswer:
    """By the demand's owner or an officer, once every standing bid has its reviews."""
    row = bid_awards.propose_award(session, caller, record_id, body)
    created(response, f"/v1/demands/{record_id}/awards", 1)
    return answer_as(BidAwardAnswer, row)


@router.get("/awards", summary="定榜意见列表 · awards proposed")
def list_awards(record_id: RecordId, caller: Caller, session: Read) -> BidAwardList:
    """For the demand's owner and the bureau."""
    rows = bid_awards.read_awards(session, caller, record_id)
    return BidAwardList(items=[answer_as(BidAwardAnswer, row) for row in rows])


@router.post(
    "/awards/{award_id}/decisions",
    summary="确认定榜 · confirm or reject an award",
    responses={403: problem_answer("须由另一人确认 · another person confirms"), **_CLOSED},
)
def award_bid(
    record_id: RecordId,
    award_id: RecordId,
    body: AwardDecision,
    caller: Officer,
    session: Write,
    response: Response,
    if_match: IfMatch = None,
) -> BidAwardAnswer:
    """By an officer who did not propose it."""
    row = bid_awards.award_bid(session, caller, record_id, award_id, body, if_match)
    answer = answer_as(BidAwardAnswer, row)
    etag(response, answer.version)
    return answer


@router.put("/milestones", summary="约定里程碑 · agree on milestones", responses=_CLOSED)
def start_milestones(
    record_id: RecordId,
    body: PlanBody,
    caller: Annotated[Principal, allow(Role.ENTERPRISE)],
    session: Write,
    if_match: IfMatch = None,
) -> MilestoneList:
    """By the demand's owner; payments add up to the award. If-Match is the demand's."""
    plan = bid_awards.start_milestones(session, caller, record_id, body, if_match)
    return answer_as(MilestoneList, plan)


@router.get("/milestones", summary="里程碑与付款 · milestones and payments")
def list_milestones(record_id: RecordId, caller: Caller, session: Read) -> MilestoneList:
    """For the demand's owner, the winning team and the bureau."""
    return answer_as(MilestoneList, bid_awards.read_milestones(session, caller, record_id))


@router.post(
    "/milestones/{number}/decisions",
    summary="交付、退回、通过、付款 · decide a milestone",
    responses=_CLOSED,
)
def decide_milestone(
    record_id: RecordId,
    number: Annotated[int, Path(ge=1, le=50)],
    body: MilestoneDecision,
    caller: Holder,
    session: Write,
    response: Response,
    if_match: IfMatch = None,
) -> MilestoneAnswer:
    """`delivered` by the winner's lead; `returned`, `passed`, `paid` by the demand's owner."""
    row = bid_awards.decide_milestone(session, caller, record_id, number, body, if_match)
    answer = answer_as(MilestoneAnswer, row)
    etag(response, answer.version)
    return answer

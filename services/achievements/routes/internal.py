"""What other houses ask of this one."""

from typing import Annotated

from fastapi import Query, Request

from kit.auth import Role, allow
from kit.http import HouseRouter, Read, Write
from services.achievements.routes.parameters import RecordId
from services.achievements.schemas.achievements import AchievementForCase
from services.achievements.schemas.answers import answer_as
from services.achievements.schemas.comparables import ComparableList, ComparableQuery
from services.achievements.schemas.contracts import TradeRegistered, TradeRegistration
from services.achievements.schemas.exchange import DealAnswer, DealQuestion
from services.achievements.usecases import achievements, comparables, contracts
from services.achievements.usecases.exchange import ask_deal

_SERVICE = [allow(Role.SERVICE)]
router = HouseRouter(prefix="/internal", tags=["内部 · internal"])


@router.get(
    "/achievements/{record_id}",
    dependencies=_SERVICE,
    summary="办件所需的成果信息 · an achievement for a case",
)
def describe_for_case(record_id: RecordId, session: Read) -> AchievementForCase:
    """Title, owner, contributing organisations and ways of transfer."""
    return answer_as(AchievementForCase, achievements.describe_for_case(session, record_id))


@router.get(
    "/comparables", dependencies=_SERVICE, summary="可比合同 · registered contracts to compare with"
)
def list_comparables(query: Annotated[ComparableQuery, Query()], session: Read) -> ComparableList:
    """For the market approach of an appraisal: sums without names, newest first."""
    return comparables.show_comparables(session, query)


@router.post("/exchange-deals", dependencies=_SERVICE, summary="交易中心确认成交 · confirm a deal")
async def confirm_deal(body: DealQuestion, request: Request) -> DealAnswer:
    """Through the one adaptor; says so where the exchange stays silent."""
    return await ask_deal(request.app.state.directory, body)


@router.post(
    "/contracts", dependencies=_SERVICE, summary="登记办件的交易合同 · register a case's trade"
)
def register_trade(body: TradeRegistration, session: Write) -> TradeRegistered:
    """Recognises and registers in one act; the same `source_ref` registers nothing new."""
    row = contracts.register_trade(session, body)
    return TradeRegistered(
        contract_id=row["id"],
        contract_number=row["number"],
        registered_on=row["registered_on"],
    )

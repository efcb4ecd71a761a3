"""Brokers over HTTP."""

from typing import Annotated

from fastapi import Query, Response

from kit.auth import Caller, Principal, Role, allow
from kit.http import HouseRouter, IfMatch, Read, Write, created, etag
from kit.openapi import problem_answer
from kit.pages import Page
from kit.text import choose_language
from services.achievements.routes.parameters import AcceptLanguage, RecordId
from services.achievements.rules.brokers import BrokerFilter
from services.achievements.schemas.answers import (
    answer_as,
    count_rows,
    page_of,
)
from services.achievements.schemas.brokers import (
    BrokerAnswer,
    BrokerBody,
    BrokerChange,
    BrokerCounts,
    BrokerPage,
    BrokerQuery,
    LevelAnswer,
    LevelBody,
    LevelsAnswer,
    PerformanceAnswer,
    TrainingBody,
    TrainingsAnswer,
)
from services.achievements.schemas.records import (
    HistoryAnswer,
    HistoryLine,
)
from services.achievements.usecases import brokers

_PATH = "/v1/brokers"
router = HouseRouter(prefix=_PATH, tags=["技术经纪人 · brokers"])

Agency = Annotated[Principal, allow(Role.BROKER)]
Bureau = Annotated[Principal, allow(Role.OFFICER)]
AgencyOrBureau = Annotated[Principal, allow(Role.BROKER, Role.OFFICER, Role.AUDITOR)]


@router.post("", status_code=201, summary="登记技术经纪人 · enrol a broker")
def enrol_broker(
    body: BrokerBody, caller: Agency, session: Write, response: Response
) -> BrokerAnswer:
    """By its agency, which is registered first."""
    row = brokers.enrol_broker(session, caller, body)
    created(response, f"{_PATH}/{row['id']}", row["version"])
    return answer_as(BrokerAnswer, row)


@router.get("", summary="技术经纪人列表 · list brokers")
def list_brokers(
    query: Annotated[BrokerQuery, Query()], _caller: Caller, session: Read
) -> Page[BrokerAnswer]:
    """People are shown to the platform's members."""
    return page_of(BrokerAnswer, *brokers.find_brokers(session, BrokerFilter(**query.model_dump())))


@router.get("/levels", summary="经纪人等级 · the levels and what they ask")
def list_levels(accept_language: AcceptLanguage = None) -> LevelsAnswer:
    """Data with its date and source; where nothing is laid down it says so."""
    language = choose_language(accept_language)
    return LevelsAnswer(
        items=[
            LevelAnswer(
                code=one.code,
                label=one.name.pick(language),
                rank=one.rank,
                least_credits=one.least_credits,
                assumption=one.assumption,
            )
            for one in brokers.show_levels()
        ]
    )


@router.get("/performance", summary="绩效表 · what agencies and brokers did")
def show_performance(caller: AgencyOrBureau, session: Read) -> PerformanceAnswer:
    """All for the bureau, its own for an agency; every count with its rows."""
    return answer_as(PerformanceAnswer, brokers.show_performance(session, caller))


@router.get("/counts", summary="技术经纪人计数 · brokers in figures")
def count_brokers(_caller: Caller, session: Read) -> BrokerCounts:
    """By level and by agency; each number with the address of its rows."""
    total, levels, agencies = brokers.count_register(session)
    return BrokerCounts(
        total=total,
        by_level=count_rows(_PATH, "level", levels),
        by_agency=count_rows(_PATH, "agency_uscc", agencies),
    )


@router.get("/{broker_id}/history", summary="技术经纪人变更历史 · history of a broker")
def read_broker_history(broker_id: RecordId, caller: Caller, session: Read) -> HistoryAnswer:
    """Every step, for the broker's agency and the bureau."""
    lines = brokers.read_broker_history(session, caller, broker_id)
    return HistoryAnswer(items=[answer_as(HistoryLine, line) for line in lines])


@router.get("/{broker_id}", summary="查看技术经纪人 · read a broker")
def read_broker(
    broker_id: RecordId, _caller: Caller, session: Read, response: Response
) -> BrokerPage:
    """With levels, and what the training is worth today."""
    answer = answer_as(BrokerPage, brokers.show_broker(session, broker_id))
    etag(response, answer.version)
    return answer


@router.patch("/{broker_id}", summary="修改技术经纪人 · change a broker")
def change_broker(
    broker_id: RecordId,
    body: BrokerChange,
    caller: Agency,
    session: Write,
    response: Response,
    if_match: IfMatch = None,
) -> BrokerAnswer:
    """By its agency."""
    row = brokers.update_broker(session, caller, broker_id, body, if_match)
    etag(response, row["version"])
    return answer_as(BrokerAnswer, row)


@router.post(
    "/{broker_id}/training-credits",
    status_code=201,
    summary="登记培训学时 · enter training hours",
    responses={409: problem_answer("该证书已登记 · the certificate is known")},
)
def record_training(
    broker_id: RecordId, body: TrainingBody, caller: Bureau, session: Write, response: Response
) -> TrainingsAnswer:
    """By the bureau; hours count until they expire."""
    found = brokers.record_training(session, caller, broker_id, body)
    created(response, f"{_PATH}/{broker_id}/training-credits")
    return answer_as(TrainingsAnswer, found)


@router.get("/{broker_id}/training-credits", summary="培训学时 · training hours")
def list_training(broker_id: RecordId, _caller: Caller, session: Read) -> TrainingsAnswer:
    """All of them, and how many count today."""
    return answer_as(TrainingsAnswer, brokers.show_training(session, broker_id))


@router.post(
    "/{broker_id}/levels",
    status_code=201,
    summary="授予等级 · give a level",
    responses={409: problem_answer("有效学时不足 · too few valid hours")},
)
def award_level(
    broker_id: RecordId, body: LevelBody, caller: Bureau, session: Write, response: Response
) -> BrokerPage:
    """By the bureau, to whoever had the valid hours on that day."""
    answer = answer_as(BrokerPage, brokers.award_level(session, caller, broker_id, body))
    created(response, f"{_PATH}/{broker_id}", answer.version)
    return answer

"""Technology contracts over HTTP."""

from typing import Annotated

from fastapi import Query, Response

from kit.auth import Caller
from kit.http import HouseRouter, IfMatch, Read, Write, created, etag
from kit.openapi import problem_answer
from kit.pages import Page
from services.achievements.routes.parameters import Holder, RecordId
from services.achievements.rules.filters import ContractFilter
from services.achievements.schemas.answers import answer_as, answer_contract
from services.achievements.schemas.contracts import (
    ContractAnswer,
    ContractBody,
    ContractDecision,
    ContractQuery,
)
from services.achievements.schemas.records import HistoryAnswer, HistoryLine
from services.achievements.usecases import contracts

_PATH = "/v1/contracts"
router = HouseRouter(prefix=_PATH, tags=["技术合同 · contracts"])


@router.post("", status_code=201, summary="录入技术合同 · draft a technology contract")
def draft_contract(
    body: ContractBody, caller: Holder, session: Write, response: Response
) -> ContractAnswer:
    """A draft of the buyer or the seller; 成交额 is not less than 技术交易额."""
    row = contracts.draft_contract(session, caller, body)
    created(response, f"{_PATH}/{row['id']}", row["version"])
    return answer_contract(row)


@router.get("", summary="技术合同列表 · list technology contracts")
def list_contracts(
    query: Annotated[ContractQuery, Query()], caller: Caller, session: Read
) -> Page[ContractAnswer]:
    """Those the caller takes part in; exchange, officers and auditors see all."""
    wanted = ContractFilter(**query.model_dump())
    rows, cursor = contracts.find_contracts(session, caller, wanted)
    return Page(items=[answer_contract(row) for row in rows], next_cursor=cursor)


@router.get("/{contract_id}", summary="查看技术合同 · read a technology contract")
def read_contract(
    contract_id: RecordId, caller: Caller, session: Read, response: Response
) -> ContractAnswer:
    """One, with the steps that are open now."""
    row = contracts.read_contract(session, caller, contract_id)
    etag(response, row["version"])
    return answer_contract(row)


@router.get("/{contract_id}/history", summary="技术合同变更历史 · history of a contract")
def read_contract_history(contract_id: RecordId, caller: Caller, session: Read) -> HistoryAnswer:
    """Every step with actor, organisation and reason."""
    lines = contracts.read_contract_history(session, caller, contract_id)
    return HistoryAnswer(items=[answer_as(HistoryLine, line) for line in lines])


@router.post(
    "/{contract_id}/decisions",
    summary="提交、认定、登记合同 · decide a contract",
    responses={403: problem_answer("无权执行 · not allowed")},
)
def decide_contract(
    contract_id: RecordId,
    body: ContractDecision,
    caller: Caller,
    session: Write,
    response: Response,
    if_match: IfMatch = None,
) -> ContractAnswer:
    """`submitted` by its drafter; `recognized`, `registered`, `refused` by exchange or officer."""
    row = contracts.decide_contract(session, caller, contract_id, body, if_match)
    etag(response, row["version"])
    return answer_contract(row)

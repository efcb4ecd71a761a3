"""Technology contracts over HTTP."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import Query, Response

from kit.auth import Caller
from kit.http import HouseRouter, IfMatch, Read, Write, created, etag
from kit.openapi import problem_answer
from kit.text import choose_language
from services.achievements.routes.parameters import (
    AcceptLanguage,
    Holder,
    RecordId,
    SourceKey,
    created_too,
)
from services.achievements.rules.kinds import Kind
from services.achievements.rules.rows import RowResult
from services.achievements.schemas.answers import (
    answer_as,
    answer_batch,
    answer_contract,
    answer_found,
    count_rows,
    with_contract_steps,
)
from services.achievements.schemas.contracts import (
    ContractAnswer,
    ContractBody,
    ContractCounts,
    ContractDecision,
    ContractHit,
    ContractPatch,
    ContractQuery,
    ContractUpsert,
    ContractUpserted,
)
from services.achievements.schemas.kinds import complete_upsert
from services.achievements.schemas.records import (
    BatchAnswer,
    BatchBody,
    HistoryAnswer,
    HistoryLine,
    RecordPage,
)
from services.achievements.usecases import changes, contracts, records

_PATH = "/v1/contracts"
_KIND = Kind.CONTRACTS
_NO_DRAFT: dict[int | str, dict[str, Any]] = {
    409: problem_answer("合同已不是草稿 · no draft any more")
}
router = HouseRouter(prefix=_PATH, tags=["技术合同 · contracts"])


@router.post("", status_code=201, summary="录入技术合同 · draft a technology contract")
def draft_contract(
    body: ContractBody, caller: Holder, session: Write, response: Response
) -> ContractAnswer:
    """A draft of the buyer or the seller; 成交额 is not less than 技术交易额."""
    row = contracts.draft_contract(session, caller, body)
    created(response, f"{_PATH}/{row['id']}", row["version"])
    return answer_contract(row)


@router.get("", summary="技术合同列表 · list and search technology contracts")
def list_contracts(
    query: Annotated[ContractQuery, Query()], caller: Caller, session: Read
) -> RecordPage[ContractHit]:
    """Those the caller takes part in; exchange, officers and auditors see all."""
    found = records.find_records(session, caller, _KIND, query.wanted())
    return answer_found(
        ContractHit, replace(found, rows=list(map(with_contract_steps, found.rows)))
    )


@router.get("/counts", summary="技术合同计数 · contracts in figures")
def count_contracts(caller: Caller, session: Read) -> ContractCounts:
    """By state and by type; each number with the address of its rows."""
    states, types = contracts.count_by(session, caller)
    return ContractCounts(
        total=sum(count for _, count in states),
        by_state=count_rows(_PATH, "state", states),
        by_type=count_rows(_PATH, "type", types),
    )


@router.get("/{contract_id}", summary="查看技术合同 · read a technology contract")
def read_contract(
    contract_id: RecordId, caller: Caller, session: Read, response: Response
) -> ContractAnswer:
    """One, with the terms in force and the steps that are open now."""
    row = records.read_record(session, caller, _KIND, contract_id)
    etag(response, row["version"])
    return answer_contract(row)


@router.patch("/{contract_id}", summary="修改技术合同草稿 · change a draft", responses=_NO_DRAFT)
def change_contract(
    contract_id: RecordId,
    body: ContractPatch,
    caller: Holder,
    session: Write,
    response: Response,
    if_match: IfMatch = None,
) -> ContractAnswer:
    """Some fields (RFC 7396) of the version named by If-Match, by its drafter; drafts only."""
    row = changes.change_record(session, caller, _KIND, contract_id, body, if_match)
    etag(response, row["version"])
    return answer_contract(row)


@router.put(
    "/by-source/{source_id:path}",
    summary="按来源编号写入技术合同 · upsert by source",
    responses=created_too(ContractUpserted) | _NO_DRAFT,
)
def upsert_contract(
    source_id: SourceKey,
    body: ContractUpsert,
    caller: Holder,
    session: Write,
    response: Response,
    if_match: IfMatch = None,
) -> ContractUpserted:
    """201 created, 200 updated or unchanged; what is no draft any more is left alone (409)."""
    facts = complete_upsert(_KIND, source_id, body)
    row, result = records.upsert_record(session, caller, _KIND, facts, if_match)
    etag(response, row["version"])
    if result is RowResult.CREATED:
        created(response, f"{_PATH}/{row['id']}", row["version"])
    return answer_as(ContractUpserted, answer_contract(row).model_dump(), result=result)


@router.post("/batches", status_code=207, summary="批量写入技术合同 · upsert many contracts")
def upsert_contracts(
    body: BatchBody, caller: Holder, session: Write, accept_language: AcceptLanguage = None
) -> BatchAnswer:
    """Up to 1,000 items; each bad one is named and harms no other."""
    outcomes = records.register_batch(session, caller, _KIND, body.items)
    return answer_batch(outcomes, choose_language(accept_language), f"{_PATH}/batches")


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

"""Changes and cancellations of registered contracts over HTTP."""

from dataclasses import asdict

from fastapi import Response

from kit.auth import Caller
from kit.http import HouseRouter, IfMatch, Read, Write, created, etag
from kit.openapi import problem_answer
from services.achievements.routes.parameters import Holder, RecordId
from services.achievements.schemas.amendments import (
    AmendmentAnswer,
    AmendmentBody,
    AmendmentDecision,
    AmendmentsAnswer,
)
from services.achievements.schemas.answers import answer_amendment, answer_as
from services.achievements.schemas.contracts import TermsInForce
from services.achievements.usecases import amendments

_PATH = "/v1/contracts"
router = HouseRouter(prefix=_PATH, tags=["技术合同 · contracts"])


@router.post(
    "/{contract_id}/amendments",
    status_code=201,
    summary="申请变更或撤销登记 · ask for a change or a cancellation",
    responses={409: problem_answer("合同未登记或已有申请 · not registered, or one is pending")},
)
def request_amendment(
    contract_id: RecordId, body: AmendmentBody, caller: Holder, session: Write, response: Response
) -> AmendmentAnswer:
    """By a side of a registered contract; the contract itself is never edited."""
    row = amendments.request_amendment(session, caller, contract_id, body)
    created(response, f"{_PATH}/{contract_id}/amendments/{row['id']}", row["version"])
    return answer_amendment(row)


@router.get("/{contract_id}/amendments", summary="变更与撤销记录 · list amendments")
def list_amendments(contract_id: RecordId, caller: Caller, session: Read) -> AmendmentsAnswer:
    """All records in their order, and the terms that are in force."""
    found = amendments.find_amendments(session, caller, contract_id)
    return AmendmentsAnswer(
        in_force=answer_as(TermsInForce, asdict(found.in_force)),
        items=[answer_amendment(row) for row in found.items],
    )


@router.post(
    "/{contract_id}/amendments/{amendment_id}/decisions",
    summary="审核变更或撤销 · decide an amendment",
    responses={409: problem_answer("此步骤未开放 · the step is not open")},
)
def decide_amendment(
    contract_id: RecordId,
    amendment_id: RecordId,
    body: AmendmentDecision,
    caller: Caller,
    session: Write,
    response: Response,
    if_match: IfMatch = None,
) -> AmendmentAnswer:
    """Accepted or refused by exchange or officer who did not ask; subsidies and credit are told."""
    row = amendments.decide_on_amendment(session, caller, contract_id, amendment_id, body, if_match)
    etag(response, row["version"])
    return answer_amendment(row)

"""归集: facts from government suppliers."""

from typing import Annotated

from fastapi import File, Request, Response, UploadFile

from kit.auth import Principal, Role, allow
from kit.http import HouseRouter, Read, Write, created
from kit.text import choose_language
from services.credit.schemas.acts import FactChangeAnswer, FactRevocation, describe_change
from services.credit.schemas.facts import (
    FactBatchAnswer,
    FactBatchRequest,
    FactReceipt,
    FactResult,
    Telling,
    describe_receipt,
    describe_row_problem,
)
from services.credit.usecases import acts, fact_files, facts
from services.credit.usecases.facts import RowOutcome

router = HouseRouter(prefix="/v1/credit-facts", tags=["credit-facts"])


@router.post("/batches", status_code=207, summary="归集信用信息 · Take in credit facts")
def take_in_batch(
    body: FactBatchRequest,
    request: Request,
    response: Response,
    session: Write,
    caller: Annotated[Principal, allow(Role.OFFICER)],
) -> FactBatchAnswer:
    """Up to 1,000 rows, each judged alone; known rows are `unchanged`, corrections new records."""
    batch, outcomes = facts.take_in_batch(session, caller, body.items)
    response.headers["Location"] = f"/v1/credit-facts/batches/{batch.id}"
    telling = _telling_of(request)
    items = [_describe(place, each, telling) for place, each in enumerate(outcomes)]
    return FactBatchAnswer(receipt=describe_receipt(batch), items=items)


@router.post("/files", status_code=201, summary="归集文件 · Take in a table of credit facts")
def take_in_file(
    file: Annotated[UploadFile, File(description="xlsx, or csv in UTF-8 or GBK; ≤ 5,000 rows")],
    session: Write,
    response: Response,
    caller: Annotated[Principal, allow(Role.OFFICER)],
) -> FactReceipt:
    """Heads: uscc, item, value, source, valid_from … or their Chinese names; each row alone."""
    batch = fact_files.take_in_file(session, caller, file.filename or "upload", file.file)
    created(response, f"/v1/credit-facts/batches/{batch.id}")
    return describe_receipt(batch)


@router.get("/batches/{batch_id}", summary="归集回执 · The receipt of a delivery")
def get_receipt(
    batch_id: str,
    session: Read,
    caller: Annotated[Principal, allow(Role.OFFICER, Role.AUDITOR)],
) -> FactReceipt:
    """How many facts were new, known, or not taken."""
    return describe_receipt(facts.show_receipt(session, caller, batch_id))


@router.post("/{fact_id}/revocations", status_code=201, summary="撤销信用信息 · Revoke a fact")
def revoke_fact(
    fact_id: str,
    body: FactRevocation,
    session: Write,
    caller: Annotated[Principal, allow(Role.OFFICER)],
) -> FactChangeAnswer:
    """The decision under it was revoked; by its supplier. Who had read the fact is told."""
    changed = acts.revoke_fact(session, caller, fact_id, body)
    return describe_change(changed.record, changed.score_before, changed.score_after)


def _telling_of(request: Request) -> Telling:
    language = choose_language(request.headers.get("accept-language"))
    return Telling(language, request.url.path, request.scope.get("request_id", ""))


def _describe(place: int, outcome: RowOutcome, telling: Telling) -> FactResult:
    return FactResult(
        index=place,
        source_id=outcome.source_id,
        result=outcome.result,
        id=outcome.id,
        corrects=outcome.corrects,
        problem=describe_row_problem(outcome.error, telling) if outcome.error else None,
    )

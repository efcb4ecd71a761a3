"""拨付."""

from typing import Annotated

from fastapi import File, Query, Request, Response, UploadFile

from kit.auth import Principal, Role, allow
from kit.http import HouseRouter, Read, Write, created, etag
from kit.pages import Page
from kit.text import choose_language
from services.subsidies.schemas.disbursements import (
    DisbursementAnswer,
    DisbursementQuery,
    DisbursementRequest,
    DisbursementSummary,
    ReturnFileAnswer,
    ReturnFileList,
)
from services.subsidies.usecases import disbursements, return_files

router = HouseRouter(prefix="/v1/disbursements", tags=["disbursements"])

Officer = Annotated[Principal, allow(Role.OFFICER)]
Reader = Annotated[Principal, allow(Role.OFFICER, Role.AUDITOR)]
_CSV = "text/csv; charset=utf-8"


@router.post("", status_code=201, summary="编制拨付批次 · Make a payment batch")
def order_disbursement(
    body: DisbursementRequest, session: Write, response: Response, caller: Officer
) -> DisbursementAnswer:
    """Of applications whose public notice is over: all of them, or none with the reason."""
    batch = disbursements.order_disbursement(session, caller, body)
    created(response, f"/v1/disbursements/{batch.id}", batch.version)
    return batch


@router.get("", summary="拨付批次列表 · Payment batches")
def list_disbursements(
    query: Annotated[DisbursementQuery, Query()], session: Read, _caller: Reader
) -> Page[DisbursementSummary]:
    """Newest first."""
    return disbursements.show_disbursements(session, query)


@router.get("/{disbursement_id}", summary="一个拨付批次 · One batch with its lines")
def get_disbursement(
    disbursement_id: str, session: Read, response: Response, _caller: Reader
) -> DisbursementAnswer:
    """What each payee is to get and got."""
    batch = disbursements.show_disbursement(session, disbursement_id)
    etag(response, batch.version)
    return batch


@router.get(
    "/{disbursement_id}/file",
    summary="付款文件 · The file for the bank",
    response_class=Response,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
def get_payment_file(disbursement_id: str, session: Read, _caller: Reader) -> Response:
    """The open lines as csv: line_id, payee_uscc, payee_name, amount_yuan."""
    content = disbursements.write_payment_file(session, disbursement_id)
    headers = {"Content-Disposition": f'attachment; filename="{disbursement_id}.csv"'}
    return Response(content, media_type=_CSV, headers=headers)


@router.post(
    "/{disbursement_id}/return-files",
    status_code=201,
    summary="上传银行回盘 · The bank's return file",
    responses={200: {"model": ReturnFileAnswer, "description": "同一文件 · the same file again"}},
    max_body_size=return_files.MAX_BYTES,
)
def take_in_return_file(
    disbursement_id: str,
    file: Annotated[UploadFile, File(description="csv in UTF-8 or GBK, see the description")],
    session: Write,
    request: Request,
    response: Response,
    caller: Officer,
) -> ReturnFileAnswer:
    """csv: line_id, payee_uscc, amount_yuan, result (paid or failed), paid_on, bank_ref, message.

    Each row has one answer; what cannot be booked is kept for a person. The same file or the same
    row again changes nothing.
    """
    language = choose_language(request.headers.get("accept-language"))
    name, content = file.filename or "return.csv", file.file.read()
    answer, is_new = return_files.take_in_return_file(
        session, caller, disbursement_id, name, content, language
    )
    response.status_code = 201 if is_new else 200
    return answer


@router.get("/{disbursement_id}/return-files", summary="银行回盘列表 · Return files of a batch")
def list_return_files(
    disbursement_id: str, session: Read, request: Request, _caller: Reader
) -> ReturnFileList:
    """Every row that ever came, with its answer."""
    language = choose_language(request.headers.get("accept-language"))
    return return_files.show_return_files(session, disbursement_id, language)

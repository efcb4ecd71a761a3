"""征信查询."""

from typing import Annotated

from fastapi import Response

from kit.auth import INSTITUTIONS, Principal, Role, allow
from kit.hot import HotRouter
from kit.http import HouseRouter, Write
from kit.versions import etag_of
from services.credit.schemas.inquiries import InquiryAnswer, InquiryRequest
from services.credit.usecases import inquiries

hot = HotRouter(prefix="/v1/inquiries", tags=["inquiries"], in_lane=True)
router = HouseRouter(prefix="/v1/inquiries", tags=["inquiries"])
Institution = Annotated[Principal, allow(*INSTITUTIONS, Role.OFFICER)]


@hot.post(
    "",
    status_code=201,
    response_model=InquiryAnswer,
    summary="查询信用画像 · Look at an enterprise's credit profile",
)
def inquire(body: InquiryRequest, session: Write, caller: Institution) -> Response:
    """Within a consent; without one 403 `consent_required`. Both stand in the access log.

    `X-JWS-Signature` is a detached JWS (ES256) over the bytes of the answer; keys at
    `/v1/credit-keys`.
    """
    inquiry = inquiries.inquire(session, caller, body)
    headers = _signed(inquiry.signature) | {"Location": f"/v1/inquiries/{inquiry.id}"}
    return Response(inquiry.answer, 201, headers, "application/json")


@router.get(
    "/{inquiry_id}",
    response_model=InquiryAnswer,
    summary="再次取得所答内容 · The same answer again, bit for bit",
)
def get_inquiry(inquiry_id: str, session: Write, caller: Institution) -> Response:
    """For the institution that asked, while the consent stands; logged, but no read is used."""
    inquiry = inquiries.read_inquiry_again(session, caller, inquiry_id)
    return Response(inquiry.answer, 200, _signed(inquiry.signature), "application/json")


@router.get(
    "/{inquiry_id}/jws",
    response_class=Response,
    responses={200: {"content": {"application/jose": {"schema": {"type": "string"}}}}},
    summary="已签名的答复 · The answer as a compact JWS",
)
def get_signed_inquiry(inquiry_id: str, session: Write, caller: Institution) -> Response:
    """The answer and its signature in one (RFC 7515), to prove what was told; logged."""
    signed = inquiries.read_signed_answer(session, caller, inquiry_id)
    return Response(signed, media_type="application/jose")


@router.get(
    "/{inquiry_id}/report.pdf",
    response_class=Response,
    responses={
        200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}
    },
    summary="查询报告 · The report for the file",
)
def get_report(inquiry_id: str, session: Write, caller: Institution) -> Response:
    """What was answered, in Chinese, with the inquiry number on every page; logged."""
    report = inquiries.print_inquiry(session, caller, inquiry_id)
    name = {"Content-Disposition": f'attachment; filename="inquiry-{inquiry_id}.pdf"'}
    return Response(report, headers=name, media_type="application/pdf")


def _signed(signature: str | None) -> dict[str, str]:
    tag = {"ETag": etag_of(1)}
    return tag if signature is None else tag | {"X-JWS-Signature": signature}

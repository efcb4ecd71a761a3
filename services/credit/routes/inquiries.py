"""征信查询."""

from typing import Annotated

from fastapi import Response

from kit.auth import INSTITUTIONS, Principal, Role, allow
from kit.http import HouseRouter, Write
from kit.versions import etag_of
from services.credit.schemas.inquiries import InquiryAnswer, InquiryRequest
from services.credit.usecases import inquiries

router = HouseRouter(prefix="/v1/inquiries", tags=["inquiries"])
Institution = Annotated[Principal, allow(*INSTITUTIONS, Role.OFFICER)]


@router.post(
    "",
    status_code=201,
    response_model=InquiryAnswer,
    summary="查询信用画像 · Look at an enterprise's credit profile",
)
def inquire(body: InquiryRequest, session: Write, caller: Institution) -> Response:
    """Within a consent; without one 403 `consent_required`. Both stand in the access log."""
    inquiry = inquiries.inquire(session, caller, body)
    headers = {"Location": f"/v1/inquiries/{inquiry.id}", "ETag": etag_of(1)}
    return Response(inquiry.answer, 201, headers, "application/json")


@router.get(
    "/{inquiry_id}",
    response_model=InquiryAnswer,
    summary="再次取得所答内容 · The same answer again, bit for bit",
)
def get_inquiry(inquiry_id: str, session: Write, caller: Institution) -> Response:
    """For the institution that asked, while the consent stands; logged, but no read is used."""
    answer = inquiries.read_inquiry_again(session, caller, inquiry_id)
    return Response(answer, headers={"ETag": etag_of(1)}, media_type="application/json")

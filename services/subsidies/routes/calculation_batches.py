"""批量测算."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from fastapi import Request

from kit.streams import NDJSON, DuplexResponse, StreamRouter, read_lines
from kit.text import choose_language
from services.subsidies.usecases.calculation_batches import Asking, calculate_lines

router = StreamRouter(prefix="/v1/subsidies/calculation-batches", tags=["subsidies"])

_TURN = 32
"""Lines answered before anybody else has a turn."""
_EXAMPLE = '{"on": "2024-06-30", "applicant": {"kind": "enterprise"}}\n'
LINES_IN: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {NDJSON: {"schema": {"type": "string"}, "example": _EXAMPLE}},
    }
}


@router.post(
    "",
    response_class=DuplexResponse,
    responses={200: {"content": {NDJSON: {"schema": {"type": "string"}}}}},
    openapi_extra=LINES_IN,
    summary="批量测算（NDJSON 流）· Calculate many, line by line",
)
async def calculate_batch(request: Request) -> DuplexResponse:
    """For everyone. Each line is the body of one calculation; answers come in order, while lines
    are still sent: `{"line": 1, "result": {…}}`, or `{"line": 2, "problem": {…}}` for a line that
    cannot be read. Nothing is stored.
    """
    language = choose_language(request.headers.get("accept-language"))
    asking = Asking(language, request.url.path, request.scope["request_id"])
    headers = {"Content-Language": language.value, "Vary": "Accept-Language"}
    return DuplexResponse(_answer(request, asking), headers=headers, media_type=NDJSON)


async def _answer(request: Request, asking: Asking) -> AsyncIterator[bytes]:
    async for block in read_lines(request):
        for begin in range(0, len(block), _TURN):
            yield calculate_lines(block[begin : begin + _TURN], asking)
            await asyncio.sleep(0)

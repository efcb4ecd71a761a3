"""模拟."""

from typing import Annotated, Any

from fastapi import Body, Request
from fastapi.openapi.models import Example
from starlette.concurrency import run_in_threadpool

from kit.http import HouseRouter
from kit.streams import NDJSON, StreamRouter, read_lines
from kit.text import choose_language
from services.subsidies.schemas.simulations import SimulationAnswer, SimulationRequest
from services.subsidies.usecases.simulations import SimulationStream, simulate

router = HouseRouter(prefix="/v1/subsidies/simulations", tags=["subsidies"])
stream_router = StreamRouter(prefix="/v1/subsidies/simulations/streams", tags=["subsidies"])

_THIRD_PRIZE: dict[str, Any] = {
    "on": "2024-06-30",
    "after": {"parameters": {"award.shandong_st_progress.third": "40000.00"}},
    "budget": {"available_yuan": "20000000.00", "cut": "pro_rata"},
}
EXAMPLES: dict[str, Example] = {
    "third prize": {
        "summary": "省三等奖提高到4万元要多少钱 · what would the third prize at 40,000 cost",
        "value": {**_THIRD_PRIZE, "synthetic": {"applicants": 10000, "seed": 7}},
    },
    "universities": {
        "summary": "高校计入后的影响 · what if universities count",
        "value": {
            "on": "2024-06-30",
            "after": {"switches": {"university_in_rules": "university_counts"}},
            "applicants": [{"applicant": {"kind": "university", "in_district": True}}],
        },
    },
}
_LINES_IN: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {NDJSON: {"schema": {"type": "string"}, "example": '{"on": "2024-06-30"}\n'}},
    }
}


@router.post("", summary="政策模拟 · What another number or reading would cost")
def simulate_policies(
    body: Annotated[SimulationRequest, Body(openapi_examples=EXAMPLES)],
) -> SimulationAnswer:
    """For everyone; nothing is stored. Two policies over the same applicants: stated ones (up to
    10,000 in one body) or a made-up district of up to 2,000,000. Every sum is exact to the fen.
    """
    return simulate(body)


@stream_router.post(
    "",
    openapi_extra=_LINES_IN,
    summary="政策模拟（NDJSON 流）· The same over a stream of applicants",
)
async def simulate_stream(request: Request) -> SimulationAnswer:
    """The first line is the question (`on`, `before`, `after`, `budget`), each other line the facts
    of one applicant. A line that cannot be read is named and is in no sum.
    """
    stream = SimulationStream(choose_language(request.headers.get("accept-language")))
    async for block in read_lines(request):
        await run_in_threadpool(stream.take, block)
    return await run_in_threadpool(stream.finish)

"""Packages to the platforms above: to the address that is configured, or to the simulator."""

import httpx

from kit.jobs import Work
from services.credit.rules.arrangements import Arrangements

_TIMEOUT = httpx.Timeout(60.0, connect=5.0)


async def send_package(work: Work, arrangements: Arrangements, outlet: str, body: bytes) -> bytes:
    """What was answered; anything but success raises, and the job is tried again."""
    headers = {"Content-Type": "application/json"}
    address = arrangements.outlets.get(outlet)
    if address is not None:
        async with httpx.AsyncClient(timeout=_TIMEOUT, trust_env=False) as http:
            answer = await http.post(f"{address}/packages", content=body, headers=headers)
    else:
        # A SIMULATOR of ours, in the demo mode only: there is no live connection.
        service = await work.directory.service_headers()
        answer = await work.directory.client("credit").post(
            f"/internal/simulators/{outlet}/packages", content=body, headers=headers | service
        )
    answer.raise_for_status()
    return answer.content

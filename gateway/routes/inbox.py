"""Events from the other houses. For anybody else this address does not exist."""

from typing import Annotated

from fastapi import Depends, Request, Response

from gateway.usecases import inbox
from kit.auth import Principal, Role, find_principal
from kit.errors import no_such
from kit.events import Envelope
from kit.http import HouseRouter, Write

router = HouseRouter(prefix="/internal/events", tags=["internal"])


async def find_service(request: Request) -> Principal:
    """Another house; whoever else asks is told that there is nothing here."""
    principal = await find_principal(request)
    if principal is None or principal.role is not Role.SERVICE:
        raise no_such("地址", "address", request.url.path)
    return principal


@router.post(
    "",
    status_code=204,
    response_class=Response,
    include_in_schema=False,
    summary="收件 · Take in an event",
)
def take_event(
    body: Envelope, session: Write, _caller: Annotated[Principal, Depends(find_service)]
) -> None:
    """At least once delivered, once effective."""
    inbox.take_event(session, body)

"""Events from the other houses."""

from typing import Annotated

from fastapi import Response

from gateway.usecases import inbox
from kit.auth import Principal, Role, allow
from kit.events import Envelope
from kit.http import HouseRouter, Write

router = HouseRouter(prefix="/internal/events", tags=["internal"])


@router.post("", status_code=204, response_class=Response, summary="收件 · Take in an event")
def take_event(
    body: Envelope, session: Write, _caller: Annotated[Principal, allow(Role.SERVICE)]
) -> None:
    """At least once delivered, once effective."""
    inbox.take_event(session, body)

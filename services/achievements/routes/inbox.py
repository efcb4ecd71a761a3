"""Events of other houses come in here."""

from kit.auth import Role, allow
from kit.events import Envelope
from kit.http import HouseRouter, Write
from services.achievements.usecases import inbox

_SERVICE = [allow(Role.SERVICE)]
router = HouseRouter(prefix="/internal/events", tags=["内部 · internal"])


@router.post("", status_code=204, dependencies=_SERVICE, summary="接收事件 · take an event")
def take_event(body: Envelope, session: Write) -> None:
    """Each event has its effect once, however often it is delivered."""
    inbox.take_event(session, body)

"""What the front page shows."""

from collections.abc import Sequence

from gateway.store.clients import list_demo_clients
from gateway.tables import Client
from kit.db import ReadSession
from kit.settings import Mode, Settings


def list_shown_clients(session: ReadSession, settings: Settings) -> Sequence[Client]:
    """The demo clients in the demo mode; in production, nobody."""
    return list_demo_clients(session) if settings.mode is Mode.DEMO else ()

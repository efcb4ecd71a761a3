"""Clients: who may take tokens, for which organisation and in which role."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from gateway.tables import Client
from kit.db import WriteSession


def find_client(session: Session, client_id: str) -> Client | None:
    """A client by its id."""
    return session.get(Client, client_id)


def list_clients(session: Session) -> list[Client]:
    """All clients, the oldest first."""
    return list(session.scalars(select(Client).order_by(Client.created_at, Client.id)))


def lock_client(session: WriteSession, client_id: str) -> Client | None:
    """A client, to revoke it."""
    return session.get(Client, client_id, with_for_update=True)


def list_demo_clients(session: Session) -> list[Client]:
    """The public clients of the demo mode."""
    return list(session.scalars(select(Client).where(Client.is_demo).order_by(Client.created_at)))


def list_known_clients(session: Session, client_ids: Iterable[str]) -> set[str]:
    """Which of these ids are taken."""
    return set(session.scalars(select(Client.id).where(Client.id.in_(list(client_ids)))))


def find_organization_name(session: Session, uscc: str) -> str | None:
    """The name under which an organisation's clients are registered."""
    return session.scalars(select(Client.org_name).where(Client.uscc == uscc).limit(1)).first()


def add_client(session: WriteSession, values: dict[str, Any]) -> None:
    """Register a client; one that is there already stays as it is."""
    session.execute(insert(Client).values(values).on_conflict_do_nothing())

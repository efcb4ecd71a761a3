"""Registering clients and institutions; the public ones of the demo mode among them."""

from typing import Any

from gateway.rules.secrets import hash_secret
from gateway.rules.stages import Stage
from gateway.store.clients import add_client, list_known_clients, lock_client
from gateway.store.institutions import add_institution
from gateway.store.packs import list_demo_entries
from gateway.usecases.products import add_demo_products
from kit.auth import Principal
from kit.clock import now
from kit.db import Database, WriteSession

DEMO_SECRET = "demo"  # noqa: S105 public on purpose, and refused outside the demo mode


def register_client(
    session: WriteSession, principal: Principal, secret: str, *, is_demo: bool = False
) -> None:
    """A client that may take tokens for its organisation."""
    add_client(
        session,
        {
            "id": principal.client_id,
            "secret_hash": hash_secret(secret),
            "role": principal.role.value,
            "uscc": principal.uscc,
            "org_name": principal.org_name,
            "org_kind": principal.org_kind,
            "is_demo": is_demo,
            "created_at": now(),
        },
    )


def revoke_client(session: WriteSession, client_id: str) -> bool:
    """撤销: it takes no more tokens; False where there is no active client of that name."""
    client = lock_client(session, client_id)
    if client is None or client.revoked_at is not None:
        return False
    client.revoked_at = now()
    session.flush()
    return True


def register_institution(
    session: WriteSession, stage: Stage, principal: Principal, *, is_default: bool
) -> None:
    """An institution that takes cases at a stage."""
    values: dict[str, Any] = {
        "stage": stage.value,
        "uscc": principal.uscc,
        "role": principal.role.value,
        "name": principal.org_name,
        "is_default": is_default,
        "four_eyes": False,
    }
    add_institution(session, values)


def add_demo_clients(database: Database) -> None:
    """The demo clients and who holds which stage; a second time changes nothing."""
    entries = list_demo_entries()
    with database.write() as session:
        known = list_known_clients(session, [entry.principal.client_id for entry in entries])
        for entry in entries:
            if entry.principal.client_id not in known:
                register_client(session, entry.principal, DEMO_SECRET, is_demo=True)
            for stage in entry.stages:
                register_institution(session, stage, entry.principal, is_default=True)
        add_demo_products(session, [entry.principal for entry in entries])

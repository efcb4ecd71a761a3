"""Clients' public keys, and the assertions that were used."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from gateway.tables.client_keys import ClientKey, UsedAssertion
from kit.db import ReadSession, WriteSession


def add_key(session: WriteSession, values: dict[str, Any]) -> bool:
    """Register a key; False when this very key was registered before."""
    made = insert(ClientKey).values(values).on_conflict_do_nothing().returning(ClientKey.kid)
    return session.scalars(made).first() is not None


def list_keys(session: ReadSession | WriteSession, client_id: str) -> list[ClientKey]:
    """All keys of a client, retired ones too, oldest first."""
    wanted = select(ClientKey).where(ClientKey.client_id == client_id)
    return list(session.scalars(wanted.order_by(ClientKey.added_at, ClientKey.kid)))


def lock_key(session: WriteSession, client_id: str, kid: str) -> ClientKey | None:
    """A key held until the end of the transaction."""
    wanted = select(ClientKey).where(ClientKey.client_id == client_id, ClientKey.kid == kid)
    return session.scalars(wanted.with_for_update()).one_or_none()


def use_assertion(
    session: WriteSession, client_id: str, jti: str, expires_at: datetime, at: datetime
) -> bool:
    """Note an assertion as used; False when it was used before. What has expired is forgotten."""
    session.execute(delete(UsedAssertion).where(UsedAssertion.expires_at < at))
    values = {"client_id": client_id, "jti": jti, "expires_at": expires_at}
    made = insert(UsedAssertion).values(values).on_conflict_do_nothing()
    return session.scalars(made.returning(UsedAssertion.jti)).first() is not None

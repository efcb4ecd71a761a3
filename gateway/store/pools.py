"""What is in force for a firm, and risk pools: sums that are only changed under a lock."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import Row, Table, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or_leave
from sqlalchemy.orm import Session

from gateway.tables import GuaranteeExposure, RiskPool, RiskPoolEntry
from kit.clock import now
from kit.db import WriteSession
from kit.errors import no_such

_EXPOSURES = cast(Table, GuaranteeExposure.__table__)
_POOLS = cast(Table, RiskPool.__table__)
_ENTRIES = cast(Table, RiskPoolEntry.__table__)
_ZERO = Decimal("0.00")


def find_exposure(session: Session, uscc: str) -> Decimal:
    """What is in force for a firm now."""
    query = select(_EXPOSURES.c.in_force_yuan).where(_EXPOSURES.c.uscc == uscc)
    return session.execute(query).scalar() or _ZERO


def lock_exposure(session: WriteSession, uscc: str) -> Decimal:
    """The same, held until the end of the transaction."""
    entered = insert_or_leave(_EXPOSURES).values(uscc=uscc, in_force_yuan=_ZERO)
    session.execute(entered.on_conflict_do_nothing())
    query = select(_EXPOSURES.c.in_force_yuan).where(_EXPOSURES.c.uscc == uscc).with_for_update()
    total: Decimal = session.execute(query).scalar_one()
    return total


def change_exposure(session: WriteSession, uscc: str, difference: Decimal) -> None:
    """Add to what is in force for a firm, or take away."""
    total = lock_exposure(session, uscc) + difference
    changed = update(_EXPOSURES).where(_EXPOSURES.c.uscc == uscc).values(in_force_yuan=total)
    session.execute(changed)


def list_pools(session: Session) -> list[Row[Any]]:
    """All pools."""
    return list(session.execute(select(_POOLS).order_by(_POOLS.c.id)))


def list_entries(session: Session, pool_id: str) -> list[Row[Any]]:
    """What went in and out of a pool, in order."""
    query = select(_ENTRIES).where(_ENTRIES.c.pool_id == pool_id)
    return list(session.execute(query.order_by(_ENTRIES.c.sequence)))


def find_pool(session: Session, pool_id: str) -> Row[Any] | None:
    """A pool, if there is one of that name."""
    return session.execute(select(_POOLS).where(_POOLS.c.id == pool_id)).one_or_none()


def lock_pool(session: WriteSession, pool_id: str) -> Row[Any]:
    """A pool that nobody else can change until this transaction ends."""
    query = select(_POOLS).where(_POOLS.c.id == pool_id).with_for_update()
    row = session.execute(query).one_or_none()
    if row is None:
        raise no_such("资金池", "pool", pool_id)
    return row


def add_pool(session: WriteSession, pool_id: str, name: str) -> None:
    """A pool with nothing in it; one that is there stays as it is."""
    entered = insert_or_leave(_POOLS).values(id=pool_id, name=name, balance_yuan=_ZERO, version=0)
    session.execute(entered.on_conflict_do_nothing())


def add_entry(
    session: WriteSession,
    pool_id: str,
    amount: Decimal,
    actor: Mapping[str, object],
    reason: str,
    guarantee_id: str | None = None,
) -> Decimal:
    """Money into a pool, or out of it; its balance after. The table refuses one below nothing."""
    pool = lock_pool(session, pool_id)
    balance, sequence = pool.balance_yuan + amount, pool.version + 1
    session.execute(
        update(_POOLS).where(_POOLS.c.id == pool_id).values(balance_yuan=balance, version=sequence)
    )
    session.execute(
        insert(_ENTRIES).values(
            pool_id=pool_id,
            sequence=sequence,
            amount_yuan=amount,
            balance_yuan=balance,
            guarantee_id=guarantee_id,
            actor=dict(actor),
            reason=reason,
            at=now(),
        )
    )
    return cast(Decimal, balance)

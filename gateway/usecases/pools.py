"""风险补偿资金池: opened and filled by the bureau; paid out by compensation alone."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import Row

from gateway.schemas.guarantees import PoolAnswer, PoolEntryAnswer, PoolList, PoolRequest
from gateway.store.pools import add_entry, add_pool, find_pool, list_entries, list_pools
from gateway.usecases.cases import actor_of
from kit.auth import Principal
from kit.db import ReadSession, WriteSession
from kit.errors import no_such


def fill_pool(
    session: WriteSession, caller: Principal, pool_id: str, request: PoolRequest
) -> PoolAnswer:
    """拨入: open the pool where it is new, and put money in."""
    add_pool(session, pool_id, request.name)
    if request.deposit_yuan:
        actor = asdict(actor_of(caller, caller.uscc))
        add_entry(session, pool_id, request.deposit_yuan, actor, request.reason)
    return show_pool(session, pool_id)


def show_pool(session: ReadSession | WriteSession, pool_id: str) -> PoolAnswer:
    """A pool with everything that went in and out."""
    pool = find_pool(session, pool_id)
    if pool is None:
        raise no_such("资金池", "pool", pool_id)
    entries = [_describe_entry(row) for row in list_entries(session, pool_id)]
    return _describe(pool, entries)


def show_pools(session: ReadSession) -> PoolList:
    """All pools, without their entries."""
    return PoolList(items=[_describe(row, []) for row in list_pools(session)])


def _describe(pool: Row[Any], entries: list[PoolEntryAnswer]) -> PoolAnswer:
    return PoolAnswer(
        id=pool.id,
        name=pool.name,
        balance_yuan=pool.balance_yuan,
        version=pool.version,
        entries=entries,
    )


def _describe_entry(row: Row[Any]) -> PoolEntryAnswer:
    return PoolEntryAnswer(
        sequence=row.sequence,
        amount_yuan=row.amount_yuan,
        balance_yuan=row.balance_yuan,
        guarantee_id=row.guarantee_id,
        actor=row.actor,
        reason=row.reason,
        at=row.at,
    )

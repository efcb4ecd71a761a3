"""易: the trade record that makes a case a success, of three kinds.

A technology contract is registered at (or found in) the achievements house; an exchange deal is
confirmed by the exchange through its adaptor, each answer kept as a receipt; an equity
contribution is recorded as the exchange states it, with its registration number.
"""

from collections.abc import Mapping
from typing import Any

from anyio.to_thread import run_sync

from gateway.clients.achievements import (
    confirm_deal,
    find_achieved,
    find_registered_contract,
    register_contract,
)
from gateway.rules.cases import TradeRecord
from gateway.rules.contracts import complete_terms, list_said_terms
from gateway.rules.ledger import Actor
from gateway.rules.trades import read_deal, read_equity, record_deal
from gateway.store.cases import find_case_by_contract, find_case_by_reference
from gateway.store.receipts import add_receipt
from gateway.usecases.seats import Seat
from kit.clock import today
from kit.db import Database, WriteSession
from kit.directory import Directory
from kit.errors import RuleBroken, invalid
from kit.text import Text


async def make_record(
    directory: Directory, database: Database, seat: Seat, actor: Actor, result: Mapping[str, Any]
) -> TradeRecord:
    """What the holder of 易 says, made sure of where it is kept."""
    equity, deal = result.get("equity_contribution"), result.get("exchange_deal")
    if equity is not None:
        return read_equity(equity, today())
    if deal is not None:
        return await _make_deal(directory, database, seat, deal)
    return await _make_contract(directory, seat, actor, result)


async def _make_deal(
    directory: Directory, database: Database, seat: Seat, said: object
) -> TradeRecord:
    deal = read_deal(said, seat.case)
    receipt = await confirm_deal(directory, seat.case, seat.track.id, deal)
    await run_sync(_keep_receipt, database, receipt)
    return record_deal(deal, receipt)


def _keep_receipt(database: Database, receipt: Any) -> None:
    """In a transaction of its own: what the exchange said stays, whatever becomes of the case."""
    with database.write() as session:
        add_receipt(session, receipt)


async def _make_contract(
    directory: Directory, seat: Seat, actor: Actor, result: Mapping[str, Any]
) -> TradeRecord:
    """A contract registered already, or one that is registered now."""
    case, said = seat.case, result.get("contract")
    named = said if isinstance(said, Mapping) else result
    contract_id = named.get("contract_id") or result.get("contract_id")
    number = named.get("contract_number") or result.get("contract_number")
    if contract_id is not None or number is not None:
        found = await find_registered_contract(
            directory, case, contract_id=contract_id, number=number
        )
        if found is None:
            raise invalid(
                "/result/contract_id" if contract_id is not None else "/result/contract_number",
                "contract_not_registered",
                Text(
                    "该企业没有这份已登记的技术合同",
                    "the enterprise has no such registered technology contract",
                ),
            )
        return found
    achieved = await find_achieved(directory, case.achievement_id) if case.achievement_id else None
    terms = complete_terms(list_said_terms(result), case, achieved)
    return await register_contract(directory, case, seat.track.id, terms, actor)


def refuse_second_use(session: WriteSession, record: TradeRecord | None) -> None:
    """One contract, deal or contribution makes one case a success."""
    if record is None:
        return
    used = None
    if record.contract_id is not None:
        used = find_case_by_contract(session, record.contract_id)
    elif record.reference is not None:
        used = find_case_by_reference(session, record.reference)
    if used is not None:
        raise RuleBroken(
            "contract_used",
            Text(
                f"该合同（交易）已是办件 {used} 的交易记录",
                f"this contract or deal is the trade record of case {used} already",
            ),
        )

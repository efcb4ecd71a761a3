"""The mirror at the exchange: it is told of listings, and we hear of its deals, exactly once each.

Telling and hearing are tried when something changes and every minute. While the exchange is
silent nothing piles up: only the newest version of a listing is told when it speaks again.
"""

from typing import Any

from anyio.to_thread import run_sync
from pydantic import ValidationError

from kit.auth import Principal, Role
from kit.clock import now
from kit.db import Database, ReadSession, WriteSession
from kit.directory import Directory
from kit.errors import Unavailable
from kit.jobs import Work
from kit.logs import log
from kit.money import format_yuan
from services.achievements.clients.exchange import (
    Answered,
    ask_changes,
    confirm_deal,
    is_connected,
    tell_listing,
)
from services.achievements.rules.exchange import MessageKind, Outcome, advance, judge_message
from services.achievements.rules.listings import (
    LISTING_STEPS,
    ListingAct,
    ListingState,
    ListingWay,
)
from services.achievements.schemas.exchange import DealAnswer, DealQuestion, Message
from services.achievements.store.exchange import (
    Receipt,
    count_again,
    find_by_number,
    keep_position,
    keep_receipt,
    list_conflicts,
    list_receipts,
    list_untold,
    read_heard_at,
    read_position,
)
from services.achievements.store.listing_notices import withdraw_notices
from services.achievements.store.listings import change_listing, get_listing, lock_listing
from services.achievements.usecases.board import board
from services.achievements.usecases.listings import (
    ALL,
    MIRROR,
    is_insider,
    move_listing,
    read_listing,
    reserve_for,
)

LISTEN = "exchange.listen"
_MOST_CONFLICTS = 200
_TOLD = (
    "title", "way", "state", "asking_price_yuan", "start_price_yuan", "increment_yuan",
    "deposit_yuan", "opens_at", "closes_at", "price_yuan", "contract_id", "reason",
)  # fmt: skip


@board.task(MIRROR)
async def mirror_listing(work: Work, *, listing_id: str) -> None:
    """Tell the exchange of a listing; while it is silent, the minute's round tries again."""
    if not is_connected(work.directory):
        return
    try:
        await _tell(work, listing_id)
    except Unavailable as error:
        log.warning("the exchange is silent", listing_id=listing_id, error=str(error))


@board.task(LISTEN, cron="* * * * *")
async def listen(work: Work) -> None:
    """The minute's round: tell what is untold, hear what is new."""
    if not is_connected(work.directory):
        return
    try:
        await hear_changes(work)
        for listing_id in await run_sync(_read_untold, work.database):
            await _tell(work, listing_id)
    except Unavailable as error:
        log.warning("the exchange is silent", error=str(error))


async def _tell(work: Work, listing_id: str) -> None:
    body = await run_sync(_describe, work.database, listing_id)
    if body is None:
        return
    try:
        answer = await tell_listing(work.directory, listing_id, body)
    except Unavailable as error:
        attempts = int(str(error.facts.get("attempts", 1)))
        await run_sync(_note_silence, work.database, listing_id, body, attempts)
        raise
    await run_sync(_note_told, work.database, listing_id, body, answer)


def _read_untold(database: Database) -> list[str]:
    with database.read() as session:
        return list_untold(session)


def _describe(database: Database, listing_id: str) -> dict[str, Any] | None:
    """What is told; None where the exchange knows this version. The reserve price stays here."""
    with database.read() as session:
        row = get_listing(session, listing_id, ALL)
    if row["listed_at"] is None or row["told_version"] >= row["version"]:
        return None
    told = {name: _wire(row[name]) for name in _TOLD}
    return {"key": row["id"], "revision": row["version"], **told}


def _note_silence(database: Database, listing_id: str, body: dict[str, Any], attempts: int) -> None:
    receipt = _receipt_of(listing_id, body, Outcome.SILENT, attempts)
    with database.write() as session:
        keep_receipt(session, receipt)


def _note_told(database: Database, listing_id: str, body: dict[str, Any], answer: Answered) -> None:
    outcome = Outcome.TOLD if answer.is_yes else Outcome.REFUSED
    receipt = _receipt_of(listing_id, body, outcome, answer.attempts, answer)
    with database.write() as session:
        row = lock_listing(session, listing_id, ALL)
        keep_receipt(session, receipt)
        told = max(row["told_version"], int(body["revision"]))
        number = answer.said.get("listing_number") or row["exchange_number"]
        change_listing(session, listing_id, {"told_version": told, "exchange_number": number})


def _receipt_of(
    listing_id: str,
    body: dict[str, Any],
    outcome: Outcome,
    attempts: int,
    answer: Answered | None = None,
) -> Receipt:
    return Receipt(
        direction="out",
        kind="listing",
        key=f"{listing_id}:{body['revision']}",
        listing_id=listing_id,
        outcome=outcome.value,
        request=body,
        attempts=attempts,
        simulated=answer is not None and answer.simulated,
        status=None if answer is None else answer.status,
        answer=None if answer is None else answer.said,
    )


async def hear_changes(work: Work) -> None:
    """Ask from the last place without a gap; each message has its effect once."""
    position = await run_sync(_read_position, work.database)
    answer = await ask_changes(work.directory, position)
    heard = [
        await run_sync(_take_message, work.database, raw, answer.simulated)
        for raw in answer.said.get("items", [])
    ]
    await run_sync(_keep_position, work.database, advance(position, heard))


def _read_position(database: Database) -> int:
    with database.read() as session:
        return read_position(session)


def _keep_position(database: Database, position: int) -> None:
    with database.write() as session:
        keep_position(session, position)


def _take_message(database: Database, raw: dict[str, Any], simulated: bool) -> int:
    """In a transaction of its own; answers the message's number."""
    with database.write() as session:
        key, number = str(raw.get("id"))[:100], int(raw.get("sequence", 0))
        if not count_again(session, key):
            listing_id, outcome = _judge(session, raw)
            receipt = Receipt(
                direction="in",
                kind=str(raw.get("kind"))[:40],
                key=key,
                listing_id=listing_id,
                outcome=outcome.value,
                request=raw,
                simulated=simulated,
            )
            keep_receipt(session, receipt)
    return number


def _judge(session: WriteSession, raw: dict[str, Any]) -> tuple[str | None, Outcome]:
    """A message that cannot be read is kept for a person, and does not stop the others."""
    try:
        return _apply(session, Message.model_validate(raw))
    except ValidationError as error:
        log.error("a message of the exchange cannot be read", error=str(error))
        return None, Outcome.REFUSED


def _apply(session: WriteSession, message: Message) -> tuple[str | None, Outcome]:
    listing_id = find_by_number(session, message.listing_number)
    if listing_id is None:
        return None, Outcome.UNKNOWN_LISTING
    row = lock_listing(session, listing_id, ALL)
    state = ListingState(row["state"])
    outcome = judge_message(
        message.kind,
        state,
        ListingWay(row["way"]),
        revision=message.revision,
        heard=row["heard_revision"],
        says_the_same=_says_the_same(message, row),
    )
    if outcome is not Outcome.OUTDATED:
        change_listing(session, listing_id, {"heard_revision": message.revision})
    if outcome is Outcome.APPLIED:
        _EFFECTS[message.kind](session, row, message)
    return listing_id, outcome


def _says_the_same(message: Message, row: Any) -> bool:
    if message.kind is MessageKind.WITHDRAWAL:
        return bool(row["state"] == ListingState.WITHDRAWN)
    buyer = row["buyer"] or {}
    same = message.buyer is not None and buyer.get("uscc") == message.buyer.uscc
    return same and row["price_yuan"] == message.amount_yuan


def _reserve(session: WriteSession, row: Any, message: Message) -> None:
    assert message.buyer is not None
    state = LISTING_STEPS.move(ListingState(row["state"]), ListingAct.RESERVE)
    values = reserve_for(message.buyer.model_dump(mode="json"), message.amount_yuan)
    reason = f"交易中心成交 {message.deal_number or message.id}"
    move_listing(session, _EXCHANGE, row, state, ListingAct.RESERVE, values, reason)


def _withdraw(session: WriteSession, row: Any, message: Message) -> None:
    state = LISTING_STEPS.move(ListingState(row["state"]), ListingAct.WITHDRAW)
    reason = f"交易中心撤牌：{message.reason or '未说明理由'}"
    withdraw_notices(session, row["id"])
    values = {"reason": reason, "ended_at": now()}
    move_listing(session, _EXCHANGE, row, state, ListingAct.WITHDRAW, values, reason)


_EFFECTS = {MessageKind.DEAL: _reserve, MessageKind.WITHDRAWAL: _withdraw}
# The exchange acts for itself; what it did is told back to it like any other change.
_EXCHANGE = Principal("exchange", Role.EXCHANGE, "-", "技术成果交易中心（适配器）", "exchange")


async def ask_deal(directory: Directory, question: DealQuestion) -> DealAnswer:
    """Have a deal of a financing case confirmed; no status where the exchange stays silent."""
    try:
        answer = await confirm_deal(directory, question.model_dump(mode="json"))
    except Unavailable as error:
        attempts = int(str(error.facts.get("attempts", 1)))
        return DealAnswer(status=None, attempts=attempts, simulated=False, answer={})
    return DealAnswer(
        status=answer.status,
        attempts=answer.attempts,
        simulated=answer.simulated,
        answer=answer.said,
    )


def read_receipts(
    session: ReadSession, principal: Principal, listing_id: str
) -> tuple[object, list[Any]]:
    """The receipts about a listing, for the seller, the exchange and the bureau."""
    row = read_listing(session, principal, listing_id)
    found = list_receipts(session, listing_id) if is_insider(principal, row) else []
    return read_heard_at(session), list(found)


def read_conflicts(session: ReadSession) -> tuple[object, list[Any]]:
    """What a person has to look at."""
    return read_heard_at(session), list(list_conflicts(session, _MOST_CONFLICTS))


def _wire(value: object) -> object:
    if value is None or isinstance(value, str | int):
        return value
    return format_yuan(value) if hasattr(value, "quantize") else value.isoformat()  # type: ignore[attr-defined,arg-type]

"""保证金: announced by a bidder, confirmed and settled by the exchange."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import RowMapping

from kit.auth import Principal
from kit.clock import now
from kit.db import ReadSession, WriteSession
from kit.errors import RuleBroken
from kit.text import Text
from kit.versions import require_match
from services.achievements.rules.history import Change
from services.achievements.rules.listing_bids import check_deposit_amount, require_outsider
from services.achievements.rules.listing_deposits import (
    DEPOSIT_STEPS,
    DepositAct,
    DepositState,
    DepositTotals,
    add_up,
    require_grounds,
)
from services.achievements.rules.listings import ListingState
from services.achievements.rules.steps import require_reason
from services.achievements.rules.visibility import Viewer
from services.achievements.schemas.listing_parts import DepositBody, DepositDecision
from services.achievements.store.history import add_history
from services.achievements.store.listing_deposits import (
    add_deposit,
    change_deposit,
    find_deposit,
    get_deposit,
    list_deposits,
)
from services.achievements.store.listings import lock_listing
from services.achievements.usecases.callers import actor_of
from services.achievements.usecases.listings import (
    NOUN,
    listing_viewer,
    read_listing,
    sellers,
)


@dataclass(frozen=True, slots=True)
class Deposits:
    """The deposits a caller sees, and their sums."""

    items: Sequence[RowMapping]
    totals: DepositTotals


def announce_deposit(
    session: WriteSession, principal: Principal, listing_id: str, body: DepositBody
) -> RowMapping:
    """Say that a deposit is on its way; one per bidder."""
    row = lock_listing(session, listing_id, listing_viewer(principal))
    require_outsider(principal.uscc, sellers(row))
    if row["state"] != ListingState.LISTED or (row["closes_at"] and row["closes_at"] <= now()):
        message = Text("现在不接受保证金", "no deposits are taken now")
        raise RuleBroken("bidding_not_open", message, state=row["state"])
    check_deposit_amount(row["deposit_yuan"], body.amount_yuan)
    known = find_deposit(session, listing_id, principal.uscc)
    if known is not None:
        message = Text("本单位已有一笔保证金", "there is a deposit of yours already")
        raise RuleBroken("deposit_known", message, deposit_id=known["id"], state=known["state"])
    who = {"listing_id": listing_id, "uscc": principal.uscc, "name": principal.org_name}
    deposit = {**who, **body.model_dump(), "state": DepositState.DUE.value}
    deposit_id = add_deposit(session, deposit)
    _note(session, principal, row, "deposit_due")
    return get_deposit(session, listing_id, deposit_id)


def decide_deposit(
    session: WriteSession,
    principal: Principal,
    listing_id: str,
    deposit_id: str,
    decision: DepositDecision,
    if_match: str | None,
) -> RowMapping:
    """Confirmed, returned, forfeited or credited, each once (by the exchange)."""
    row = lock_listing(session, listing_id, listing_viewer(principal))
    deposit = get_deposit(session, listing_id, deposit_id)
    require_match(if_match, deposit["version"])
    state = DEPOSIT_STEPS.move(DepositState(deposit["state"]), decision.decision)
    require_reason(decision.reason, needed=decision.decision is DepositAct.FORFEIT)
    buyer = row["buyer"] or {}
    is_winner = buyer.get("uscc") == deposit["uscc"]
    require_grounds(decision.decision, ListingState(row["state"]), is_winner=is_winner)
    values = {
        "state": state.value,
        "version": deposit["version"] + 1,
        "reference": decision.reference or deposit["reference"],
        "reason": decision.reason,
    }
    change_deposit(session, deposit_id, values)
    _note(session, principal, row, f"deposit_{state}", decision.reason)
    return get_deposit(session, listing_id, deposit_id)


def find_deposits(session: ReadSession, principal: Principal, listing_id: str) -> Deposits:
    """All with their sums for the seller, the exchange and the bureau; else one's own."""
    row = read_listing(session, principal, listing_id)
    viewer = listing_viewer(principal)
    sees = viewer.sees_all or principal.uscc in sellers(row)
    rows = list_deposits(session, listing_id, Viewer(viewer.uscc, sees))
    return Deposits(
        rows, add_up([(DepositState(one["state"]), one["amount_yuan"]) for one in rows])
    )


def _note(
    session: WriteSession,
    principal: Principal,
    row: RowMapping,
    act: str,
    reason: str | None = None,
) -> None:
    change = Change(row["id"], row["version"], act)
    add_history(session, NOUN, actor_of(principal, reason=reason), [change])

"""Listings: drafted, listed, reserved, settled by a registered contract, or withdrawn."""

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import RowMapping

from kit.auth import Principal, Role
from kit.clock import now, today
from kit.db import ReadSession, WriteSession, new_id
from kit.errors import Fault, Forbidden, InvalidInput, NotFound, RuleBroken, invalid
from kit.text import Text
from kit.versions import require_match
from services.achievements.rules.appointments import SubjectKind
from services.achievements.rules.contracts import ContractState
from services.achievements.rules.history import Change
from services.achievements.rules.kinds import Kind
from services.achievements.rules.listing_bids import choose_winner, require_closed
from services.achievements.rules.listing_notices import (
    Notice,
    NoticeTerm,
    ObjectionState,
    find_term,
    require_noticed,
)
from services.achievements.rules.listings import (
    LISTING_STEPS,
    NEEDS_REASON,
    ListingAct,
    ListingFilter,
    ListingState,
    ListingWay,
    judge_readiness,
    judge_terms,
    require_releasable,
    require_withdrawable,
)
from services.achievements.rules.steps import require_reason
from services.achievements.rules.visibility import Viewer
from services.achievements.schemas.listings import (
    ListingBody,
    ListingChange,
    ListingDecision,
    terms_of,
)
from services.achievements.store.appointments import find_in_force
from services.achievements.store.contracts import get_contract
from services.achievements.store.deal_terms import get_deal_terms
from services.achievements.store.history import add_history, list_history
from services.achievements.store.listing_bids import list_bids, read_book
from services.achievements.store.listing_notices import (
    find_notice,
    list_objections,
    withdraw_notices,
)
from services.achievements.store.listings import (
    add_listing,
    change_listing,
    count_listings,
    get_listing,
    list_listings,
    lock_listing,
)
from services.achievements.store.organizations import find_organization
from services.achievements.store.records import get_record
from services.achievements.usecases.board import board
from services.achievements.usecases.callers import actor_of, plain_row, viewer_of

NOUN = "listings"
MIRROR = "exchange.mirror"
ALL = Viewer(None, sees_all=True)
Values = dict[str, object]


def draft_listing(session: WriteSession, principal: Principal, body: ListingBody) -> RowMapping:
    """Draft a listing of an achievement that is one's own, or that one is appointed to."""
    achievement = _get_achievement(session, principal, body.achievement_id)
    _require_may_list(session, principal, achievement)
    values = body.model_dump() | {"title": body.title or achievement["title"]}
    _refuse(judge_terms(terms_of(values)))
    listing_id = new_id()
    owner = find_organization(session, achievement["owner_uscc"])
    seller = {
        "owner_uscc": achievement["owner_uscc"],
        "owner_name": principal.org_name if owner is None else owner["name"],
        "owner_kind": principal.org_kind if owner is None else owner["kind"],
        "lister_uscc": principal.uscc,
    }
    add_listing(session, {**values, **seller, "id": listing_id, "state": ListingState.DRAFT.value})
    add_history(session, NOUN, actor_of(principal), [Change(listing_id, 1, "drafted")])
    return get_listing(session, listing_id, ALL)


def change_draft(
    session: WriteSession,
    principal: Principal,
    listing_id: str,
    body: ListingChange,
    if_match: str | None,
) -> RowMapping:
    """Change a draft; what is listed is no longer changed."""
    row = lock_listing(session, listing_id, listing_viewer(principal))
    require_seller(principal, row)
    require_match(if_match, row["version"])
    _require_draft(row)
    changed = {name: getattr(body, name) for name in body.model_fields_set}
    required = ("title", "way", "transfer_ways")
    _refuse([_missing(name) for name in required if name in changed and changed[name] is None])
    _refuse(judge_terms(terms_of({**row, **changed})))
    keep_change(session, principal, row, "changed", changed)
    return get_listing(session, listing_id, ALL)


def decide_listing(
    session: WriteSession,
    principal: Principal,
    listing_id: str,
    decision: ListingDecision,
    if_match: str | None,
) -> RowMapping:
    """List, reserve, release, settle or withdraw."""
    row = lock_listing(session, listing_id, listing_viewer(principal))
    _require_may_decide(principal, decision.decision, row)
    require_match(if_match, row["version"])
    state = LISTING_STEPS.move(ListingState(row["state"]), decision.decision)
    require_reason(decision.reason, needed=decision.decision in NEEDS_REASON)
    values = _STEPS[decision.decision](session, row, decision)
    move_listing(session, principal, row, state, decision.decision, values, decision.reason)
    return get_listing(session, listing_id, ALL)


def move_listing(
    session: WriteSession,
    principal: Principal,
    row: RowMapping,
    state: ListingState,
    act: ListingAct,
    values: Mapping[str, object],
    reason: str | None = None,
) -> None:
    """Keep a step with what it sets, and have the exchange told."""
    kept = {**values, "state": state.value}
    keep_change(session, principal, row, act.value, kept, reason=reason)


def keep_change(
    session: WriteSession,
    principal: Principal,
    row: RowMapping,
    act: str,
    values: Mapping[str, object],
    *,
    reason: str | None = None,
) -> None:
    """Set values, count the version up, write the history, put the mirror's job on the board."""
    version = row["version"] + 1
    change_listing(session, row["id"], {**values, "version": version})
    changes = {
        name: {"from": _wire(row[name]), "to": _wire(value)} for name, value in values.items()
    }
    change = Change(row["id"], version, act, changes)
    add_history(session, NOUN, actor_of(principal, reason=reason), [change])
    if values.get("state", row["state"]) != ListingState.DRAFT:
        board.defer(session, MIRROR, listing_id=row["id"])


def _list(_session: WriteSession, row: RowMapping, _decision: ListingDecision) -> Values:
    _refuse(judge_readiness(terms_of(row), now()))
    return {"listed_at": now()}


def _reserve(session: WriteSession, row: RowMapping, decision: ListingDecision) -> Values:
    if row["way"] != ListingWay.AGREEMENT:
        return name_winner(session, row)
    needed = {"buyer": decision.buyer, "price_yuan": decision.price_yuan}
    _refuse([_missing(name) for name, value in needed.items() if value is None])
    assert decision.buyer is not None
    if decision.buyer.uscc in (row["owner_uscc"], row["lister_uscc"]):
        message = Text("卖方不能是买方", "the seller does not buy")
        raise invalid("/buyer/uscc", "same_party", message)
    return reserve_for(decision.buyer.model_dump(mode="json"), decision.price_yuan)


def reserve_for(buyer: Mapping[str, object], price: object, bid: int | None = None) -> Values:
    """What a reservation fixes: the buyer, the price, and the bid it goes back to."""
    return {"buyer": buyer, "price_yuan": price, "winning_bid": bid, "reserved_at": now()}


def name_winner(session: WriteSession, row: RowMapping) -> Values:
    """The book decides: the highest bid, the earliest of equal ones, not below the reserve."""
    terms = terms_of(row)
    require_closed(terms, now())
    winner = choose_winner(terms, read_book(session, row["id"]))
    if winner is None:
        raise RuleBroken(
            "no_valid_bid",
            Text(
                "没有达到保留价的报价，本次竞价流拍；请撤牌（拍卖法第五十条）",
                "no bid reached the reserve price; withdraw the listing",
            ),
            allowed=[ListingAct.WITHDRAW.value],
        )
    entry = next(bid for bid in list_bids(session, row["id"]) if bid["sequence"] == winner.sequence)
    buyer = {
        "uscc": entry["bidder_uscc"],
        "name": entry["bidder_name"],
        "kind": entry["bidder_kind"],
    }
    return reserve_for(buyer, winner.amount_yuan, winner.sequence)


def _release(session: WriteSession, row: RowMapping, _decision: ListingDecision) -> Values:
    require_releasable(ListingWay(row["way"]))
    withdraw_notices(session, row["id"])
    return {"buyer": None, "price_yuan": None, "reserved_at": None}


def _settle(session: WriteSession, row: RowMapping, decision: ListingDecision) -> Values:
    objections = [ObjectionState(one["state"]) for one in list_objections(session, row["id"])]
    require_noticed(term_of(row), notice_of(session, row["id"]), objections, today())
    if decision.contract_id is None:
        _refuse([_missing("contract_id")])
    _require_contract(session, row, str(decision.contract_id))
    return {"contract_id": decision.contract_id, "ended_at": now()}


def _withdraw(session: WriteSession, row: RowMapping, decision: ListingDecision) -> Values:
    require_withdrawable(terms_of(row), ListingState(row["state"]), now())
    withdraw_notices(session, row["id"])
    return {"reason": decision.reason, "ended_at": now()}


_STEPS: Mapping[ListingAct, Callable[[WriteSession, RowMapping, ListingDecision], Values]] = {
    ListingAct.LIST: _list,
    ListingAct.RESERVE: _reserve,
    ListingAct.RELEASE: _release,
    ListingAct.SETTLE: _settle,
    ListingAct.WITHDRAW: _withdraw,
}


def term_of(row: RowMapping) -> NoticeTerm | None:
    """The rule of public notice that binds this listing today."""
    terms = get_deal_terms().notices
    return find_term(terms, ListingWay(row["way"]), row["owner_kind"], today())


def notice_of(session: ReadSession | WriteSession, listing_id: str) -> Notice | None:
    """The notice that stands, in the words of the rules."""
    row = find_notice(session, listing_id)
    return None if row is None else Notice(row["id"], row["starts_on"], row["ends_on"])


def _require_contract(session: WriteSession, row: RowMapping, contract_id: str) -> None:
    """摘牌: a registered contract between this seller and this buyer, on this achievement."""
    try:
        contract = get_contract(session, contract_id, ALL)
    except NotFound as error:
        raise invalid("/contract_id", "not_found", error.detail) from error
    buyer = row["buyer"]["uscc"]
    fits = (
        contract["state"] == ContractState.REGISTERED
        and (contract["seller_uscc"], contract["buyer_uscc"]) == (row["owner_uscc"], buyer)
        and contract["achievement_id"] in (None, row["achievement_id"])
    )
    if not fits:
        message = Text(
            "须为本挂牌买卖双方之间、就该成果已登记的技术合同",
            "a registered contract between this seller and this buyer on this achievement",
        )
        raise invalid("/contract_id", "contract_differs", message)


def read_listing(session: ReadSession, principal: Principal | None, listing_id: str) -> RowMapping:
    """A listing the caller may see."""
    return get_listing(session, listing_id, listing_viewer(principal))


def find_listings(
    session: ReadSession, principal: Principal | None, wanted: ListingFilter
) -> tuple[Sequence[RowMapping], str | None]:
    """One page of the listings the caller may see."""
    return list_listings(session, listing_viewer(principal), wanted)


def count_board(session: ReadSession, principal: Principal | None) -> list[Mapping[str, object]]:
    """Counts by way and state, each with the address of its rows."""
    rows = count_listings(session, listing_viewer(principal))
    return [
        {**plain_row(row), "rows": f"/v1/{NOUN}?way={row['way']}&state={row['state']}"}
        for row in rows
    ]


def read_listing_history(
    session: ReadSession, principal: Principal, listing_id: str
) -> Sequence[RowMapping]:
    """Every step, for the two sides and the bureau: drafts and reserves are in it."""
    row = read_listing(session, principal, listing_id)
    if not is_insider(principal, row):
        raise Forbidden(
            "forbidden", Text("历史供买卖双方与主管部门查看", "the history is for the two sides")
        )
    return list_history(session, NOUN, listing_id)


def listing_viewer(principal: Principal | None) -> Viewer:
    """Who looks at listings."""
    return viewer_of(principal, NOUN)


def is_insider(principal: Principal | None, row: RowMapping) -> bool:
    """Whether the caller is the seller, its agency, the exchange, the bureau or the auditor."""
    if principal is None:
        return False
    return listing_viewer(principal).sees_all or principal.uscc in sellers(row)


def sellers(row: RowMapping) -> tuple[str, str]:
    """The owner and whoever lists for it."""
    return row["owner_uscc"], row["lister_uscc"]


def require_seller(principal: Principal, row: RowMapping) -> None:
    """Only the owner, or the agency that lists for it, changes a listing."""
    if principal.uscc not in sellers(row):
        raise Forbidden(
            "forbidden",
            Text("只有权利人或其委托机构可以操作", "only the owner or its agency may do this"),
        )


def _require_may_decide(principal: Principal, act: ListingAct, row: RowMapping) -> None:
    by_exchange = act in (ListingAct.RESERVE, ListingAct.SETTLE)
    if not (by_exchange and principal.role is Role.EXCHANGE):
        require_seller(principal, row)


def _get_achievement(
    session: WriteSession, principal: Principal, achievement_id: str
) -> RowMapping:
    try:
        return get_record(session, Kind.ACHIEVEMENTS, achievement_id, viewer_of(principal))
    except NotFound as error:
        raise invalid("/achievement_id", "not_found", error.detail) from error


def _require_may_list(session: WriteSession, principal: Principal, achievement: RowMapping) -> None:
    if principal.uscc == achievement["owner_uscc"]:
        return
    subject = SubjectKind.ACHIEVEMENT
    if find_in_force(session, principal.uscc, subject, achievement["id"], today()) is None:
        raise Forbidden(
            "forbidden",
            Text(
                "只有成果的权利人，或受其委托且已接受委托的机构可以挂牌",
                "only the owner, or an agency whose appointment to it is in force, lists it",
            ),
        )


def _require_draft(row: RowMapping) -> None:
    if row["state"] != ListingState.DRAFT:
        message = Text("已挂牌，条件不能再改；可撤牌后重新挂牌", "listed: its terms are fixed")
        raise RuleBroken("listing_fixed", message, state=row["state"])


def _missing(name: str) -> Fault:
    return Fault(f"/{name}", "missing", Text("这一步须填写", "needed for this step"))


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise InvalidInput("invalid_input", faults[0].message, faults=faults)


def _wire(value: object) -> object:
    return (
        value if value is None or isinstance(value, bool | int | str | dict | list) else str(value)
    )

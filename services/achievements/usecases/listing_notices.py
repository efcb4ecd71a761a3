"""公示与异议: before a public institution's agreed price becomes a deal."""

from sqlalchemy import RowMapping

from kit.auth import Principal
from kit.clock import today
from kit.db import ReadSession, WriteSession
from kit.errors import RuleBroken
from kit.text import Text
from kit.versions import require_match
from services.achievements.rules.history import Change
from services.achievements.rules.listing_notices import (
    OBJECTION_STEPS,
    ObjectionState,
    plan_notice,
    require_running,
)
from services.achievements.rules.listings import ListingState
from services.achievements.schemas.listing_parts import ObjectionBody, ObjectionDecision
from services.achievements.store.history import add_history
from services.achievements.store.listing_notices import (
    add_notice,
    add_objection,
    decide_objection,
    find_notice,
    get_objection,
    list_notices,
    list_objections,
)
from services.achievements.store.listings import lock_listing
from services.achievements.usecases.callers import actor_of
from services.achievements.usecases.listings import (
    NOUN,
    is_insider,
    listing_viewer,
    notice_of,
    read_listing,
    require_seller,
    term_of,
)


def put_up_notice(session: WriteSession, principal: Principal, listing_id: str) -> RowMapping:
    """Make name and intended price public, for as many days as the rule says."""
    row = lock_listing(session, listing_id, listing_viewer(principal))
    require_seller(principal, row)
    term = term_of(row)
    if term is None:
        message = Text("该挂牌依法不须公示", "no public notice is needed for this listing")
        raise RuleBroken("notice_not_needed", message)
    if row["state"] != ListingState.RESERVED or find_notice(session, listing_id) is not None:
        message = Text("预定之后公示，且只公示一次", "a reserved listing is noticed, once")
        raise RuleBroken("notice_not_open", message, state=row["state"])
    notice = {
        "listing_id": listing_id,
        "title": row["title"],
        "price_yuan": row["price_yuan"],
        "starts_on": today(),
        "ends_on": plan_notice(term, today()),
        "clause": term.clause,
    }
    add_notice(session, notice)
    _note(session, principal, row, "noticed")
    found = find_notice(session, listing_id)
    assert found is not None
    return found


def find_notices(
    session: ReadSession, principal: Principal | None, listing_id: str
) -> list[RowMapping]:
    """The notices of a listing on the board, for everybody."""
    read_listing(session, principal, listing_id)
    return list_notices(session, listing_id)


def raise_objection(
    session: WriteSession, principal: Principal, listing_id: str, body: ObjectionBody
) -> RowMapping:
    """Object while the notice runs."""
    row = lock_listing(session, listing_id, listing_viewer(principal))
    notice = notice_of(session, listing_id)
    require_running(notice, today())
    assert notice is not None
    who = {"objector_uscc": principal.uscc, "objector_name": principal.org_name}
    place = {"listing_id": listing_id, "notice_id": notice.id}
    values = {**who, **place, **body.model_dump(), "state": ObjectionState.OPEN.value}
    objection_id = add_objection(session, values)
    _note(session, principal, row, "objection_raised")
    return get_objection(session, listing_id, objection_id)


def decide_on_objection(
    session: WriteSession,
    principal: Principal,
    listing_id: str,
    objection_id: str,
    decision: ObjectionDecision,
    if_match: str | None,
) -> RowMapping:
    """The institution decides; an upheld objection stops this deal."""
    row = lock_listing(session, listing_id, listing_viewer(principal))
    require_seller(principal, row)
    objection = get_objection(session, listing_id, objection_id)
    require_match(if_match, objection["version"])
    state = OBJECTION_STEPS.move(ObjectionState(objection["state"]), decision.decision)
    values = {
        "state": state.value,
        "reason": decision.reason,
        "version": objection["version"] + 1,
    }
    decide_objection(session, objection_id, values)
    _note(session, principal, row, f"objection_{state}", decision.reason)
    return get_objection(session, listing_id, objection_id)


def find_objections(
    session: ReadSession, principal: Principal, listing_id: str
) -> list[RowMapping]:
    """All for the seller and the bureau; else those one raised."""
    row = read_listing(session, principal, listing_id)
    found = list_objections(session, listing_id)
    if is_insider(principal, row):
        return found
    return [one for one in found if one["objector_uscc"] == principal.uscc]


def _note(
    session: WriteSession,
    principal: Principal,
    row: RowMapping,
    act: str,
    reason: str | None = None,
) -> None:
    change = Change(row["id"], row["version"], act)
    add_history(session, NOUN, actor_of(principal, reason=reason), [change])

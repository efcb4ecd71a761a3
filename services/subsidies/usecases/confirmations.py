"""免申即享的确认: an officer confirms what the sweep lists; each becomes an application."""

from collections.abc import Mapping

from kit.auth import Principal
from kit.db import WriteSession
from kit.errors import DomainError, invalid, no_such
from kit.text import Text
from services.subsidies.rules.applications import ApplicationAct, ApplicationState, take_step
from services.subsidies.schemas.confirmations import Confirmation, ConfirmationRequest
from services.subsidies.store.entitlements import find_entitlements
from services.subsidies.store.facts import lock_mergers
from services.subsidies.tables import EntitlementRecord
from services.subsidies.usecases.applications import (
    keep_step,
    open_application,
    start_clock,
)
from services.subsidies.usecases.claims import Known, fetch_known


def confirm_entitlements(
    session: WriteSession, caller: Principal, request: ConfirmationRequest
) -> list[Confirmation]:
    """One answer per entitlement, in the order asked for; one that is not due harms no other."""
    if len(set(request.entitlement_ids)) != len(request.entitlement_ids):
        raise invalid(
            "/entitlement_ids",
            "listed_once",
            Text("同一应得列了两次", "an entitlement is listed twice"),
        )
    lock_mergers(session)
    records = find_entitlements(session, request.entitlement_ids)
    known = fetch_known(session, list(records.values()))
    # Always in the same order, so that two officers never wait for each other.
    in_order = sorted(records.values(), key=known.name_once)
    done = {
        record.id: _confirm(session, caller, record, known, request.reason) for record in in_order
    }
    return [_answer(one, done) for one in request.entitlement_ids]


def _answer(entitlement_id: str, done: Mapping[str, Confirmation]) -> Confirmation:
    if entitlement_id in done:
        return done[entitlement_id]
    return Confirmation(entitlement_id, None, no_such("应得", "entitlement", entitlement_id))


def _confirm(
    session: WriteSession,
    caller: Principal,
    record: EntitlementRecord,
    known: Known,
    reason: str | None,
) -> Confirmation:
    """A draft on the organisation's behalf, submitted at once."""
    try:
        application = open_application(session, caller, record, known, _name_of(record, known))
    except DomainError as refusal:
        return Confirmation(record.id, None, refusal)
    after = take_step(ApplicationState.DRAFT, ApplicationAct.SUBMIT)
    start_clock(application)
    words = reason or "免申即享，由区科技局确认"
    keep_step(session, caller, application, ApplicationAct.SUBMIT, after, words)
    return Confirmation(record.id, application.id, None)


def _name_of(record: EntitlementRecord, known: Known) -> str:
    organization = known.organizations.get(record.uscc)
    side = known.sides.get((record.subject, record.uscc))
    return organization.name if organization else side.name if side else record.uscc

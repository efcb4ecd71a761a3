"""变更与撤销: asked for by a side of a registered contract, decided by an official."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import RowMapping

from kit.auth import Principal
from kit.clock import today
from kit.db import ReadSession, WriteSession
from kit.errors import Forbidden, InvalidInput, RuleBroken
from kit.events import record_event
from kit.text import Text
from kit.versions import require_match
from services.achievements.rules.amendments import (
    AMENDMENT_STEPS,
    CHANGEABLE,
    AmendmentAct,
    AmendmentKind,
    AmendmentState,
    ContractTerms,
    apply_changes,
)
from services.achievements.rules.contracts import ContractState, judge_amounts
from services.achievements.rules.history import Change
from services.achievements.rules.steps import require_reason
from services.achievements.schemas.amendments import AmendmentBody, AmendmentDecision
from services.achievements.schemas.events import ContractCancelled, ContractChanged
from services.achievements.store.amendments import (
    add_amendment,
    decide_amendment,
    get_amendment,
    list_amendments,
)
from services.achievements.store.contracts import change_contract, lock_contract
from services.achievements.store.history import add_history
from services.achievements.usecases.callers import actor_of
from services.achievements.usecases.contracts import (
    NOUN,
    OFFICIALS,
    contract_viewer,
    published,
    read_contract,
)


@dataclass(frozen=True, slots=True)
class Amendments:
    """The records beside a contract, and the terms that are in force."""

    in_force: ContractTerms
    items: Sequence[RowMapping]


def request_amendment(
    session: WriteSession, principal: Principal, contract_id: str, body: AmendmentBody
) -> RowMapping:
    """Ask for a change or a cancellation of a registered contract; one at a time."""
    row = lock_contract(session, contract_id, contract_viewer(principal))
    _require_side(principal, row)
    _require_registered(row)
    known = list_amendments(session, contract_id)
    if any(one["state"] == AmendmentState.REQUESTED for one in known):
        message = Text("已有待审核的申请", "another amendment is pending")
        raise RuleBroken("amendment_pending", message)
    changes = {} if body.changes is None else body.changes.model_dump(
        mode="json", include=body.changes.model_fields_set
    )  # fmt: skip
    _require_sound(row, known, changes)
    values = {
        "kind": body.kind.value,
        "state": AmendmentState.REQUESTED.value,
        "content": changes,
        "reason": body.reason,
        "requested_by_uscc": principal.uscc,
        "requested_by_name": principal.org_name,
    }
    amendment_id = add_amendment(session, contract_id, values)
    _note(session, principal, row, f"{body.kind}_requested", body.reason)
    return get_amendment(session, contract_id, amendment_id)


def decide_on_amendment(
    session: WriteSession,
    principal: Principal,
    contract_id: str,
    amendment_id: str,
    decision: AmendmentDecision,
    if_match: str | None,
) -> RowMapping:
    """Accept or refuse by an official who did not ask; take back by whoever asked."""
    row = lock_contract(session, contract_id, contract_viewer(principal))
    amendment = get_amendment(session, contract_id, amendment_id)
    _require_may_decide(principal, decision.decision, amendment)
    require_match(if_match, amendment["version"])
    state = AMENDMENT_STEPS.move(AmendmentState(amendment["state"]), decision.decision)
    require_reason(decision.reason, needed=decision.decision is AmendmentAct.REFUSE)
    values = {
        "state": state.value,
        "version": amendment["version"] + 1,
        "decided_by_uscc": principal.uscc,
        "decision_reason": decision.reason,
    }
    decide_amendment(session, amendment_id, values)
    _note(session, principal, row, f"{amendment['kind']}_{state}", decision.reason)
    if state is AmendmentState.ACCEPTED:
        _take_effect(session, row, amendment)
    return get_amendment(session, contract_id, amendment_id)


def _take_effect(session: WriteSession, row: RowMapping, amendment: RowMapping) -> None:
    """The others are told the terms in force; a cancelled contract no longer counts."""
    terms = terms_in_force(row, list_amendments(session, row["id"]))
    content = published(row) | asdict(terms)
    day, reason = today(), amendment["reason"]
    if amendment["kind"] == AmendmentKind.CANCELLATION:
        values = {"state": ContractState.CANCELLED.value, "cancelled_on": day}
        change_contract(session, row["id"], {**values, "version": row["version"] + 1})
        event: ContractChanged | ContractCancelled = ContractCancelled.model_validate(
            content | {"cancelled_on": day, "reason": reason}
        )
    else:
        event = ContractChanged.model_validate(content | {"changed_on": day, "reason": reason})
    record_event(session, event, subject=event.seller.uscc)


def terms_in_force(row: RowMapping, amendments: Sequence[RowMapping]) -> ContractTerms:
    """As registered, with every accepted change in its order."""
    registered = ContractTerms(**{name: row[name] for name in CHANGEABLE})
    accepted = [
        _read_changes(one["content"])
        for one in amendments
        if one["state"] == AmendmentState.ACCEPTED and one["kind"] == AmendmentKind.CHANGE
    ]
    return apply_changes(registered, accepted)


def _read_changes(content: dict[str, str | None]) -> dict[str, object]:
    """Stored words as values again."""

    def read(name: str, value: str | None) -> object:
        if value is None or name == "title":
            return value
        return date.fromisoformat(value) if name == "signed_on" else Decimal(value)

    return {name: read(name, value) for name, value in content.items()}


def find_amendments(session: ReadSession, principal: Principal, contract_id: str) -> Amendments:
    """What was asked and decided, for the two sides and the officials."""
    row = read_contract(session, principal, contract_id)
    items = list_amendments(session, contract_id)
    return Amendments(terms_in_force(row, items), items)


def _require_side(principal: Principal, row: RowMapping) -> None:
    if principal.uscc not in (row["owner_uscc"], row["seller_uscc"], row["buyer_uscc"]):
        message = Text("只有合同当事方可以申请变更", "only a side of the contract asks for it")
        raise Forbidden("forbidden", message)


def _require_registered(row: RowMapping) -> None:
    if row["state"] != ContractState.REGISTERED:
        message = Text(
            "只有已登记的合同可以变更或撤销；未登记的请重新提交",
            "only a registered contract is changed or cancelled",
        )
        raise RuleBroken("contract_not_registered", message, state=row["state"])


def _require_sound(
    row: RowMapping, known: Sequence[RowMapping], changes: dict[str, str | None]
) -> None:
    terms = apply_changes(terms_in_force(row, known), [_read_changes(changes)])
    others = (terms.equipment_yuan, terms.other_yuan)
    faults = judge_amounts(terms.total_yuan, terms.technology_yuan, others)
    if faults:
        raise InvalidInput("invalid_input", faults[0].message, faults=faults)


def _require_may_decide(principal: Principal, act: AmendmentAct, amendment: RowMapping) -> None:
    asked = principal.uscc == amendment["requested_by_uscc"]
    if act is AmendmentAct.TAKE_BACK:
        if not asked:
            message = Text("只有申请方可以撤回", "only whoever asked takes it back")
            raise Forbidden("forbidden", message)
    elif asked or principal.role not in OFFICIALS:
        message = Text(
            "由交易机构或主管部门审核，申请方不得审核", "an official who did not ask decides"
        )
        raise Forbidden("role_not_allowed", message, roles=[role.value for role in OFFICIALS])


def _note(
    session: WriteSession, principal: Principal, row: RowMapping, act: str, reason: str | None
) -> None:
    change = Change(row["id"], row["version"], act)
    add_history(session, NOUN, actor_of(principal, reason=reason), [change])

"""变更与撤销: asked for by a side of a registered contract, decided by an official."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import RowMapping

from kit.auth import Principal
from kit.clock import today
from kit.db import ReadSession, WriteSession
from kit.errors import Forbidden, RuleBroken
from kit.events import record_event
from kit.text import Text
from kit.versions import require_match
from services.achievements.rules.amendments import (
    AMENDMENT_STEPS,
    AmendmentAct,
    AmendmentKind,
    AmendmentState,
    ContractTerms,
    apply_change,
    read_terms,
)
from services.achievements.rules.content import fingerprint, jsonable
from services.achievements.rules.contracts import ContractState
from services.achievements.rules.history import Change
from services.achievements.rules.kinds import Kind
from services.achievements.rules.names import list_name_keys
from services.achievements.rules.rows import Facts, names_in, searchable_text
from services.achievements.rules.steps import require_reason
from services.achievements.schemas.amendments import AmendmentBody, AmendmentDecision
from services.achievements.schemas.events import ContractCancelled, ContractChanged
from services.achievements.schemas.kinds import read_kept
from services.achievements.store.amendments import (
    add_amendment,
    decide_amendment,
    get_amendment,
    list_amendments,
)
from services.achievements.store.contracts import change_contract, lock_contract
from services.achievements.store.history import add_history
from services.achievements.store.records import take_documents
from services.achievements.store.search import index_texts
from services.achievements.usecases.callers import actor_of, viewer_of
from services.achievements.usecases.contracts import (
    OFFICIALS,
    published,
)
from services.achievements.usecases.records import read_record, require_sound


@dataclass(frozen=True, slots=True)
class Amendments:
    """The records beside a contract, and the terms that are in force."""

    in_force: ContractTerms
    items: Sequence[RowMapping]


def request_amendment(
    session: WriteSession, principal: Principal, contract_id: str, body: AmendmentBody
) -> RowMapping:
    """Ask for a change or a cancellation of a registered contract; one at a time."""
    row = lock_contract(session, contract_id, viewer_of(principal, Kind.CONTRACTS))
    _require_side(principal, row)
    _require_registered(row)
    known = list_amendments(session, contract_id)
    if any(one["state"] == AmendmentState.REQUESTED for one in known):
        message = Text("已有待审核的申请", "another amendment is pending")
        raise RuleBroken("amendment_pending", message)
    changes = (
        {} if body.changes is None else body.changes.model_dump(mode="json", exclude_unset=True)
    )
    require_sound(_read_with(row, apply_change(read_terms(row), changes)))
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
    row = lock_contract(session, contract_id, viewer_of(principal, Kind.CONTRACTS))
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
    terms = apply_change(read_terms(row), amendment["content"])
    content = published(row) | asdict(terms)
    day, reason = today(), amendment["reason"]
    if amendment["kind"] == AmendmentKind.CANCELLATION:
        values = {"state": ContractState.CANCELLED.value, "cancelled_on": day}
        change_contract(session, row["id"], {**values, "version": row["version"] + 1})
        event: ContractChanged | ContractCancelled = ContractCancelled.model_validate(
            content | {"cancelled_on": day, "reason": reason}
        )
    else:
        _put_in_force(session, row, terms)
        event = ContractChanged.model_validate(content | {"changed_on": day, "reason": reason})
    record_event(session, event, subject=event.seller.uscc)


def _put_in_force(session: WriteSession, row: RowMapping, terms: ContractTerms) -> None:
    """The new terms beside those registered; lists, figures, exports and search go by them."""
    facts = _read_with(row, terms)
    (document,) = take_documents(session, 1)
    words, names = searchable_text(facts), list_name_keys(names_in(facts))
    index_texts(session, Kind.CONTRACTS, {document: words}, {document: names})
    values = {"in_force": jsonable(asdict(terms)), "content_hash": fingerprint(facts)}
    version = row["version"] + 1
    change_contract(session, row["id"], {**values, "document": document, "version": version})


def _read_with(row: RowMapping, terms: ContractTerms) -> Facts:
    """The contract as if these terms stood in it; raises InvalidInput where that cannot be read."""
    return read_kept(Kind.CONTRACTS, jsonable({**dict(row), **asdict(terms)}))


def find_amendments(session: ReadSession, principal: Principal, contract_id: str) -> Amendments:
    """What was asked and decided, for the two sides and the officials."""
    row = read_record(session, principal, Kind.CONTRACTS, contract_id)
    items = list_amendments(session, contract_id)
    return Amendments(read_terms(row), items)


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
    add_history(session, Kind.CONTRACTS, actor_of(principal, reason=reason), [change])

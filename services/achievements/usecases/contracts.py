"""Technology contracts: draft, decide, register a trade, tell the others."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import RowMapping

from kit.auth import Principal, Role
from kit.clock import today
from kit.db import ReadSession, WriteSession, new_id
from kit.errors import Fault, Forbidden, InvalidInput, NotFound
from kit.events import record_event
from kit.text import Text
from kit.versions import require_match
from services.achievements.rules.contracts import (
    CONTRACT_STEPS,
    ContractAct,
    ContractFacts,
    ContractState,
    judge_contract,
    number_contract,
)
from services.achievements.rules.filters import ContractFilter
from services.achievements.rules.history import Actor, Change
from services.achievements.rules.kinds import Kind
from services.achievements.rules.steps import require_reason
from services.achievements.rules.visibility import Viewer
from services.achievements.schemas.contracts import (
    ContractBody,
    ContractDecision,
    TradeRegistration,
)
from services.achievements.schemas.events import ContractRegistered
from services.achievements.store.contracts import (
    add_contract,
    change_contract,
    get_contract,
    list_contracts,
    lock_contract,
    lock_source_ref,
    take_serial,
)
from services.achievements.store.history import add_history, list_history
from services.achievements.store.records import get_record
from services.achievements.usecases.callers import actor_of, viewer_of

NOUN = "contracts"
_ALL = Viewer(None, sees_all=True)
OFFICIALS = (Role.EXCHANGE, Role.OFFICER)
"""Who recognises, registers and refuses contracts."""

_REGISTERED_BY = "jinan_municipal"


def draft_contract(session: WriteSession, principal: Principal, body: ContractBody) -> RowMapping:
    """Enter a contract of which the caller is one side."""
    facts = body.facts()
    if principal.uscc not in (facts.seller.uscc, facts.buyer.uscc):
        raise Forbidden(
            "forbidden",
            Text("只能登记本单位为买方或卖方的合同", "the caller must be buyer or seller"),
        )
    _require_sound(facts)
    _require_known_achievement(session, principal, facts.achievement_id)
    contract_id = new_id()
    add_contract(session, _columns(facts, contract_id, principal.uscc, ContractState.DRAFT))
    add_history(session, NOUN, actor_of(principal), [Change(contract_id, 1, "drafted")])
    return get_contract(session, contract_id, _ALL)


def decide_contract(
    session: WriteSession,
    principal: Principal,
    contract_id: str,
    decision: ContractDecision,
    if_match: str | None,
) -> RowMapping:
    """Submit, recognise, register or refuse a contract."""
    row = lock_contract(session, contract_id, contract_viewer(principal))
    _require_may_decide(principal, decision.decision, row["owner_uscc"])
    require_match(if_match, row["version"])
    state = CONTRACT_STEPS.move(ContractState(row["state"]), decision.decision)
    require_reason(decision.reason, needed=decision.decision is ContractAct.REFUSE)
    version = row["version"] + 1
    outcome = {"state": state.value, "version": version, **_dates(session, state)}
    change_contract(session, contract_id, outcome)
    changes = {"state": {"from": row["state"], "to": state.value}}
    change = Change(contract_id, version, decision.decision.value, changes)
    add_history(session, NOUN, actor_of(principal, reason=decision.reason), [change])
    after = get_contract(session, contract_id, _ALL)
    if state is ContractState.REGISTERED:
        _tell(session, after)
    return after


def register_trade(session: WriteSession, trade: TradeRegistration) -> RowMapping:
    """Recognise and register the contract of a case's trade; the same trade only once."""
    known = lock_source_ref(session, trade.source_ref)
    if known is not None:
        return known
    facts = trade.facts()
    _require_sound(facts)
    contract_id = new_id()
    columns = _columns(facts, contract_id, trade.actor.uscc, ContractState.REGISTERED)
    dates = _dates(session, ContractState.RECOGNIZED) | _dates(session, ContractState.REGISTERED)
    add_contract(session, {**columns, **dates, "source_ref": trade.source_ref})
    reason = f"融资办件交易 {trade.source_ref}"
    actor = Actor(trade.actor.client_id, trade.actor.uscc, trade.actor.org_name, reason)
    acts = ("drafted", *(act.value for act in _WAY_TO_REGISTRATION))
    add_history(session, NOUN, actor, [Change(contract_id, 1, act) for act in acts])
    row = get_contract(session, contract_id, _ALL)
    _tell(session, row)
    return row


_WAY_TO_REGISTRATION = (ContractAct.SUBMIT, ContractAct.RECOGNIZE, ContractAct.REGISTER)


def contract_viewer(principal: Principal) -> Viewer:
    """The exchange sees all contracts, as officers and auditors do: it registers them."""
    viewer = viewer_of(principal)
    return Viewer(viewer.uscc, viewer.sees_all or principal.role is Role.EXCHANGE)


def read_contract(session: ReadSession, principal: Principal, contract_id: str) -> RowMapping:
    """A contract the caller may see."""
    return get_contract(session, contract_id, contract_viewer(principal))


def find_contracts(
    session: ReadSession, principal: Principal, wanted: ContractFilter
) -> tuple[Sequence[RowMapping], str | None]:
    """One page of the contracts the caller may see."""
    return list_contracts(session, contract_viewer(principal), wanted)


def read_contract_history(
    session: ReadSession, principal: Principal, contract_id: str
) -> Sequence[RowMapping]:
    """All steps of a contract the caller may see."""
    read_contract(session, principal, contract_id)
    return list_history(session, NOUN, contract_id)


def _require_may_decide(principal: Principal, act: ContractAct, owner_uscc: str) -> None:
    if act is ContractAct.SUBMIT:
        if principal.uscc != owner_uscc:
            raise Forbidden(
                "forbidden", Text("只有登记单位可以提交", "only the side that drafted it submits")
            )
    elif principal.role not in OFFICIALS:
        raise Forbidden(
            "role_not_allowed",
            Text(
                f"角色 {principal.role} 不能认定或登记合同",
                f"the role {principal.role} does not recognise or register contracts",
            ),
            roles=[role.value for role in OFFICIALS],
        )


def _require_sound(facts: ContractFacts) -> None:
    faults = judge_contract(facts, today())
    if faults:
        raise InvalidInput("invalid_input", faults[0].message, faults=faults)


def _require_known_achievement(
    session: WriteSession, principal: Principal, achievement_id: str | None
) -> None:
    if achievement_id is None:
        return
    try:
        get_record(session, Kind.ACHIEVEMENTS, achievement_id, viewer_of(principal))
    except NotFound as error:
        fault = Fault("/achievement_id", "not_found", error.detail)
        raise InvalidInput("invalid_input", error.detail, faults=[fault]) from error


def _columns(
    facts: ContractFacts, contract_id: str, owner_uscc: str, state: ContractState
) -> dict[str, object]:
    return {
        **asdict(facts),
        "type": facts.type.value,
        "seller_uscc": facts.seller.uscc,
        "buyer_uscc": facts.buyer.uscc,
        "id": contract_id,
        "owner_uscc": owner_uscc,
        "state": state.value,
    }


def _dates(session: WriteSession, state: ContractState) -> dict[str, object]:
    day = today()
    if state is ContractState.RECOGNIZED:
        return {"recognized_on": day}
    if state is ContractState.REGISTERED:
        number = number_contract(day, take_serial(session))
        return {"registered_on": day, "registered_by": _REGISTERED_BY, "number": number}
    return {}


def _tell(session: WriteSession, row: RowMapping) -> None:
    event = ContractRegistered.model_validate(published(row))
    record_event(session, event, subject=event.seller.uscc)


def published(row: RowMapping) -> dict[str, object]:
    """A registered contract in the words of its events."""
    names = ("title", "seller", "buyer", "total_yuan", "technology_yuan", "registered_on")
    content = {name: row[name] for name in (*names, "achievement_id", "case_id")}
    named = {"contract_number": row["number"], "contract_type": row["type"]}
    return content | named | {"contract_id": row["id"]}

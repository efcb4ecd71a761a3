"""Technology contracts: draft, decide, register a trade, tell the others."""

from collections.abc import Sequence

from sqlalchemy import RowMapping

from kit.auth import Principal, Role
from kit.clock import now, today
from kit.db import ReadSession, WriteSession, new_id
from kit.errors import Forbidden
from kit.events import record_event
from kit.text import Text
from kit.versions import require_match
from services.achievements.rules.contracts import (
    CONTRACT_STEPS,
    NOT_A_SIDE,
    ContractAct,
    ContractState,
    is_side,
    number_contract,
    same_as_another,
)
from services.achievements.rules.history import Actor, Change
from services.achievements.rules.kinds import Kind
from services.achievements.rules.new_records import Entry
from services.achievements.rules.steps import require_reason
from services.achievements.rules.visibility import Viewer
from services.achievements.schemas.contracts import (
    ContractBody,
    ContractDecision,
    TradeRegistration,
)
from services.achievements.schemas.events import ContractRegistered
from services.achievements.store.analytics import count_of_kind
from services.achievements.store.contracts import (
    change_contract,
    get_contract,
    lock_contract,
    lock_source_ref,
    lock_twin,
    take_serial,
)
from services.achievements.store.counts import Counts
from services.achievements.store.history import add_history, list_history
from services.achievements.usecases.callers import actor_of, viewer_of
from services.achievements.usecases.records import (
    keep_new,
    read_record,
    register_record,
    require_sound,
)

_ALL = Viewer(None, sees_all=True)
OFFICIALS = (Role.EXCHANGE, Role.OFFICER)
"""Who recognises, registers and refuses contracts."""

_REGISTERED_BY = "jinan_municipal"


def draft_contract(session: WriteSession, principal: Principal, body: ContractBody) -> RowMapping:
    """Enter a contract of which the caller is one side; without a key of its own it gets one."""
    facts = body.under(body.source_id or new_id())
    if not is_side(facts, principal.uscc):
        raise Forbidden("forbidden", NOT_A_SIDE)
    return register_record(session, principal, Kind.CONTRACTS, facts)


def decide_contract(
    session: WriteSession,
    principal: Principal,
    contract_id: str,
    decision: ContractDecision,
    if_match: str | None,
) -> RowMapping:
    """Submit, recognise, register or refuse a contract."""
    row = lock_contract(session, contract_id, viewer_of(principal, Kind.CONTRACTS))
    _require_may_decide(principal, decision.decision, row)
    require_match(if_match, row["version"])
    state = CONTRACT_STEPS.move(ContractState(row["state"]), decision.decision)
    says_why = decision.distinct or decision.decision is ContractAct.REFUSE
    require_reason(decision.reason, needed=says_why)
    if decision.decision is ContractAct.RECOGNIZE and not decision.distinct:
        _refuse_twin(session, row)
    version = row["version"] + 1
    outcome = {"state": state.value, "version": version, **_dates(session, state)}
    change_contract(session, contract_id, outcome)
    changes = {"state": {"from": row["state"], "to": state.value}}
    change = Change(contract_id, version, decision.decision.value, changes)
    add_history(session, Kind.CONTRACTS, actor_of(principal, reason=decision.reason), [change])
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
    require_sound(facts)
    reason = f"融资办件交易 {trade.source_ref}"
    actor = Actor(trade.actor.client_id, trade.actor.uscc, trade.actor.org_name, reason)
    entry = Entry(Kind.CONTRACTS, trade.actor.uscc, actor, now(), today())
    contract_id = keep_new(session, entry, [facts], many=False)[facts.source_id].id
    dates = _dates(session, ContractState.RECOGNIZED) | _dates(session, ContractState.REGISTERED)
    outcome = {"state": ContractState.REGISTERED.value, "source_ref": trade.source_ref, **dates}
    change_contract(session, contract_id, outcome)
    acts = [Change(contract_id, 1, act.value) for act in _WAY_TO_REGISTRATION]
    add_history(session, Kind.CONTRACTS, actor, acts)
    row = get_contract(session, contract_id, _ALL)
    _tell(session, row)
    return row


_WAY_TO_REGISTRATION = (ContractAct.SUBMIT, ContractAct.RECOGNIZE, ContractAct.REGISTER)


def count_by(session: ReadSession, principal: Principal) -> tuple[Counts, Counts]:
    """Contracts the caller may see, counted by state and by type."""
    viewer = viewer_of(principal, Kind.CONTRACTS)
    states, types = (
        count_of_kind(session, Kind.CONTRACTS, name, viewer) for name in ("state", "type")
    )
    return states, types


def read_contract_history(
    session: ReadSession, principal: Principal, contract_id: str
) -> Sequence[RowMapping]:
    """All steps of a contract the caller may see."""
    read_record(session, principal, Kind.CONTRACTS, contract_id)
    return list_history(session, Kind.CONTRACTS, contract_id)


def _require_may_decide(principal: Principal, act: ContractAct, row: RowMapping) -> None:
    if act is ContractAct.SUBMIT:
        if principal.uscc != row["owner_uscc"]:
            raise Forbidden(
                "forbidden", Text("只有登记单位可以提交", "only the side that drafted it submits")
            )
    elif principal.role not in OFFICIALS:
        raise Forbidden(
            "role_not_allowed",
            Text(
                f"{principal.role.zh}不能认定或登记合同",
                f"the role {principal.role} does not recognise or register contracts",
            ),
            roles=[role.value for role in OFFICIALS],
        )
    elif principal.uscc in (row["seller_uscc"], row["buyer_uscc"]):
        message = Text(
            "当事方不得认定或登记自己的合同", "a side does not recognise its own contract"
        )
        raise Forbidden("forbidden", message)


def _refuse_twin(session: WriteSession, row: RowMapping) -> None:
    twin = lock_twin(session, row)
    if twin is not None:
        raise same_as_another(twin["id"], twin["number"])


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

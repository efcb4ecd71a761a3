"""委托: the owner appoints, the agency accepts, a registered contract earns the commission."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from sqlalchemy import RowMapping

from kit.auth import Principal
from kit.clock import today
from kit.db import ReadSession, WriteSession
from kit.errors import Fault, Forbidden, InvalidInput, NotFound, RuleBroken, invalid
from kit.events import record_event
from kit.text import Text
from kit.versions import require_match
from services.achievements.rules.amendments import read_terms
from services.achievements.rules.appointments import (
    APPOINTMENT_STEPS,
    AppointmentAct,
    AppointmentFilter,
    AppointmentState,
    BrokerShare,
    CommissionTerms,
    SubjectKind,
    judge_commission,
    require_side,
    share_commission,
)
from services.achievements.rules.contracts import ContractState
from services.achievements.rules.history import Change
from services.achievements.rules.kinds import Kind
from services.achievements.rules.steps import require_reason
from services.achievements.rules.visibility import Viewer
from services.achievements.schemas.appointments import (
    AppointmentBody,
    AppointmentDecision,
    CommissionClaim,
)
from services.achievements.schemas.events import AppointmentMoved
from services.achievements.store.achievements import find_case
from services.achievements.store.appointments import (
    add_appointment,
    add_commission,
    change_appointment,
    count_appointments,
    find_commission,
    get_appointment,
    list_appointments,
)
from services.achievements.store.brokers import get_agency, list_agency_brokers
from services.achievements.store.contracts import get_contract
from services.achievements.store.counts import Counts
from services.achievements.store.history import add_history, list_history
from services.achievements.store.listings import get_listing
from services.achievements.store.notices import NewNotice, add_notices
from services.achievements.store.records import get_record
from services.achievements.usecases.callers import actor_of, plain_row, viewer_of

_NOUN = "appointments"
_ALL = Viewer(None, sees_all=True)
Owners = Sequence[str]


def appoint_agency(
    session: WriteSession, principal: Principal, body: AppointmentBody
) -> RowMapping:
    """Appoint an agency to a thing of one's own; it waits for the agency."""
    _require_owner(session, principal, body)
    agency = _get_agency(session, body.agency_uscc)
    terms = body.commission.terms()
    faults = judge_commission(terms) or _judge_brokers(session, agency["uscc"], terms)
    if faults:
        raise InvalidInput("invalid_input", faults[0].message, faults=faults)
    if body.valid_until is not None and body.valid_until < today():
        message = Text("有效期已过", "it has ended already")
        raise invalid("/valid_until", "in_the_past", message)
    values = {
        "subject_kind": body.subject_kind.value,
        "subject_id": body.subject_id,
        "principal_uscc": principal.uscc,
        "principal_name": principal.org_name,
        "agency_uscc": agency["uscc"],
        "state": AppointmentState.PROPOSED.value,
        "commission": body.commission.model_dump(mode="json"),
        "valid_until": body.valid_until,
    }
    appointment_id = add_appointment(session, values)
    row = get_appointment(session, appointment_id, _ALL)
    _note(session, principal, row, "proposed")
    return row


def decide_appointment(
    session: WriteSession,
    principal: Principal,
    appointment_id: str,
    decision: AppointmentDecision,
    if_match: str | None,
) -> RowMapping:
    """Accepted or declined by the agency, ended by either side."""
    row = get_appointment(session, appointment_id, viewer_of(principal), lock=True)
    act = AppointmentAct(decision.decision)
    require_side(act, principal.uscc, row["principal_uscc"], row["agency_uscc"])
    require_match(if_match, row["version"])
    require_reason(decision.reason, needed=act is not AppointmentAct.ACCEPT)
    _move(session, principal, row, act, decision.reason)
    return get_appointment(session, appointment_id, _ALL)


def earn_commission(
    session: WriteSession,
    principal: Principal,
    appointment_id: str,
    claim: CommissionClaim,
    if_match: str | None,
) -> RowMapping:
    """The owner names the registered contract; the commission is shared to the fen, once."""
    row = get_appointment(session, appointment_id, viewer_of(principal), lock=True)
    if principal.uscc != row["principal_uscc"]:
        message = Text("由委托方确认佣金", "the owner who appointed confirms the commission")
        raise Forbidden("forbidden", message)
    require_match(if_match, row["version"])
    contract = _get_contract(session, row, claim.contract_id)
    base = read_terms(contract).total_yuan
    parts = share_commission(_read_terms(row["commission"]), base)
    _move(session, principal, row, AppointmentAct.COMPLETE, None)
    total = sum((part.amount_yuan for part in parts), Decimal("0.00"))
    values = {
        "appointment_id": appointment_id,
        "contract_id": contract["id"],
        "base_yuan": base,
        "total_yuan": total,
    }
    add_commission(session, values, parts)
    return get_appointment(session, appointment_id, _ALL)


def _move(
    session: WriteSession,
    principal: Principal,
    row: RowMapping,
    act: AppointmentAct,
    reason: str | None,
) -> None:
    state = APPOINTMENT_STEPS.move(AppointmentState(row["state"]), act)
    version = row["version"] + 1
    values = {"state": state.value, "version": version, "reason": reason}
    change_appointment(session, row["id"], values)
    _note(session, principal, get_appointment(session, row["id"], _ALL), act.value, reason)


def show_appointment(
    session: ReadSession | WriteSession, principal: Principal, appointment_id: str
) -> Mapping[str, object]:
    """One, with what it earned."""
    row = get_appointment(session, appointment_id, viewer_of(principal))
    return {**plain_row(row), "earned": find_commission(session, appointment_id)}


def find_appointments(
    session: ReadSession, principal: Principal, wanted: AppointmentFilter
) -> tuple[list[RowMapping], str | None]:
    """One page of those the caller is a side of."""
    return list_appointments(session, viewer_of(principal), wanted)


def count_by(session: ReadSession, principal: Principal) -> tuple[Counts, Counts]:
    """Those the caller is a side of, counted by state and by what they are about."""
    viewer = viewer_of(principal)
    states, kinds = (
        count_appointments(session, viewer, name) for name in ("state", "subject_kind")
    )
    return states, kinds


def read_appointment_history(
    session: ReadSession, principal: Principal, appointment_id: str
) -> Sequence[RowMapping]:
    """Every step, for its sides and the bureau."""
    get_appointment(session, appointment_id, viewer_of(principal))
    return list_history(session, _NOUN, appointment_id)


def _require_owner(session: WriteSession, principal: Principal, body: AppointmentBody) -> None:
    try:
        owners = _OWNERS[body.subject_kind](session, principal, body.subject_id)
    except NotFound as error:
        raise invalid("/subject_id", "not_found", error.detail) from error
    if principal.uscc not in owners:
        message = Text("只能就本单位的事项委托", "an owner appoints to a thing of its own")
        raise Forbidden("forbidden", message)


def _owner_of_achievement(session: WriteSession, principal: Principal, thing_id: str) -> Owners:
    row = get_record(session, Kind.ACHIEVEMENTS, thing_id, viewer_of(principal))
    return (row["owner_uscc"],)


def _owner_of_demand(session: WriteSession, principal: Principal, thing_id: str) -> Owners:
    row = get_record(session, Kind.DEMANDS, thing_id, viewer_of(principal))
    return (row["owner_uscc"],)


def _owner_of_listing(session: WriteSession, principal: Principal, thing_id: str) -> Owners:
    return (get_listing(session, thing_id, viewer_of(principal))["owner_uscc"],)


def _sides_of_contract(session: WriteSession, principal: Principal, thing_id: str) -> Owners:
    row = get_contract(session, thing_id, viewer_of(principal))
    return (row["seller_uscc"], row["buyer_uscc"])


def _owner_of_case(session: WriteSession, _principal: Principal, thing_id: str) -> Owners:
    """A case the gateway has told of belongs to the enterprise that opened it."""
    row = find_case(session, thing_id)
    return () if row is None else (row["uscc"],)


_OWNERS: Mapping[SubjectKind, Callable[[WriteSession, Principal, str], Owners]] = {
    SubjectKind.ACHIEVEMENT: _owner_of_achievement,
    SubjectKind.DEMAND: _owner_of_demand,
    SubjectKind.LISTING: _owner_of_listing,
    SubjectKind.CONTRACT: _sides_of_contract,
    SubjectKind.CASE: _owner_of_case,
}


def _get_agency(session: WriteSession, uscc: str) -> RowMapping:
    try:
        return get_agency(session, uscc)
    except NotFound as error:
        raise invalid("/agency_uscc", "not_found", error.detail) from error


def _judge_brokers(session: WriteSession, agency_uscc: str, terms: CommissionTerms) -> list[Fault]:
    named = [part.broker_id for part in terms.shares]
    known = list_agency_brokers(session, agency_uscc, named)
    message = Text("不是该机构的在册经纪人", "no active broker of this agency")
    return [
        Fault(f"/commission/shares/{place}/broker_id", "broker_unknown", message)
        for place, broker_id in enumerate(named)
        if broker_id not in known
    ]


def _get_contract(session: WriteSession, row: RowMapping, contract_id: str) -> RowMapping:
    """A registered contract that belongs to what the agency was appointed to."""
    try:
        contract = get_contract(session, contract_id, _ALL)
    except NotFound as error:
        raise invalid("/contract_id", "not_found", error.detail) from error
    subject = row["subject_id"]
    belongs = {
        SubjectKind.ACHIEVEMENT: contract["achievement_id"] == subject,
        # A demand ends in what its owner buys; which contract that is, the owner says.
        SubjectKind.DEMAND: contract["buyer_uscc"] == row["principal_uscc"],
        SubjectKind.LISTING: _settled_by(session, row) == contract_id,
        SubjectKind.CONTRACT: contract_id == subject,
        SubjectKind.CASE: contract["case_id"] == subject,
    }
    ours = row["principal_uscc"] in (contract["seller_uscc"], contract["buyer_uscc"])
    if not (belongs[SubjectKind(row["subject_kind"])] and ours):
        message = Text("该合同与委托事项无关", "the contract does not belong to the appointment")
        raise invalid("/contract_id", "contract_differs", message)
    if contract["state"] != ContractState.REGISTERED:
        message = Text("合同登记后才结算佣金", "a commission follows registration")
        raise RuleBroken("contract_not_registered", message, state=contract["state"])
    return contract


def _settled_by(session: WriteSession, row: RowMapping) -> str | None:
    if row["subject_kind"] != SubjectKind.LISTING:
        return None
    settled: str | None = get_listing(session, row["subject_id"], _ALL)["contract_id"]
    return settled


def _read_terms(stored: Mapping[str, object]) -> CommissionTerms:
    ratio, fixed, shares = stored["ratio"], stored["fixed_yuan"], stored["shares"]
    assert isinstance(shares, list)
    return CommissionTerms(
        ratio=None if ratio is None else Decimal(str(ratio)),
        fixed_yuan=None if fixed is None else Decimal(str(fixed)),
        shares=tuple(BrokerShare(one["broker_id"], one["share"]) for one in shares),
    )


def _note(
    session: WriteSession,
    principal: Principal,
    row: RowMapping,
    act: str,
    reason: str | None = None,
) -> None:
    """Keep a step; the other side is told, and whoever keeps what the agency may see by it."""
    change = Change(row["id"], row["version"], act)
    add_history(session, _NOUN, actor_of(principal, reason=reason), [change])
    other = {row["principal_uscc"], row["agency_uscc"]} - {principal.uscc}
    text = Text(
        f"委托{APPOINTMENT_STEPS.names[AppointmentState(row['state'])]}（{principal.org_name}）",
        f"an appointment is {row['state']} ({principal.org_name})",
    )
    key, link = f"appointment:{row['id']}:{row['version']}", f"/v1/appointments/{row['id']}"
    add_notices(session, [NewNotice(uscc, key, "appointment_moved", text, link) for uscc in other])
    event = AppointmentMoved.model_validate({**row, "appointment_id": row["id"]})
    record_event(session, event, subject=row["principal_uscc"])

"""评: asking, accepting, a panel without interests, opinions, approaches, the report."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from anyio.to_thread import run_sync

from gateway.clients.comparables import list_comparables, list_owners
from gateway.clients.consents import ask_consent_standing
from gateway.rules import appraisals, valuations
from gateway.rules.appraisals import (
    Appraisal,
    AppraisalAct,
    AppraisalState,
    Interests,
    is_report_valid,
)
from gateway.rules.cases import Case
from gateway.rules.packing import unpack
from gateway.rules.supports import Noun, Side, Support, require_move, require_side
from gateway.rules.valuations import Approach, Comparable, MarketInput
from gateway.schemas.appraisals import (
    AppraisalAnswer,
    AppraisalDecision,
    AppraisalRequest,
    AppraisalStep,
    CardList,
    ComparableList,
    ComparableQuery,
    ExpertOpinion,
    PanelAppointment,
    ReportAnswer,
    ReportIssue,
    ReportList,
    Valuation,
    describe_appraisal,
    describe_card,
    describe_comparable,
)
from gateway.schemas.events import AppraisalIssued
from gateway.schemas.requests import DecisionRequest
from gateway.schemas.supports import SupportQuery
from gateway.store.cases import lock_case
from gateway.store.related_parties import list_related_pairs
from gateway.store.shelves import get_card, get_report_months, list_cards
from gateway.store.supports import list_case_supports
from gateway.usecases.cases import actor_of, check_applicant, find_visible_case
from gateway.usecases.decisions import Bench, decide_track
from gateway.usecases.files import follow_file
from gateway.usecases.supports import (
    Opening,
    add_file,
    doing_of,
    get_visible_file,
    keep_step,
    list_visible_files,
    lock_file,
)
from kit.auth import Principal
from kit.clock import today
from kit.db import Database, ReadSession, WriteSession
from kit.directory import Directory
from kit.errors import RuleBroken, invalid
from kit.events import record_event
from kit.pages import Page
from kit.text import Text

_NEED_REASON = ("withdraw", "withdraw_report")


@dataclass(frozen=True, slots=True)
class Registry:
    """What the registry of achievements said before the step."""

    owners: Mapping[str, str] = field(default_factory=dict)
    comparables: tuple[Comparable, ...] = ()


def request_appraisal(
    session: WriteSession, caller: Principal, request: AppraisalRequest
) -> AppraisalAnswer:
    """申请评估 of the achievement that the case is about."""
    seen = find_visible_case(session, caller, request.case_id)
    check_applicant(caller, seen.uscc)
    case = lock_case(session, request.case_id)
    if case.achievement_id is None:
        raise RuleBroken(
            "no_achievement",
            Text("该办件没有科技成果，无从评估", "the case is about no achievement to appraise"),
        )
    appraisal = Appraisal(request.purpose, case.achievement_id)
    doing = doing_of(actor_of(caller, case.uscc), evidence=request.evidence)
    opening = Opening(Noun.APPRAISAL, AppraisalAct.REQUEST, AppraisalState.REQUESTED, appraisal)
    return describe_appraisal(add_file(session, case, opening, doing), today())


def show_appraisal(session: ReadSession, caller: Principal, appraisal_id: str) -> AppraisalAnswer:
    """One appraisal."""
    found = get_visible_file(session, caller, Noun.APPRAISAL, appraisal_id)
    return describe_appraisal(found, today())


def show_appraisals(
    session: ReadSession, caller: Principal, query: SupportQuery
) -> Page[AppraisalAnswer]:
    """Newest first."""
    shown, cursor = list_visible_files(session, caller, Noun.APPRAISAL, query)
    return Page(items=[describe_appraisal(one, today()) for one in shown], next_cursor=cursor)


def show_cards() -> CardList:
    """The cards of values."""
    return CardList(items=[describe_card(card) for card in list_cards()])


async def show_comparables(
    directory: Directory,
    database: Database,
    caller: Principal,
    appraisal_id: str,
    query: ComparableQuery,
) -> ComparableList:
    """可比合同 from the registry: of the same field, never of the achievement itself."""
    appraisal = await run_sync(_read, database, caller, appraisal_id)
    found = await list_comparables(
        directory, appraisal.achievement_id, contract_type=query.type, since=query.since
    )
    return ComparableList(items=[describe_comparable(one) for one in found])


async def ask_registry(
    directory: Directory,
    database: Database,
    caller: Principal,
    appraisal_id: str,
    request: AppraisalStep,
) -> Registry:
    """What a step takes from the registry: the owners for a panel, the sums for comparables."""
    if isinstance(request, PanelAppointment):
        appraisal = await run_sync(_read, database, caller, appraisal_id)
        return Registry(owners=await list_owners(directory, appraisal.achievement_id))
    if isinstance(request, Valuation) and request.market is not None:
        appraisal = await run_sync(_read, database, caller, appraisal_id)
        ids = sorted(set(request.market.contract_ids))
        found = await list_comparables(directory, appraisal.achievement_id, ids=ids)
        return Registry(comparables=found)
    return Registry()


def order_of(appraisal_id: str, decision: AppraisalDecision) -> DecisionRequest:
    """The decision in the words of the case."""
    if isinstance(decision, ReportIssue):
        result = {"appraisal_id": appraisal_id, "report_number": decision.number}
        return DecisionRequest(outcome="approved", reason=decision.reason, result=result)
    return DecisionRequest(
        outcome="rejected",
        reason_code=decision.reason_code,
        reason=decision.reason,
        result={"appraisal_id": appraisal_id},
    )


def decide_appraisal(
    session: WriteSession,
    caller: Principal,
    appraisal_id: str,
    decision: AppraisalDecision,
    bench: Bench,
    if_match: str | None,
) -> AppraisalAnswer:
    """出具报告或不予评估: in the file and at the track of the case at once."""
    _case, support = lock_file(session, caller, Noun.APPRAISAL, appraisal_id, if_match)
    appraisal = unpack(Appraisal, support.terms)
    code = None if isinstance(decision, ReportIssue) else decision.reason_code
    doing = doing_of(
        actor_of(caller, support.uscc),
        reason_code=code,
        reason=decision.reason,
        evidence=decision.evidence,
    )
    if isinstance(decision, ReportIssue):
        require_move(support, appraisals.MOVES, AppraisalAct.ISSUE)
        issued = appraisals.issue_report(
            appraisal, decision.number, get_card(today()), today(), get_report_months()
        )
        support = keep_step(session, support, AppraisalAct.ISSUE, issued, doing)
        _tell(session, support, issued)
    else:
        support = keep_step(session, support, AppraisalAct.REFUSE, appraisal, doing)
    decide_track(session, bench)
    return describe_appraisal(support, today())


def step_appraisal(
    session: WriteSession,
    caller: Principal,
    appraisal_id: str,
    request: AppraisalStep,
    registry: Registry,
    if_match: str | None,
) -> AppraisalAnswer:
    """推进: every other step, by whoever it belongs to."""
    case, support = lock_file(session, caller, Noun.APPRAISAL, appraisal_id, if_match)
    act, actor = AppraisalAct(request.act), actor_of(caller, support.uscc)
    require_side(support, appraisals.SIDES.get(act, (Side.HOLDER,)), actor)
    require_move(support, appraisals.MOVES, act)
    if request.act in _NEED_REASON and not request.reason:
        raise invalid(
            "/reason", "reason_missing", Text("这一步须说明理由", "this step needs a reason")
        )
    after = _move(session, case, support, request, registry)
    doing = doing_of(actor, reason=request.reason, evidence=request.evidence)
    moved = keep_step(session, support, act, after, doing)
    follow_file(session, moved, doing)
    return describe_appraisal(moved, today())


async def check_disclosure(
    directory: Directory, database: Database, caller: Principal, case_id: str
) -> None:
    """An institution at a case reads only while the enterprise's consent holds."""
    case = await run_sync(_read_case, database, caller, case_id)
    if caller.sees_all or caller.uscc == case.uscc:
        return
    if not await ask_consent_standing(directory, case.uscc, [caller.uscc]):
        raise RuleBroken(
            "consent_required",
            Text("企业的授权现已无效，不再披露", "the enterprise's consent does not hold now"),
        )


def show_reports(session: ReadSession, case_id: str) -> ReportList:
    """The reports of a case that are valid now."""
    items = []
    for support in list_case_supports(session, case_id, Noun.APPRAISAL):
        appraisal = unpack(Appraisal, support.terms)
        if appraisal.report and is_report_valid(appraisal, support.state, today()):
            name = support.holder.name
            items.append(
                ReportAnswer(appraisal_id=support.id, appraiser=name, report=appraisal.report)
            )
    return ReportList(items=items)


def _move(
    session: WriteSession,
    case: Case,
    support: Support,
    request: AppraisalStep,
    registry: Registry,
) -> Appraisal:
    appraisal = unpack(Appraisal, support.terms)
    if isinstance(request, PanelAppointment):
        experts = [one.read() for one in request.experts]
        interests = _find_interests(session, case, registry, [one.org_uscc for one in experts])
        return appraisals.appoint_panel(appraisal, experts, interests)
    if isinstance(request, ExpertOpinion):
        return appraisals.add_opinion(appraisal, request.read(), get_card(today()))
    if isinstance(request, Valuation):
        return appraisals.add_values(appraisal, _value(request, registry))
    if request.act == "expire" and is_report_valid(appraisal, support.state, today()):
        raise RuleBroken(
            "report_valid", Text("报告尚在有效期内", "the report is still valid today")
        )
    return appraisal


def _find_interests(
    session: WriteSession, case: Case, registry: Registry, orgs: list[str]
) -> Interests:
    """The firm, the achievement's owners, and whoever lends, insures or invests at the case."""
    parties = {case.uscc: case.enterprise_name, **registry.owners}
    for track in case.tracks:
        if not track.superseded and track.stage.value in ("insurance", "loan", "investment"):
            parties[track.holder.uscc] = track.holder.name
    pairs = list_related_pairs(session, [*parties, *orgs], today())
    ordered = [tuple(sorted(pair)) for pair in pairs if len(pair) == 2]
    return Interests(parties, [(one, other) for one, other in ordered])


def _value(request: Valuation, registry: Registry) -> list[Approach]:
    approaches = []
    if request.market is not None:
        known = {one.contract_id for one in registry.comparables}
        unknown = sorted(set(request.market.contract_ids) - known)
        if unknown:
            raise invalid(
                "/market/contract_ids",
                "contract_unknown",
                Text(
                    "不是可比的已登记合同：" + "、".join(unknown),
                    "not registered contracts to compare with: " + ", ".join(unknown),
                ),
            )
        said = MarketInput(
            registry.comparables, request.market.factor, request.market.factor_reason
        )
        approaches.append(valuations.value_by_market(said, request.market.weight))
    if request.cost is not None:
        approaches.append(valuations.value_by_cost(request.cost.read(), request.cost.weight))
    if request.income is not None:
        approaches.append(valuations.value_by_income(request.income.read(), request.income.weight))
    return approaches


def _tell(session: WriteSession, support: Support, appraisal: Appraisal) -> None:
    report = appraisal.report
    event = AppraisalIssued(
        support_id=support.id,
        case_id=support.case_id,
        uscc=support.uscc,
        institution={"uscc": support.holder.uscc, "name": support.holder.name},
        amount_yuan=None if report is None else report.conclusion.value_yuan,
        on=today(),
    )
    record_event(session, event, subject=support.uscc)


def _read(database: Database, caller: Principal, appraisal_id: str) -> Appraisal:
    with database.read() as session:
        found = get_visible_file(session, caller, Noun.APPRAISAL, appraisal_id)
        return unpack(Appraisal, found.terms)


def _read_case(database: Database, caller: Principal, case_id: str) -> Case:
    with database.read() as session:
        return find_visible_case(session, caller, case_id)

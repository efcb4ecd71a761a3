"""Cases for tests: made by opening and deciding, as everywhere."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from gateway.rules.cases import Case, CreditResult, Holder, TradeRecord
from gateway.rules.decisions import Opening, decide_track, open_case, plan_tracks
from gateway.rules.ledger import Actor
from gateway.rules.orders import Order, Outside
from gateway.rules.plans import Plan
from gateway.rules.stages import Stage, TrackState
from gateway.rules.story import Story
from gateway.store.packs import find_stock_plan

AT = datetime(2026, 11, 23, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
ON = AT.date()
ROLES = {
    Stage.CREDIT: "officer",
    Stage.EVALUATION: "broker",
    Stage.INSURANCE: "insurer",
    Stage.LOAN: "bank",
    Stage.INVESTMENT: "fund",
    Stage.TRADE: "exchange",
}
HOLDERS = {stage: (Holder(role, f"uscc-{role}", role),) for stage, role in ROLES.items()}
ENTERPRISE = Actor("demo-enterprise", "enterprise", "uscc-enterprise", "某公司")
CREDIT = CreditResult(
    "r1", "72.5", "B", is_weak=False, valid_until=date(2027, 2, 23), consent_id="c"
)
RECORD = TradeRecord("technology_contract", "contract-1", "2026370100000001")
ALL_WELL = Outside(credit=CREDIT, consent_holds=True, record=RECORD, spare_id="spare-1")


def make_plan_of(name: str) -> Plan:
    plan = find_stock_plan(name)
    assert plan is not None
    return plan


def open_story(plan: Plan | None = None) -> Story:
    plan = plan or make_plan_of("credit-evaluation-insurance-loan-trade")
    tracks = plan_tracks(plan, HOLDERS, [f"t{place}" for place in range(20)])
    opening = Opening(
        "case-1",
        "LX-2026-000001",
        "uscc-enterprise",
        "某公司",
        "某成果转化",
        "500000.00",
        None,
        plan,
        tracks,
    )
    return open_case(opening, ENTERPRISE, AT, ON)


def make_case(plan: Plan | None = None) -> Case:
    return open_story(plan).case


def decide(
    case: Case,
    stage: Stage,
    outcome: TrackState = TrackState.APPROVED,
    outside: Outside = ALL_WELL,
    on: date = ON,
    **order: object,
) -> Story:
    track = case.list_live_tracks(stage)[-1]
    holder = track.holder
    actor = Actor(f"client-{holder.role}", holder.role, holder.uscc, holder.name)
    return decide_track(case, Order(track.id, outcome, **order), outside, actor, AT, on)  # type: ignore[arg-type]


def walk(case: Case, *stages: Stage) -> Case:
    for stage in stages:
        case = decide(case, stage).case
    return case

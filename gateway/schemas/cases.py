"""Financing cases on the wire."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from pydantic import ConfigDict, Field

from gateway.rules.cases import Case, CaseState, Track, find_stage_state
from gateway.rules.clocks import Calendar, Deadline, Light, count_forward, show_light
from gateway.rules.plans import PlanStep
from gateway.rules.prospects import NextAct, list_next_acts
from gateway.rules.stages import SETTLED, STAGES, Stage, TrackState
from gateway.schemas.plans import OwnPlan, PlanAnswer, PlanName, describe_plan
from kit.identifiers import Uscc
from kit.money import Yuan
from kit.pages import PageQuery
from kit.schemas import AnswerModel, WireModel

Outcome = Literal[
    "in_progress",
    "info_requested",
    "submitted",
    "approved",
    "conditionally_approved",
    "rejected",
    "withdrawn",
    "waived",
    "expired",
]


class CaseRequest(WireModel):
    """What a case is opened with."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "uscc": "91370102MA3D000125",
                    "title": "低功耗边缘计算芯片许可与融资",
                    "amount_yuan": "500000.00",
                    "plan": "credit-evaluation-insurance-loan-trade",
                }
            ]
        }
    )

    uscc: Uscc
    achievement_id: str | None = Field(None, pattern=r"^[0-9A-Za-z_-]{1,36}$")
    title: str = Field(min_length=1, max_length=200, examples=["低功耗边缘计算芯片许可与融资"])
    amount_yuan: Yuan | None = None
    plan: PlanName | OwnPlan


class ConditionOnWire(WireModel):
    """What an approval depends on; with `stage`, it reopens when that stage falls."""

    text: str = Field(min_length=1, max_length=500, examples=["保额不低于贷款本金的80%"])
    stage: Stage | None = None


class DecisionRequest(WireModel):
    """What a holder makes of its track."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"outcome": "approved", "result": {"rate": "0.036", "term_months": 12}},
                {"outcome": "rejected", "reason_code": "repayment_ability"},
            ]
        }
    )

    outcome: Outcome
    reason_code: str | None = Field(None, max_length=50, description="one of /v1/reason-codes")
    reason: str | None = Field(None, max_length=2000)
    conditions: list[ConditionOnWire | str] = Field([], max_length=20)
    result: dict[str, Any] = Field(
        default_factory=dict,
        description="what was found or agreed; for the trade: `contract`, or an existing one's"
        " `contract_id` or `contract_number`",
        examples=[{"contract": {"type": "license", "amount_yuan": "500000.00"}}],
    )


class CloseRequest(WireModel):
    """Why a case ends without a trade."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason_code": "applicant_withdrew", "reason": None}]}
    )

    reason_code: str = Field(max_length=50, examples=["applicant_withdrew"])
    reason: str | None = Field(None, max_length=2000)


class CaseQuery(PageQuery):
    """Which cases, and how many."""

    uscc: Uscc | None = None
    state: CaseState | None = None


class HolderAnswer(AnswerModel):
    """Who decides a track."""

    role: str
    uscc: str
    name: str


class TrackAnswer(AnswerModel):
    """One organisation's work in one stage."""

    id: str
    stage: Stage
    state: TrackState
    holder: HolderAnswer
    superseded: bool
    supersedes: str | None
    received_on: date | None
    due_on: date | None
    light: Light | None
    decided_on: date | None
    reason_code: str | None
    conditions: list[dict[str, Any]]
    result: dict[str, Any] | None
    clock_warnings: list[str]


class StageAnswer(AnswerModel):
    """One stage of the case's plan."""

    stage: Stage
    zh: str
    requirement: str
    state: TrackState
    due_on: date | None
    tracks: list[TrackAnswer]


class ByAnswer(AnswerModel):
    """Who is to act."""

    role: str
    uscc: str | None


class NextAnswer(AnswerModel):
    """One act that is open now."""

    stage: Stage
    track_id: str | None
    act: str
    by: ByAnswer
    outcomes: list[TrackState]


class CreditAnswer(AnswerModel):
    """The credit result the case stands on."""

    result_id: str | None
    score: str | None
    grade: str | None
    is_weak: bool
    valid_until: date


class RecordAnswer(AnswerModel):
    """The trade record with which the case ended."""

    kind: str
    contract_id: str | None
    contract_number: str | None


class CaseAnswer(AnswerModel):
    """A financing case: its plan, its stages, and what comes next."""

    id: str
    number: str
    state: CaseState
    uscc: str
    enterprise_name: str
    title: str
    amount_yuan: str | None
    achievement_id: str | None
    plan: PlanAnswer
    stages: list[StageAnswer]
    next: list[NextAnswer]
    credit: CreditAnswer | None
    enhancement: str | None = Field(description="why credit enhancement (增信) was opened")
    record: RecordAnswer | None
    opened_on: date
    closed_on: date | None
    close_reason_code: str | None
    version: int


class CaseSummary(AnswerModel):
    """A case in a list."""

    id: str
    number: str
    state: CaseState
    uscc: str
    enterprise_name: str
    title: str
    amount_yuan: str | None
    achievement_id: str | None
    plan: str
    next: list[NextAnswer]
    opened_on: date
    closed_on: date | None
    version: int


@dataclass(frozen=True, slots=True)
class Desk:
    """What clocks are read with: the day, the calendar, the working days of each stage."""

    on: date
    calendar: Calendar
    terms: Mapping[Stage, int]


def describe_case(case: Case, desk: Desk) -> CaseAnswer:
    """A case as its parties see it."""
    return CaseAnswer(
        id=case.id,
        number=case.number,
        state=case.state,
        uscc=case.uscc,
        enterprise_name=case.enterprise_name,
        title=case.title,
        amount_yuan=case.amount_yuan,
        achievement_id=case.achievement_id,
        plan=describe_plan(case.plan),
        stages=[_describe_stage(case, step, desk) for step in case.plan.steps],
        next=_describe_next(case, desk),
        credit=_describe_credit(case),
        enhancement=case.enhancement_reason,
        record=_describe_record(case),
        opened_on=case.opened_on,
        closed_on=case.closed_on,
        close_reason_code=case.close_reason_code,
        version=case.version,
    )


def summarize_case(case: Case, desk: Desk) -> CaseSummary:
    """A case in one line of a list."""
    return CaseSummary(
        id=case.id,
        number=case.number,
        state=case.state,
        uscc=case.uscc,
        enterprise_name=case.enterprise_name,
        title=case.title,
        amount_yuan=case.amount_yuan,
        achievement_id=case.achievement_id,
        plan=case.plan.id,
        next=_describe_next(case, desk),
        opened_on=case.opened_on,
        closed_on=case.closed_on,
        version=case.version,
    )


def describe_track(track: Track, desk: Desk) -> TrackAnswer:
    """A track with its clock."""
    deadline = _find_deadline(track, desk)
    return TrackAnswer(
        id=track.id,
        stage=track.stage,
        state=track.state,
        holder=HolderAnswer(role=track.holder.role, uscc=track.holder.uscc, name=track.holder.name),
        superseded=track.superseded,
        supersedes=track.supersedes,
        received_on=track.received_on,
        due_on=deadline.due_on if deadline else None,
        light=show_light(desk.on, deadline.due_on, desk.calendar) if deadline else None,
        decided_on=track.decided_on,
        reason_code=track.reason_code,
        conditions=[
            {"text": one.text, "stage": one.stage.value if one.stage else None}
            for one in track.conditions
        ],
        result=None if track.result is None else dict(track.result),
        clock_warnings=[warning.zh for warning in deadline.warnings] if deadline else [],
    )


def _describe_stage(case: Case, step: PlanStep, desk: Desk) -> StageAnswer:
    tracks = [describe_track(track, desk) for track in case.list_live_tracks(step.stage)]
    due = [track.due_on for track in tracks if track.due_on is not None]
    return StageAnswer(
        stage=step.stage,
        zh=STAGES[step.stage].zh,
        requirement=step.requirement.value,
        state=find_stage_state(case, step),
        due_on=min(due, default=None),
        tracks=tracks,
    )


def _find_deadline(track: Track, desk: Desk) -> Deadline | None:
    """No clock runs before receipt, while information is awaited, or after the decision."""
    stopped = track.state in SETTLED or track.state is TrackState.INFO_REQUESTED
    if track.received_on is None or stopped or track.superseded:
        return None
    return count_forward(track.received_on, desk.terms[track.stage], desk.calendar)


def _describe_next(case: Case, desk: Desk) -> list[NextAnswer]:
    return [_describe_act(act) for act in list_next_acts(case, desk.on)]


def _describe_act(act: NextAct) -> NextAnswer:
    return NextAnswer(
        stage=act.stage,
        track_id=act.track_id,
        act=act.act,
        by=ByAnswer(role=act.role, uscc=act.uscc),
        outcomes=list(act.outcomes),
    )


def _describe_credit(case: Case) -> CreditAnswer | None:
    if case.credit is None:
        return None
    credit = case.credit
    return CreditAnswer(
        result_id=credit.result_id,
        score=credit.score,
        grade=credit.grade,
        is_weak=credit.is_weak,
        valid_until=credit.valid_until,
    )


def _describe_record(case: Case) -> RecordAnswer | None:
    if case.record is None:
        return None
    record = case.record
    return RecordAnswer(
        kind=record.kind, contract_id=record.contract_id, contract_number=record.contract_number
    )

"""Financing cases on the wire."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import Field

from gateway.rules.cases import Case, CaseState, Track, find_stage_state
from gateway.rules.clocks import Calendar, Light, Terms, read_clock, show_light
from gateway.rules.plans import PlanStep
from gateway.rules.prospects import NextAct, list_next_acts
from gateway.rules.stages import STAGES, Stage, TrackState
from gateway.schemas.plans import PlanAnswer, describe_plan
from kit.identifiers import Uscc
from kit.pages import PageQuery
from kit.schemas import AnswerModel


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
    accept_due_on: date | None
    light: Light | None
    claimed_by: str | None = Field(description="the client that works on it")
    made_by: str | None = Field(description="the client that submitted it for decision")
    notice: list[str] = Field(description="what the enterprise was told, once, to supply")
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


class EnhancementAnswer(AnswerModel):
    """One way of 增信 that was chosen."""

    way: str
    on: date
    reason: str | None
    evidence: dict[str, Any]


class ProposalAnswer(AnswerModel):
    """A plan that waits for approval."""

    plan: PlanAnswer
    reason: str | None
    made_by: str
    on: date


class RecordAnswer(AnswerModel):
    """The trade record with which the case ended."""

    kind: str
    contract_id: str | None
    contract_number: str | None
    details: dict[str, Any] | None


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
    credit_hidden: bool = Field(
        description="no consent stands: the credit result is shown to no party"
    )
    enhancement: str | None = Field(description="why credit enhancement (增信) was opened")
    enhancements: list[EnhancementAnswer] = Field(description="the ways chosen, and their evidence")
    plan_proposal: ProposalAnswer | None = Field(
        description="a change of plan that waits for another person's approval"
    )
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
    """What a case is shown with: the day, the calendar, the terms, and whether 信 is disclosed."""

    on: date
    calendar: Calendar
    terms: Terms
    discloses: bool = True


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
        credit=_describe_credit(case) if desk.discloses else None,
        credit_hidden=case.credit is not None and not desk.discloses,
        enhancement=case.enhancement_reason if desk.discloses else None,
        enhancements=[
            EnhancementAnswer(
                way=one.way, on=one.on, reason=one.reason, evidence=dict(one.evidence)
            )
            for one in (case.enhancements if desk.discloses else ())
        ],
        plan_proposal=_describe_proposal(case),
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
    clock = read_clock(track, desk.terms, desk.calendar)
    hidden = track.stage is Stage.CREDIT and not desk.discloses
    return TrackAnswer(
        id=track.id,
        stage=track.stage,
        state=track.state,
        holder=HolderAnswer(role=track.holder.role, uscc=track.holder.uscc, name=track.holder.name),
        superseded=track.superseded,
        supersedes=track.supersedes,
        received_on=track.received_on,
        due_on=clock.decide.due_on if clock else None,
        accept_due_on=clock.accept.due_on if clock and clock.accept else None,
        light=show_light(desk.on, clock.next.due_on, desk.calendar) if clock else None,
        claimed_by=track.claimed_by,
        made_by=track.made_by,
        notice=list(track.notice),
        decided_on=track.decided_on,
        reason_code=None if hidden else track.reason_code,
        conditions=[
            {"text": one.text, "stage": one.stage.value if one.stage else None}
            for one in track.conditions
        ],
        result=None if hidden or track.result is None else dict(track.result),
        clock_warnings=[warning.zh for warning in clock.decide.warnings] if clock else [],
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


def _describe_proposal(case: Case) -> ProposalAnswer | None:
    if case.proposal is None:
        return None
    waits = case.proposal
    return ProposalAnswer(
        plan=describe_plan(waits.plan), reason=waits.reason, made_by=waits.made_by, on=waits.on
    )


def _describe_record(case: Case) -> RecordAnswer | None:
    if case.record is None:
        return None
    record = case.record
    return RecordAnswer(
        kind=record.kind,
        contract_id=record.contract_id,
        contract_number=record.contract_number,
        details=None if record.details is None else dict(record.details),
    )

"""增信: a weak 信 opens a sub-plan (guarantee, pledge, risk pool) instead of an end.

enhancement_not_open  增信 was not opened at this case
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from gateway.rules.case_json import Packed, pack_plan, pack_tracks
from gateway.rules.cases import Case, Track
from gateway.rules.decisions import ENHANCEMENT_WAYS, open_stages
from gateway.rules.ledger import Actor, EventKind
from gateway.rules.plans import Plan, PlanStep
from gateway.rules.refusals import refuse, require_open
from gateway.rules.stages import FAVOURABLE, SETTLED, Stage
from gateway.rules.story import Story, go_on
from kit.text import Text

GUARANTEE = ENHANCEMENT_WAYS[0]


@dataclass(frozen=True, slots=True)
class Choice:
    """One way of 增信, what it rests on, and the tracks that a guarantee needs."""

    way: str
    reason: str | None
    evidence: Packed
    tracks: Sequence[Track] = ()


def needs_enhancement(case: Case) -> bool:
    """Whether 信 is weak or refused and nothing has been chosen to make it good."""
    return case.enhancement_reason is not None and not case.enhancements


def needs_insurance(case: Case, way: str) -> bool:
    """Whether the way asks for a stage 保 that the plan does not have yet."""
    return way == GUARANTEE and case.plan.find_step(Stage.INSURANCE) is None


def choose_enhancement(case: Case, choice: Choice, actor: Actor, at: datetime, on: date) -> Story:
    """选定增信方式: a guarantee brings the stage 保 into the plan, before any lender decides."""
    require_open(case, on)
    if case.enhancement_reason is None:
        raise refuse(
            case,
            on,
            "enhancement_not_open",
            Text("信用结果不弱，本办件没有转入增信", "enhancement was not opened at this case"),
        )
    story = go_on(case, actor, at, on)
    story.tell(
        EventKind.ENHANCEMENT_CHOSEN,
        reason=choice.reason,
        way=choice.way,
        evidence=dict(choice.evidence),
    )
    if needs_insurance(case, choice.way):
        plan = add_insurance(case.plan, case)
        story.tell(
            EventKind.PLAN_CHANGED,
            reason="增信：以担保或保险补足",
            plan=pack_plan(plan),
            superseded=[],
            tracks=pack_tracks(choice.tracks),
        )
        open_stages(story)
    return story


def add_insurance(plan: Plan, case: Case) -> Plan:
    """The plan with 保 after 信 and before every lender that has not decided yet (else before 易).

    信 and what was decided stay as they are.
    """
    waiting = [step for step in plan.steps if _should_wait(step, case)]
    targets = {step.stage for step in waiting} or {Stage.TRADE}
    insurance = PlanStep(Stage.INSURANCE, (Stage.CREDIT,))
    steps: list[PlanStep] = []
    for step in plan.steps:
        if step.stage in targets:
            if all(one.stage is not Stage.INSURANCE for one in steps):
                steps.append(insurance)
            need = None if step.need is None else step.need + 1
            step = replace(step, after=(*step.after, Stage.INSURANCE), need=need)
        steps.append(step)
    zh, en = plan.title.zh, plan.title.en
    title = plan.title if "增信" in zh else Text(f"{zh}（增信）", f"{en} (enhanced)")
    return Plan(plan.id, title, tuple(steps), plan.version + 1)


def _should_wait(step: PlanStep, case: Case) -> bool:
    tracks = case.list_live_tracks(step.stage)
    decided = any(track.state in SETTLED | FAVOURABLE for track in tracks)
    return step.stage is Stage.LOAN and not decided

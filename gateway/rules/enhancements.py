"""增信: a weak 信 opens a sub-plan (guarantee, pledge, risk pool) instead of an end.

    way        who takes on the track of 保        what its approval says
    guarantee  the insurer or guarantor            a letter or policy is there
    pledge     the lender, as the pledgee          the pledge is registered
    risk_pool  the bureau, which keeps the pool    the case was admitted to the pool

Each way is a track of the stage 保 that comes before every lender that has not decided yet: the
lender waits for it, a condition may depend on it, and a mandate may ask for it (`products.py`).

enhancement_not_open  增信 was not opened at this case
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from gateway.rules.case_json import Packed, pack_plan, pack_tracks
from gateway.rules.cases import Case, Holder, Track
from gateway.rules.decisions import open_stages
from gateway.rules.ledger import Actor, EventKind
from gateway.rules.plans import Plan, PlanStep
from gateway.rules.refusals import refuse, require_open
from gateway.rules.stages import FAVOURABLE, SETTLED, Stage
from gateway.rules.story import Story, go_on
from kit.text import Text

GUARANTEE, PLEDGE, RISK_POOL = ENHANCEMENT_WAYS = ("guarantee", "pledge", "risk_pool")
_WAY_OF = {"insurer": GUARANTEE, "bank": PLEDGE, "officer": RISK_POOL}
"""Which way a track of 保 is, by the role of its holder."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One way of 增信, what it rests on, and the tracks that it needs."""

    way: str
    reason: str | None
    evidence: Packed
    tracks: Sequence[Track] = ()


def needs_enhancement(case: Case) -> bool:
    """Whether 信 is weak or refused and nothing has been chosen to make it good."""
    return case.enhancement_reason is not None and not case.enhancements


def needs_track(case: Case, holder: Holder) -> bool:
    """Whether the holder of a way has no live track of 保 at the case yet."""
    present = {track.holder.uscc for track in case.list_live_tracks(Stage.INSURANCE)}
    return holder.uscc not in present


def find_ways_given(case: Case) -> frozenset[str]:
    """The ways of 增信 that hold: their track of 保 is favourable."""
    tracks = case.list_live_tracks(Stage.INSURANCE)
    good = [track.holder.role for track in tracks if track.state in FAVOURABLE]
    return frozenset(_WAY_OF[role] for role in good if role in _WAY_OF)


def choose_enhancement(case: Case, choice: Choice, actor: Actor, at: datetime, on: date) -> Story:
    """选定增信方式: its track of 保 comes into the plan, before any lender decides."""
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
    if choice.tracks:
        plan = bring_in(case, choice.tracks)
        story.tell(
            EventKind.PLAN_CHANGED,
            reason=f"增信：{_REASONS[choice.way]}",
            plan=pack_plan(plan),
            superseded=[],
            tracks=pack_tracks(choice.tracks),
        )
        open_stages(story)
    return story


_REASONS = {
    GUARANTEE: "以担保或保险补足",
    PLEDGE: "以质押补足",
    RISK_POOL: "纳入风险补偿资金池",
}


def bring_in(case: Case, tracks: Sequence[Track]) -> Plan:
    """The plan in which these tracks of 保 have their place beside those that are there."""
    present = [track.holder.uscc for track in case.list_live_tracks(Stage.INSURANCE)]
    holders = tuple(dict.fromkeys([*present, *(track.holder.uscc for track in tracks)]))
    plan = case.plan if present else add_insurance(case.plan, case)
    steps = tuple(
        replace(step, holders=holders) if step.stage is Stage.INSURANCE else step
        for step in plan.steps
    )
    return replace(plan, steps=steps, version=case.plan.version + 1)


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
    return replace(plan, title=title, steps=tuple(steps))


def _should_wait(step: PlanStep, case: Case) -> bool:
    tracks = case.list_live_tracks(step.stage)
    decided = any(track.state in SETTLED | FAVOURABLE for track in tracks)
    return step.stage is Stage.LOAN and not decided

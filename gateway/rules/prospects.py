"""What comes next at a case, and by whom: shown on every case, and with every refusal."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from gateway.rules.cases import Case, CaseState, find_stage_state, is_credit_current, is_stage_open
from gateway.rules.ledger import Json
from gateway.rules.stages import FAVOURABLE, SETTLED, Stage, TrackState, list_outcomes


@dataclass(frozen=True, slots=True)
class NextAct:
    """One act that is open now. `outcomes` are what the holder may decide."""

    stage: Stage
    track_id: str | None
    act: str
    role: str
    uscc: str | None
    outcomes: tuple[TrackState, ...] = ()


_WORKING = (TrackState.READY, TrackState.IN_PROGRESS, TrackState.SUBMITTED)


def list_next_acts(case: Case, on: date) -> tuple[NextAct, ...]:
    """Everything that can move the case now, in the order of its plan; nothing once it ended."""
    if case.state is not CaseState.OPEN:
        return ()
    acts = tuple(act for step in case.plan.steps for act in _list_at_stage(case, step.stage, on))
    return acts or (_change_of_plan(case),)


def _list_at_stage(case: Case, stage: Stage, on: date) -> Iterable[NextAct]:
    if not is_stage_open(case, stage):
        return
    # Once 信 has lapsed nothing else can be decided, so nothing else is offered.
    lapsed = _has_credit_lapsed(case, on)
    if lapsed and stage is not Stage.CREDIT:
        return
    for track in case.list_live_tracks(stage):
        holder = track.holder
        if track.state in _WORKING:
            outcomes = list_outcomes(track.state)
            yield NextAct(stage, track.id, "decide", holder.role, holder.uscc, outcomes)
        elif track.state is TrackState.INFO_REQUESTED:
            yield NextAct(
                stage,
                track.id,
                "supply_information",
                "enterprise",
                case.uscc,
                (TrackState.IN_PROGRESS, TrackState.SUBMITTED),
            )
        elif _is_left_open(track.state, stage):
            outcomes = list_outcomes(track.state)
            yield NextAct(stage, track.id, "decide", holder.role, holder.uscc, outcomes)
        elif lapsed and track.state in FAVOURABLE:
            outcomes = list_outcomes(TrackState.READY)
            yield NextAct(stage, track.id, "renew", holder.role, holder.uscc, outcomes)


def _is_left_open(state: TrackState, stage: Stage) -> bool:
    """A trade approved on conditions still has to be approved; 信 and 易 left can be taken up."""
    if stage is Stage.TRADE and state is TrackState.CONDITIONALLY_APPROVED:
        return True
    return stage in (Stage.CREDIT, Stage.TRADE) and state in SETTLED - FAVOURABLE


def _has_credit_lapsed(case: Case, on: date) -> bool:
    step = case.plan.find_step(Stage.CREDIT)
    settled = step is not None and find_stage_state(case, step) in FAVOURABLE
    return settled and not is_credit_current(case, on)


def _change_of_plan(case: Case) -> NextAct:
    """A needed support has fallen: the bureau changes the plan, or the case closes."""
    stuck = next(
        step.stage for step in case.plan.steps if find_stage_state(case, step) not in FAVOURABLE
    )
    bureau = case.list_live_tracks(Stage.CREDIT)[0].holder
    return NextAct(stuck, None, "change_plan", "officer", bureau.uscc)


def describe_acts(acts: Iterable[NextAct]) -> list[Json]:
    """The acts as a refusal carries them."""
    return [
        {
            "stage": act.stage.value,
            "track_id": act.track_id,
            "act": act.act,
            "by": {"role": act.role, "uscc": act.uscc},
            "outcomes": [outcome.value for outcome in act.outcomes],
        }
        for act in acts
    ]

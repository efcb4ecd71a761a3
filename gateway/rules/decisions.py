"""What may be done at a case: by the state table, the plan, and the law that 信 comes first.

Each act answers a `Story`: the events to append and the case after them; or it refuses with
RuleBroken and the acts that are allowed now. Codes:

    case_ended             the case is over
    credit_required        信 has no current result, or has it no longer
    stage_not_open         what the stage waits for is not settled, or the track was replaced
    consent_required       the enterprise's consent does not hold now
    act_not_allowed        the table knows no way from this state to that outcome
    stage_required         信 and 易 cannot be waived
    trade_record_required  易 ends a case only with a trade record

Who may do it stands in `people.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from gateway.rules.case_json import (
    pack_conditions,
    pack_credit,
    pack_plan,
    pack_record,
    pack_tracks,
)
from gateway.rules.cases import (
    Case,
    Holder,
    Track,
    find_stage_state,
    is_credit_current,
    is_stage_open,
)
from gateway.rules.ledger import Actor, EventKind
from gateway.rules.orders import Order, Outside
from gateway.rules.people import check_people
from gateway.rules.plans import Plan
from gateway.rules.refusals import refuse, require_open
from gateway.rules.stages import (
    DECISIONS,
    FAVOURABLE,
    SETTLED,
    STAGES,
    Act,
    Stage,
    TrackState,
    find_path,
    list_outcomes,
)
from gateway.rules.story import Story, go_on
from kit.text import Text


@dataclass(frozen=True, slots=True)
class Opening:
    """What a case begins with."""

    case_id: str
    number: str
    uscc: str
    enterprise_name: str
    title: str
    amount_yuan: str | None
    achievement_id: str | None
    plan: Plan
    tracks: tuple[Track, ...]


def open_case(opening: Opening, actor: Actor, at: datetime, on: date) -> Story:
    """立案: the case with its plan and tracks; 信 is ready at once."""
    story = Story(opening.case_id, actor, at, on)
    story.tell(
        EventKind.CASE_OPENED,
        number=opening.number,
        uscc=opening.uscc,
        enterprise_name=opening.enterprise_name,
        title=opening.title,
        amount_yuan=opening.amount_yuan,
        achievement_id=opening.achievement_id,
        plan=pack_plan(opening.plan),
        tracks=pack_tracks(opening.tracks),
    )
    open_stages(story)
    return story


def decide_track(
    case: Case, order: Order, outside: Outside, actor: Actor, at: datetime, on: date
) -> Story:
    """办理: bring a track to an outcome, with all that follows from it."""
    track = _find_open_track(case, order, outside, on)
    check_people(case, track, order, outside, actor, on)
    story = go_on(case, actor, at, on)
    if _is_renewal(case, track, on):
        story.tell(EventKind.TRACK_EXPIRED, track_id=track.id)
        story.tell(EventKind.TRACK_REOPENED, track_id=track.id)
    state = next(t.state for t in story.case.tracks if t.id == track.id)
    path = find_path(state, order.outcome)
    if path is None:
        raise refuse(
            case,
            on,
            "act_not_allowed",
            Text(
                f"该环节现为「{state.value}」，不能办成「{order.outcome.value}」",
                f"the track is {state.value} and cannot become {order.outcome.value}",
            ),
            outcomes=list_outcomes(state),
        )
    for act in path[:-1]:
        story.tell(_KIND_OF[act], track_id=track.id)
    _tell_outcome(story, path[-1], order, outside)
    _follow_up(story, track, order, outside)
    return story


def change_plan(
    case: Case,
    plan: Plan,
    tracks: Sequence[Track],
    reason: str,
    actor: Actor,
    at: datetime,
    on: date,
) -> Story:
    """变更路径: a new version with its reason; what drops out is superseded, never erased.

    `tracks` are those the new plan needs; a live track of the same stage and holder is kept.
    """
    require_open(case, on)
    live = [track for track in case.tracks if not track.superseded]
    wanted = {(track.stage, track.holder.uscc) for track in tracks}
    present = {(track.stage, track.holder.uscc) for track in live}
    story = go_on(case, actor, at, on)
    story.tell(
        EventKind.PLAN_CHANGED,
        reason=reason,
        plan=pack_plan(plan),
        superseded=[t.id for t in live if (t.stage, t.holder.uscc) not in wanted],
        tracks=pack_tracks(t for t in tracks if (t.stage, t.holder.uscc) not in present),
    )
    open_stages(story)
    return story


def close_case(
    case: Case, reason_code: str, reason: str | None, actor: Actor, at: datetime, on: date
) -> Story:
    """终止: end a case without a trade, with a published reason."""
    require_open(case, on)
    story = go_on(case, actor, at, on)
    _withdraw_rest(story)
    story.tell(EventKind.CASE_CLOSED, reason_code=reason_code, reason=reason)
    return story


def plan_tracks(
    plan: Plan, holders: Mapping[Stage, Sequence[Holder]], ids: Sequence[str]
) -> tuple[Track, ...]:
    """The tracks that a plan needs: one per holder of each step."""
    pairs = [(step.stage, holder) for step in plan.steps for holder in holders[step.stage]]
    return tuple(Track(ids[place], stage, holder) for place, (stage, holder) in enumerate(pairs))


_KIND_OF: Mapping[Act, EventKind] = {
    Act.OPEN: EventKind.TRACK_OPENED,
    Act.ACCEPT: EventKind.TRACK_ACCEPTED,
    Act.REQUEST_INFO: EventKind.INFORMATION_REQUESTED,
    Act.SUPPLY_INFO: EventKind.INFORMATION_SUPPLIED,
    Act.SUBMIT: EventKind.TRACK_SUBMITTED,
    Act.APPROVE: EventKind.TRACK_APPROVED,
    Act.CONDITIONALLY_APPROVE: EventKind.TRACK_CONDITIONALLY_APPROVED,
    Act.REJECT: EventKind.TRACK_REJECTED,
    Act.WITHDRAW: EventKind.TRACK_WITHDRAWN,
    Act.WAIVE: EventKind.TRACK_WAIVED,
    Act.EXPIRE: EventKind.TRACK_EXPIRED,
    Act.REOPEN: EventKind.TRACK_REOPENED,
}


def _find_open_track(case: Case, order: Order, outside: Outside, on: date) -> Track:
    """The track, if the order's step is open at all; the law that 信 comes first is here."""
    require_open(case, on)
    track = next(track for track in case.tracks if track.id == order.track_id)
    if not STAGES[track.stage].may_be_waived and order.outcome is TrackState.WAIVED:
        raise refuse(
            case, on, "stage_required", Text("信和易不能免办", "credit and trade cannot be waived")
        )
    if track.stage is not Stage.CREDIT and not _has_credit(case, order, on):
        raise refuse(
            case,
            on,
            "credit_required",
            Text(
                "信为首要环节：须先有有效的信用结果，其他环节才能作出决定",
                "credit comes first: nothing else is decided without a current credit result",
            ),
        )
    if track.superseded or not is_stage_open(case, track.stage):
        raise refuse(
            case,
            on,
            "stage_not_open",
            Text(
                "该环节尚未开放：其前面的环节还没有办结",
                "this stage is not open: what it waits for is not settled",
            ),
        )
    needs_consent = track.stage is not Stage.CREDIT and order.outcome in DECISIONS
    if needs_consent and not outside.consent_holds:
        raise refuse(
            case,
            on,
            "consent_required",
            Text(
                "企业的授权现已无效，任何决定都不能作出",
                "the enterprise's consent does not hold now; nothing can be decided",
            ),
        )
    return track


def _has_credit(case: Case, order: Order, on: date) -> bool:
    """Decisions need 信 to be current; other acts need it to have been decided favourably."""
    if order.outcome in DECISIONS:
        return is_credit_current(case, on)
    step = case.plan.find_step(Stage.CREDIT)
    return step is not None and find_stage_state(case, step) in FAVOURABLE


def _is_renewal(case: Case, track: Track, on: date) -> bool:
    """Whether 信 is being decided again because its validity is over."""
    if track.stage is not Stage.CREDIT or track.state not in FAVOURABLE:
        return False
    return not is_credit_current(case, on)


def _tell_outcome(story: Story, act: Act, order: Order, outside: Outside) -> None:
    track = next(t for t in story.case.tracks if t.id == order.track_id)
    if track.stage is Stage.CREDIT and act in (Act.APPROVE, Act.CONDITIONALLY_APPROVE):
        if outside.credit is None:
            raise refuse(
                story.case,
                story.on,
                "consent_required",
                Text("没有可用的信用结果", "there is no credit result to stand on"),
            )
        credit = pack_credit(outside.credit)
    else:
        credit = None
    if track.stage is Stage.TRADE and act is Act.APPROVE and outside.record is None:
        raise refuse(
            story.case,
            story.on,
            "trade_record_required",
            Text(
                "没有交易记录（已登记的技术合同等），办件不能以“已转化”结束",
                "without a trade record (a registered contract) the case cannot end transformed",
            ),
        )
    story.tell(
        _KIND_OF[act],
        track_id=order.track_id,
        reason_code=order.reason_code,
        reason=order.reason,
        conditions=pack_conditions(order.conditions),
        result=order.result,
        credit=credit,
        **({"items": list(order.items)} if order.items else {}),
    )


def _follow_up(story: Story, track: Track, order: Order, outside: Outside) -> None:
    """What one outcome brings with it."""
    reopen_dependents(story, track.stage)
    if track.stage is Stage.CREDIT:
        _open_enhancement(story, track, order, outside)
    if track.stage is Stage.TRADE and order.outcome is TrackState.APPROVED and outside.record:
        _withdraw_rest(story)
        story.tell(EventKind.CASE_TRANSFORMED, record=pack_record(outside.record))
        return
    open_stages(story)


def open_stages(story: Story) -> None:
    """Open the tracks of every stage whose turn has come."""
    for step in story.case.plan.steps:
        if is_stage_open(story.case, step.stage):
            for track in story.case.list_live_tracks(step.stage):
                if track.state is TrackState.PLANNED:
                    story.tell(EventKind.TRACK_OPENED, track_id=track.id)


def reopen_dependents(story: Story, stage: Stage) -> None:
    """An approval that depended on this stage reopens when the stage falls."""
    step = story.case.plan.find_step(stage)
    if step is None or find_stage_state(story.case, step) not in SETTLED - FAVOURABLE:
        return
    for track in story.case.tracks:
        depends = any(condition.stage is stage for condition in track.conditions)
        if depends and track.state in FAVOURABLE and not track.superseded:
            story.tell(
                EventKind.TRACK_REOPENED,
                track_id=track.id,
                reason=f"所依赖的环节「{STAGES[stage].zh}」未成立",
            )


def _open_enhancement(story: Story, track: Track, order: Order, outside: Outside) -> None:
    """增信: a weak 信 does not end the case. A rejected one gets a further track of its own."""
    weak = outside.credit is not None and outside.credit.is_weak
    rejected = order.outcome is TrackState.REJECTED
    decided = order.outcome in (TrackState.APPROVED, TrackState.CONDITIONALLY_APPROVED)
    conditional = order.outcome is TrackState.CONDITIONALLY_APPROVED
    if not rejected and not conditional and not (decided and weak):
        return
    again = Track(outside.spare_id, Stage.CREDIT, track.holder, supersedes=track.id)
    story.tell(
        EventKind.ENHANCEMENT_OPENED,
        track_id=track.id,
        reason_code=order.reason_code,
        reason=order.reason or "信用结果偏弱，转入增信",
        ways=["guarantee", "pledge", "risk_pool"],
        tracks=pack_tracks([again] if rejected else []),
    )


def _withdraw_rest(story: Story) -> None:
    for track in story.case.tracks:
        if track.state not in SETTLED and not track.superseded:
            story.tell(EventKind.TRACK_WITHDRAWN, track_id=track.id, reason="办件结束")

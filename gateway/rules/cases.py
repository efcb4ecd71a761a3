"""融资办件: what a case is, and what can be read off it.

A case is the fold of its events (`folding.py`); what may happen next is decided in
`decisions.py`. Read here:

- a stage is open when every stage it waits for is settled and enough of them favourably;
- the credit standing is current while its track is favourable and its validity lasts;
- a stage's state is that of its live tracks, taken together by the step's quorum.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gateway.rules.ledger import BEGINNING, Json
from gateway.rules.plans import Plan, PlanStep, Requirement
from gateway.rules.stages import FAVOURABLE, SETTLED, Stage, TrackState


class CaseState(StrEnum):
    """办件状态：办理中、已转化、已终止。"""

    OPEN = "open"
    TRANSFORMED = "transformed"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Holder:
    """The organisation that decides a track, and the role it acts in."""

    role: str
    uscc: str
    name: str


@dataclass(frozen=True, slots=True)
class Condition:
    """What an approval depends on; with `stage`, the approval reopens when that stage falls."""

    text: str
    stage: Stage | None = None


@dataclass(frozen=True, slots=True)
class Track:
    """One organisation's work in one stage. `supersedes` is the rejected 信 it makes good.

    `claimed_by` is the client that works on it, `made_by` the one that submitted it for decision;
    `notice` is what the enterprise was told, once, to supply (一次性告知).
    """

    id: str
    stage: Stage
    holder: Holder
    state: TrackState = TrackState.PLANNED
    superseded: bool = False
    supersedes: str | None = None
    received_on: date | None = None
    decided_on: date | None = None
    reason_code: str | None = None
    conditions: tuple[Condition, ...] = ()
    result: Mapping[str, Json] | None = None
    claimed_by: str | None = None
    made_by: str | None = None
    accepted_on: date | None = None
    notice: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CreditResult:
    """What 信 found, within which consent, and until when it counts."""

    result_id: str | None
    score: str | None
    grade: str | None
    is_weak: bool
    valid_until: date
    consent_id: str | None


@dataclass(frozen=True, slots=True)
class TradeRecord:
    """What makes a case a success: a registered contract, an exchange deal, equity given."""

    kind: str
    contract_id: str | None
    contract_number: str | None
    details: Mapping[str, Json] | None = None

    @property
    def reference(self) -> str | None:
        """What one case alone may rest on, where it is no contract of the achievements house."""
        outside = self.contract_id is None and self.contract_number is not None
        return f"{self.kind}:{self.contract_number}" if outside else None


@dataclass(frozen=True, slots=True)
class Enhancement:
    """增信: one way by which a weak 信 is made good, and what it rests on."""

    way: str
    on: date
    reason: str | None
    evidence: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class PlanProposal:
    """变更路径的拟议: a plan that waits for another person's approval; `made_by` is a client."""

    plan: Plan
    reason: str | None
    made_by: str
    on: date


@dataclass(frozen=True, slots=True)
class Case:
    """A case after so many events (`version`)."""

    id: str
    number: str
    uscc: str
    enterprise_name: str
    title: str
    amount_yuan: str | None
    achievement_id: str | None
    plan: Plan
    opened_on: date
    tracks: tuple[Track, ...] = ()
    state: CaseState = CaseState.OPEN
    credit: CreditResult | None = None
    enhancement_reason: str | None = None
    enhancements: tuple[Enhancement, ...] = ()
    opened_by: str | None = None
    proposal: PlanProposal | None = None
    record: TradeRecord | None = None
    closed_on: date | None = None
    close_reason_code: str | None = None
    version: int = 0
    last_hash: str = BEGINNING

    def find_track(self, track_id: str) -> Track | None:
        return next((track for track in self.tracks if track.id == track_id), None)

    def list_live_tracks(self, stage: Stage) -> tuple[Track, ...]:
        """The tracks of a stage that still count."""
        return tuple(t for t in self.tracks if t.stage is stage and not t.superseded)


_PROGRESS = (
    TrackState.SUBMITTED,
    TrackState.INFO_REQUESTED,
    TrackState.IN_PROGRESS,
    TrackState.READY,
    TrackState.PLANNED,
)
_FALLEN = (TrackState.REJECTED, TrackState.EXPIRED, TrackState.WITHDRAWN)


def find_stage_state(case: Case, step: PlanStep) -> TrackState:
    """One state for a stage: favourable once its quorum is, fallen once it cannot be any more."""
    states = [track.state for track in case.list_live_tracks(step.stage)]
    quorum = step.quorum or len(states)
    good = [state for state in states if state in FAVOURABLE]
    if states and len(good) >= quorum:
        order = (TrackState.CONDITIONALLY_APPROVED, TrackState.APPROVED, TrackState.WAIVED)
        return next(state for state in order if state in good)
    fallen = [state for state in states if state in _FALLEN]
    if fallen and len(states) - len(fallen) < quorum:
        return next(state for state in _FALLEN if state in fallen)
    return next((state for state in _PROGRESS if state in states), TrackState.PLANNED)


def is_stage_open(case: Case, stage: Stage) -> bool:
    """Whether what the stage waits for is settled, and favourably enough."""
    step = case.plan.find_step(stage)
    if step is None or case.state is not CaseState.OPEN:
        return False
    states = [find_stage_state(case, one) for one in list_gates(case.plan, step)]
    need = min(step.need or len(states), len(states))
    favourable = sum(state in FAVOURABLE for state in states)
    return all(state in SETTLED for state in states) and favourable >= need


def list_gates(plan: Plan, step: PlanStep) -> Iterator[PlanStep]:
    """The required steps before this one; behind an optional step stand its own gates."""
    for stage in step.after:
        before = plan.find_step(stage)
        if before is not None and before.requirement is Requirement.REQUIRED:
            yield before
        elif before is not None:
            yield from list_gates(plan, before)


def is_credit_current(case: Case, on: date) -> bool:
    """Whether 信 stands on that day: a favourable decision whose validity is not over."""
    step = case.plan.find_step(Stage.CREDIT)
    if step is None or case.credit is None or case.credit.valid_until < on:
        return False
    return find_stage_state(case, step) in FAVOURABLE

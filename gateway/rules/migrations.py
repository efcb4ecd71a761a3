"""Moving a running case to another version of its plan: what stays, what goes, what comes.

A decided track whose stage and holder stay is kept with its decision; one that goes is superseded,
never erased. A case whose 易 would have to wait for less or more is moved all the same: the next
acts follow from the new plan. A case is blocked only where the move would take a decision's ground
away: an approved 易 is not undone by a plan.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.rules.cases import Case, CaseState, Track
from gateway.rules.plans import Plan
from gateway.rules.stages import FAVOURABLE, SETTLED, Stage


@dataclass(frozen=True, slots=True)
class Move:
    """What a migration does to one case."""

    case: Case
    plan: Plan
    tracks: tuple[Track, ...]
    kept: tuple[Track, ...]
    superseded: tuple[Track, ...]
    added: tuple[Track, ...]
    blocked: str | None = None

    @property
    def is_needed(self) -> bool:
        """Whether the case walks by other steps than the version says."""
        return self.case.plan.steps != self.plan.steps

    @property
    def decided_superseded(self) -> tuple[Track, ...]:
        """The decisions that would no longer count."""
        return tuple(track for track in self.superseded if track.state in SETTLED)


def judge_move(case: Case, plan: Plan, tracks: Sequence[Track]) -> Move:
    """The migration of one case, before it is carried out."""
    live = [track for track in case.tracks if not track.superseded]
    wanted = {(track.stage, track.holder.uscc) for track in tracks}
    present = {(track.stage, track.holder.uscc) for track in live}
    superseded = tuple(t for t in live if (t.stage, t.holder.uscc) not in wanted)
    return Move(
        case=case,
        plan=plan,
        tracks=tuple(tracks),
        kept=tuple(t for t in live if (t.stage, t.holder.uscc) in wanted),
        superseded=superseded,
        added=tuple(t for t in tracks if (t.stage, t.holder.uscc) not in present),
        blocked=_find_block(case, superseded),
    )


def _find_block(case: Case, superseded: Sequence[Track]) -> str | None:
    if case.state is not CaseState.OPEN:
        return "case_ended"
    gone = {track.stage for track in superseded if track.state in FAVOURABLE}
    if Stage.CREDIT in gone:
        return "credit_would_be_lost"
    return "trade_would_be_lost" if Stage.TRADE in gone else None

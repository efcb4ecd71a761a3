"""Who may see a case, and who may do what at it. What is not granted is denied."""

from gateway.rules.cases import Case, Track
from gateway.rules.stages import TrackState

_OVERSEERS = frozenset({"officer", "auditor", "service"})


def may_see_case(case: Case, role: str, uscc: str) -> bool:
    """The enterprise, those who hold a track (also a replaced one), the bureau and auditors."""
    if role in _OVERSEERS or uscc == case.uscc:
        return True
    return any(track.holder.uscc == uscc for track in case.tracks)


def may_decide(case: Case, track: Track, outcome: TrackState, uscc: str) -> bool:
    """The holder of the track; the enterprise may answer a request for information."""
    if track.holder.uscc == uscc:
        return True
    answers = outcome in (TrackState.SUBMITTED, TrackState.IN_PROGRESS)
    return uscc == case.uscc and answers and track.state is TrackState.INFO_REQUESTED


def may_close_case(case: Case, role: str, uscc: str) -> bool:
    """The bureau, or the enterprise that no longer wants it."""
    return role == "officer" or uscc == case.uscc


def may_always_see_credit(case: Case, role: str, uscc: str) -> bool:
    """The enterprise itself, and who audits; every other party only while a consent stands."""
    return uscc == case.uscc or role in ("auditor", "service")

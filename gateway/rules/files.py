"""A track goes where its file goes: what is done in the file of a support is done at its track.

    file            track
    taken on        ready → in_progress (the clock of acceptance stops)
    returned        → info_requested, with the reason as the notice
    supplemented    → in_progress (the clock of decision starts again)

The decision itself is taken in both at once (`usecases/files.py`). While the stage is not open yet
the file may go ahead alone; the track catches up with the next step of the file.
"""

from enum import StrEnum

from gateway.rules.cases import Case, Track, is_stage_open
from gateway.rules.ledger import EventKind
from gateway.rules.orders import Order, Outside
from gateway.rules.people import check_people
from gateway.rules.stages import TrackState
from gateway.rules.story import Story, go_on
from gateway.rules.supports import Doing


class Phase(StrEnum):
    """档案阶段：待受理、办理中、退回补正。"""

    WAITING = "waiting"
    WORKING = "working"
    ASKED = "asked"


def follow_file(case: Case, track: Track, phase: Phase, outside: Outside, doing: Doing) -> Story:
    """What the step of a file means for its track; a story without events where nothing."""
    story = go_on(case, doing.actor, doing.at, doing.on)
    if track.superseded or not is_stage_open(case, track.stage):
        return story
    state = track.state
    if state is TrackState.READY and phase is not Phase.WAITING:
        order = Order(track.id, TrackState.IN_PROGRESS)
        check_people(case, track, order, outside, doing.actor, doing.on)
        story.tell(EventKind.TRACK_ACCEPTED, track_id=track.id)
        state = TrackState.IN_PROGRESS
    if state is TrackState.IN_PROGRESS and phase is Phase.ASKED:
        items = [doing.reason] if doing.reason else []
        story.tell(
            EventKind.INFORMATION_REQUESTED, track_id=track.id, reason=doing.reason, items=items
        )
    elif state is TrackState.INFO_REQUESTED and phase is not Phase.ASKED:
        story.tell(EventKind.INFORMATION_SUPPLIED, track_id=track.id, reason=doing.reason)
    return story

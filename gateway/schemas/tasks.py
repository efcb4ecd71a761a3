"""The inbox of an organisation on the wire."""

from datetime import date

from gateway.rules.clocks import Light
from gateway.rules.stages import Stage, TrackState
from kit.schemas import AnswerModel


class TaskAnswer(AnswerModel):
    """One thing that waits for the caller's organisation."""

    case_id: str
    case_number: str
    case_version: int
    title: str
    enterprise_name: str
    stage: Stage
    zh: str
    track_id: str
    act: str
    state: TrackState
    received_on: date | None
    due_on: date | None
    light: Light | None

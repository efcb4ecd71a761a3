"""The inbox of an organisation on the wire."""

from datetime import date
from typing import Literal

from pydantic import ConfigDict, Field

from gateway.rules.clocks import Light
from gateway.rules.stages import Stage, TrackState
from kit.pages import PageQuery
from kit.schemas import AnswerModel, WireModel


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
    claimed_by: str | None
    made_by: str | None
    notice: list[str]
    received_on: date | None
    accept_due_on: date | None
    due_on: date | None
    light: Light | None


class ErrandAnswer(AnswerModel):
    """One thing that another house gives the caller's organisation; it is done at `link`."""

    errand_id: str
    act: str = Field(description="what is to be done, as `follow_up`")
    title: str
    link: str
    due_on: date
    light: Light


class TaskQuery(PageQuery):
    """Which tasks, and how many."""

    claimed: Literal["mine", "nobody"] | None = None


class ReleaseRequest(WireModel):
    """Why a claimed task goes back."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "休假"}]})

    reason: str | None = Field(None, max_length=1000)


class DelegationRequest(WireModel):
    """To which colleague (client) a task goes, and why."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"to": "demo-officer-2", "reason": "专业对口"}]}
    )

    to: str = Field(min_length=1, max_length=100)
    reason: str = Field(min_length=1, max_length=1000)

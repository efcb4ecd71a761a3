"""The bureau's plans on the wire: versions, their approval, and the migration of running cases."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StrictBool

from gateway.rules.case_json import unpack_plan
from gateway.rules.cases import Track
from gateway.rules.migrations import Move
from gateway.rules.stages import Stage, TrackState
from gateway.schemas.plans import OwnPlan, PlanAnswer, describe_plan
from gateway.tables import PlanVersion
from kit.schemas import AnswerModel, WireModel

PlanId = Annotated[
    str, Field(pattern=r"^[a-z][a-z0-9-]{2,79}$", examples=["credit-insurance-loan-trade"])
]


class PlanComposition(OwnPlan):
    """A plan as an officer composes it: a new one, or the next version of a known one."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "credit-insurance-loan-trade",
                    "zh": "信→保→贷→易",
                    "en": "credit, insurance, loan, trade",
                    "stages": ["credit", "insurance", "loan", "trade"],
                    "reason": "试点：先担保后放款",
                }
            ]
        }
    )

    id: PlanId
    zh: str = Field(min_length=1, max_length=100)
    en: str = Field(min_length=1, max_length=200)
    reason: str = Field(min_length=1, max_length=1000)


class PlanVersionDecision(WireModel):
    """Approve or refuse a version."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"outcome": "approved", "reason": "经局长办公会同意"}]}
    )

    outcome: Literal["approved", "refused"]
    reason: str | None = Field(None, max_length=1000)


class MigrationRequest(WireModel):
    """Why running cases are moved; `dry_run` only reports."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"dry_run": True, "reason": "统一采用新路径"}]}
    )

    dry_run: StrictBool = True
    reason: str = Field(min_length=1, max_length=1000)


class PersonAnswer(AnswerModel):
    """Who composed or decided."""

    client_id: str
    uscc: str
    name: str


class PlanVersionAnswer(AnswerModel):
    """One version of a plan."""

    plan: PlanAnswer
    state: Literal["draft", "approved", "refused"]
    reason: str
    made_by: PersonAnswer
    made_at: datetime
    decided_by: PersonAnswer | None
    decided_at: datetime | None
    decision_reason: str | None


class MovedTrack(AnswerModel):
    """A track in a migration report."""

    id: str
    stage: Stage
    holder: str
    state: TrackState
    decided_on: date | None


class MoveAnswer(AnswerModel):
    """What the migration does to one case."""

    case_id: str
    number: str
    from_version: int
    to_version: int
    kept: list[MovedTrack]
    superseded: list[MovedTrack]
    added: list[MovedTrack]
    decided_superseded: int = Field(description="how many decisions no longer count")
    blocked: str | None = Field(description="why this case keeps its plan; null: it is moved")


class MigrationReport(AnswerModel):
    """The migration, case by case; those that follow the version already are left out."""

    plan_id: str
    to_version: int
    dry_run: bool
    items: list[MoveAnswer]


def describe_version(row: PlanVersion) -> PlanVersionAnswer:
    """A version with who made and who decided it."""
    return PlanVersionAnswer.model_validate(
        {
            "plan": describe_plan(unpack_plan(row.plan)),
            "state": row.state,
            "reason": row.reason,
            "made_by": _person(row.made_by),
            "made_at": row.made_at,
            "decided_by": None if row.decided_by is None else _person(row.decided_by),
            "decided_at": row.decided_at,
            "decision_reason": row.decision_reason,
        }
    )


def describe_move(move: Move) -> MoveAnswer:
    """One line of the report."""
    return MoveAnswer(
        case_id=move.case.id,
        number=move.case.number,
        from_version=move.case.plan.version,
        to_version=move.plan.version,
        kept=[_moved(track) for track in move.kept],
        superseded=[_moved(track) for track in move.superseded],
        added=[_moved(track) for track in move.added],
        decided_superseded=len(move.decided_superseded),
        blocked=move.blocked,
    )


def _moved(track: Track) -> MovedTrack:
    return MovedTrack(
        id=track.id,
        stage=track.stage,
        holder=track.holder.name,
        state=track.state,
        decided_on=track.decided_on,
    )


def _person(actor: dict[str, Any]) -> PersonAnswer:
    return PersonAnswer(client_id=actor["client_id"], uscc=actor["uscc"], name=actor["name"])

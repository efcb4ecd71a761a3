"""The queue of possible doubles on the wire."""

from datetime import datetime
from typing import Annotated

from pydantic import ConfigDict, Field

from kit.pages import PageQuery
from kit.schemas import AnswerModel, WireModel
from services.achievements.rules.doubles import PairAct, PairState
from services.achievements.schemas.achievements import AchievementAnswer


class PairAnswer(AnswerModel):
    """Two records side by side; certain ones share a patent or DOI."""

    id: str
    certainty: str
    reasons: list[str]
    similarity: float
    state: PairState
    version: int
    kept_id: str | None
    found_at: datetime
    decided_at: datetime | None
    first: AchievementAnswer
    second: AchievementAnswer


class PairQuery(PageQuery):
    """Which pairs."""

    state: PairState | None = None


class PairDecision(WireModel):
    """Merge (naming the record that stays), keep apart, or undo."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"decision": "kept_apart"}]})

    decision: PairAct
    keep: Annotated[str, Field(max_length=36)] | None = Field(
        None, description="of a merge: the record that stands for both"
    )
    reason: Annotated[str, Field(min_length=1, max_length=500)] | None = None


class ScanAnswer(AnswerModel):
    """How many achievements were compared, and how many pairs are new."""

    compared: int
    found: int

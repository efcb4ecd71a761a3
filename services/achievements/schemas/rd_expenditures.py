"""R&D expenditure on the wire."""

from dataclasses import fields
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, JsonValue

from kit.money import Ratio, Yuan
from kit.schemas import AnswerModel, WireModel
from services.achievements.rules.rd_expenditures import RdExpenditureFacts
from services.achievements.rules.rd_jumps import Direction
from services.achievements.rules.rows import RowResult
from services.achievements.rules.visibility import RdExpenditureField, Visibility
from services.achievements.schemas.forms import RdForm, stored_form
from services.achievements.schemas.records import (
    GuardedAnswer,
    GuardedContent,
    GuardedPatch,
    Hit,
    MembersOrFewer,
    RecordQuery,
)
from services.achievements.schemas.values import Line, SourceId

_EXAMPLE: dict[str, JsonValue] = {
    "source_id": "2025",
    "year": 2025,
    "total_yuan": "1000000.00",
    "personnel_yuan": "500000.00",
    "direct_input_yuan": "200000.00",
    "depreciation_yuan": "100000.00",
    "intangible_amortization_yuan": "50000.00",
    "design_yuan": "50000.00",
    "equipment_trial_yuan": "50000.00",
    "outsourced_yuan": "30000.00",
    "other_yuan": "20000.00",
}


class RdExpenditureContent(GuardedContent[RdExpenditureField]):
    """Eight categories of form 107-2, in yuan, that sum to the total to the fen."""

    visibility: MembersOrFewer = Visibility.PRIVATE
    year: Annotated[int, Field(strict=True, ge=1985, le=2100)]
    total_yuan: Yuan
    personnel_yuan: Yuan
    direct_input_yuan: Yuan
    depreciation_yuan: Yuan
    intangible_amortization_yuan: Yuan
    design_yuan: Yuan
    equipment_trial_yuan: Yuan
    outsourced_yuan: Yuan
    other_yuan: Yuan
    revenue_yuan: Yuan | None = None
    form: RdForm | None = None


class RdExpenditureBody(RdExpenditureContent):
    """One organisation's R&D expenditure of one year."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    source_id: SourceId

    def facts(self) -> RdExpenditureFacts:
        """The same in the words of the rules."""
        values = {f.name: getattr(self, f.name) for f in fields(RdExpenditureFacts)}
        return RdExpenditureFacts(**values | {"form": stored_form(self.form)} | self.guard())


class RdExpenditureUpsert(RdExpenditureContent):
    """Expenditure under the `source_id` of the address."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    source_id: SourceId | None = None


class RdExpenditurePatch(GuardedPatch[RdExpenditureField]):
    """The fields to change (RFC 7396): null empties an optional field."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"revenue_yuan": "90000000.00"}]})

    year: Annotated[int, Field(strict=True, ge=1985, le=2100)] | None = None
    total_yuan: Yuan | None = None
    personnel_yuan: Yuan | None = None
    direct_input_yuan: Yuan | None = None
    depreciation_yuan: Yuan | None = None
    intangible_amortization_yuan: Yuan | None = None
    design_yuan: Yuan | None = None
    equipment_trial_yuan: Yuan | None = None
    outsourced_yuan: Yuan | None = None
    other_yuan: Yuan | None = None
    revenue_yuan: Yuan | None = None
    form: RdForm | None = None


class JumpAnswer(AnswerModel):
    """A change from the year before beyond the limit; it asks for a reason."""

    direction: Direction
    change: Ratio | None = Field(description="of last year's total; null where that was nothing")
    limit: Ratio
    limit_is_assumption: bool
    previous_yuan: Yuan = Field(description="the organisation's total of the year before")
    total_yuan: Yuan = Field(description="the organisation's total of this year")
    reason: str | None
    reason_required: bool


class RdExpenditureAnswer(GuardedAnswer[RdExpenditureField]):
    """R&D expenditure as answered."""

    year: int
    total_yuan: Yuan
    personnel_yuan: Yuan
    direct_input_yuan: Yuan
    depreciation_yuan: Yuan
    intangible_amortization_yuan: Yuan
    design_yuan: Yuan
    equipment_trial_yuan: Yuan
    outsourced_yuan: Yuan
    other_yuan: Yuan
    revenue_yuan: Yuan | None
    form: RdForm | None
    intensity: Ratio | None = Field(description="total / revenue; null while revenue is unknown")
    jump: JumpAnswer | None


class RdExpenditureHit(Hit, RdExpenditureAnswer):
    """The expenditure of a year in a list."""


class RdExpenditureUpserted(RdExpenditureAnswer):
    """The expenditure, and what the upsert did."""

    result: RowResult


class RdExpenditureQuery(RecordQuery):
    """Which expenditure; a jump is a change beyond the limits of `checks/rd-expenditure.yaml`."""

    year: int | None = Field(None, ge=1985, le=2100)
    jump: Literal["any", "unexplained", "explained"] | None = Field(
        None, description="only of years whose total jumped from that of the year before"
    )


class ExplanationBody(WireModel):
    """Why the year's total jumped."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "新建中试线，设备投入"}]})

    reason: Line

"""Changes and cancellations of registered contracts on the wire."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import ConfigDict, Field, JsonValue, model_validator
from pydantic_core import PydanticCustomError

from kit.money import Yuan
from kit.pages import Page
from kit.schemas import AnswerModel, WireModel
from services.achievements.rules.amendments import (
    AmendmentAct,
    AmendmentKind,
    AmendmentState,
)
from services.achievements.schemas.contracts import TermsInForce
from services.achievements.schemas.forms import ContractForm
from services.achievements.schemas.values import IsoDate, Line

Reason = Annotated[str, Field(min_length=1, max_length=500)]


class TermsChange(WireModel):
    """What changes; a field that is not named stays. Null takes a part away."""

    title: Line | None = None
    total_yuan: Yuan | None = None
    technology_yuan: Yuan | None = None
    equipment_yuan: Yuan | None = None
    other_yuan: Yuan | None = None
    signed_on: IsoDate | None = None
    form: ContractForm | None = Field(None, description="of the form only what it names changes")


class AmendmentBody(WireModel):
    """A change with its new terms, or a cancellation; always with its reason."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "change",
                    "changes": {"total_yuan": "600000.00", "technology_yuan": "520000.00"},
                    "reason": "补充协议增加一条产线",
                }
            ]
        }
    )

    kind: AmendmentKind
    changes: TermsChange | None = None
    reason: Reason

    @model_validator(mode="after")
    def _whole(self) -> Self:
        named = self.changes is not None and bool(self.changes.model_fields_set)
        if named is not (self.kind is AmendmentKind.CHANGE):
            raise PydanticCustomError(
                "amendment_content",
                "a change names what changes; a cancellation names nothing",
                {"zh": "变更须写明变更内容；撤销不写变更内容"},
            )
        required = ("title", "total_yuan", "form")
        if self.changes is not None and any(
            name in self.changes.model_fields_set and getattr(self.changes, name) is None
            for name in required
        ):
            raise PydanticCustomError(
                "missing", "title, total_yuan and the form as a whole cannot be taken away"
            )
        return self


class AmendmentDecision(WireModel):
    """Accepted or refused by exchange or officer; taken back by whoever asked."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"decision": "accepted", "reason": "材料齐全"}]}
    )

    decision: AmendmentAct
    reason: Reason | None = None


class AmendmentAnswer(AnswerModel):
    """A request and its outcome; a record of its own beside the contract."""

    id: str
    contract_id: str
    sequence: int
    kind: AmendmentKind
    state: AmendmentState
    version: int
    changes: dict[str, JsonValue]
    reason: str
    requested_by_uscc: str
    requested_by_name: str
    decided_by_uscc: str | None
    decision_reason: str | None
    allowed: list[AmendmentAct]
    created_at: datetime
    decided_at: datetime | None


class AmendmentsAnswer(Page[AmendmentAnswer]):
    """All amendments in their order, and the terms that are in force."""

    in_force: TermsInForce

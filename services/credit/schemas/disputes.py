"""Objections, repairs and notices on the wire."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from kit.clock import JINAN
from kit.identifiers import Uscc
from kit.pages import PageQuery
from kit.schemas import AnswerModel, WireModel
from kit.workdays import Calendar, Light, show_light
from services.credit.rules.catalogue import Terms
from services.credit.rules.disputes import (
    WAITING,
    DisputeState,
    ObjectionAct,
    RepairAct,
    list_open_acts,
    set_clock,
)
from services.credit.schemas.facts import FactWireValue
from services.credit.schemas.profiles import show_points
from services.credit.schemas.times import Day
from services.credit.tables import NoticeRecord, ObjectionRecord, RepairRecord

Sentence = Annotated[str, Field(min_length=1, max_length=1000)]
Evidence = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=300)]],
    Field(default_factory=list, max_length=20, description="documents that show it"),
]


class ObjectionRequest(WireModel):
    """提出异议: the enterprise says what is wrong with a fact about it."""

    fact_id: str = Field(max_length=36)
    reason: Sentence
    evidence: Evidence

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "fact_id": "0192f0c1-7c1e-7a55-9a3e-2f6f0d6f8b11",
                    "reason": "处罚对象为同名企业，并非本企业",
                    "evidence": ["济历市监罚〔2024〕3号"],
                }
            ]
        }
    )


class Correction(WireModel):
    """更正内容: what is given replaces what stands; what is left out stays."""

    value: FactWireValue | None = None
    source_document: str | None = Field(None, min_length=1, max_length=300)
    observed_on: Day | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None
    conduct_ended_on: Day | None = None


class ObjectionDecision(WireModel):
    """异议处理: sent on to another unit, corrected, kept with a note, removed; or withdrawn."""

    decision: ObjectionAct
    note: Sentence | None = Field(None, description="with `kept` it travels with the fact")
    unit: str | None = Field(None, min_length=1, max_length=200, description="for `sent_on`")
    correction: Correction | None = Field(None, description="for `corrected`")

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"decision": "kept", "note": "经核实，处罚决定有效；企业认为已履行完毕"},
                {"decision": "corrected", "correction": {"value": "5000.00"}},
            ]
        }
    )

    @model_validator(mode="after")
    def _says_what_it_needs(self) -> Self:
        needed = {
            ObjectionAct.KEPT: ("note", self.note),
            ObjectionAct.SENT_ON: ("unit", self.unit),
            ObjectionAct.CORRECTED: ("correction", self.correction),
        }
        name, given = needed.get(self.decision, ("", True))
        if not given:
            raise _missing(self.decision.value, name)
        return self


class RepairRequest(WireModel):
    """申请信用修复: the conduct was corrected, the duty performed, and the enterprise commits
    itself in public (信用修复管理办法).
    """

    fact_id: str = Field(max_length=36)
    severity: str = Field(
        max_length=20, description="minor | general | serious (`GET /v1/credit-catalogue`)"
    )
    corrected_on: Day
    commitment: Sentence
    evidence: Evidence

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "fact_id": "0192f0c1-7c1e-7a55-9a3e-2f6f0d6f8b11",
                    "severity": "general",
                    "corrected_on": "2026-03-01",
                    "commitment": "已缴清罚款并完成整改，承诺今后依法诚信经营",
                    "evidence": ["缴款凭证 2026-03-01"],
                }
            ]
        }
    )


class RepairDecision(WireModel):
    """修复决定: approved, refused with a reason, sent on; or withdrawn by the enterprise."""

    decision: RepairAct
    note: Sentence | None = None
    unit: str | None = Field(None, min_length=1, max_length=200, description="for `sent_on`")

    model_config = ConfigDict(json_schema_extra={"examples": [{"decision": "approved"}]})

    @model_validator(mode="after")
    def _says_what_it_needs(self) -> Self:
        needed = {RepairAct.REFUSED: ("note", self.note), RepairAct.SENT_ON: ("unit", self.unit)}
        name, given = needed.get(self.decision, ("", True))
        if not given:
            raise _missing(self.decision.value, name)
        return self


def _missing(decision: str, name: str) -> PydanticCustomError:
    return PydanticCustomError(
        "missing_with_decision",
        "the decision {decision} needs {name}",
        {"decision": decision, "name": name, "zh": f"决定「{decision}」须填写 {name}"},
    )


class DisputeQuery(PageQuery):
    """Of an enterprise, in a state."""

    uscc: Uscc | None = None
    state: DisputeState | None = None


class ClockAnswer(AnswerModel):
    """办理时限, in working days from the day after receipt."""

    due_on: date
    light: Light | None = Field(description="null once it is answered")
    warnings: list[str]
    warnings_en: list[str]


class DisputeAnswer(AnswerModel):
    """What objections and repairs share."""

    id: str
    uscc: str
    fact_id: str
    item: str
    state: DisputeState
    evidence: list[str]
    received_at: datetime
    clock: ClockAnswer
    other_unit: str | None
    decided_at: datetime | None
    note: str | None
    score_before: float | None
    score_after: float | None = Field(description="the score as refreshed by the decision")
    next: list[str] = Field(description="the decisions that are open")
    version: int


class ObjectionAnswer(DisputeAnswer):
    """信用异议."""

    reason: str
    result_fact_id: str | None = Field(description="the new record after a correction or removal")


class RepairAnswer(DisputeAnswer):
    """信用修复."""

    severity: str
    corrected_on: date
    commitment: str


class NoticeKind(StrEnum):
    """异议标注 / 维持并注明 / 更正 / 撤销 / 删除 / 修复 / 异议撤回."""

    DISPUTED = "disputed"
    KEPT = "kept"
    CORRECTED = "corrected"
    REVOKED = "revoked"
    REMOVED = "removed"
    REPAIRED = "repaired"
    WITHDRAWN = "withdrawn"


class NoticeAnswer(AnswerModel):
    """告知: something that the institution had read is disputed, changed or gone; inquire again.

    It names the item and the inquiries, never a value.
    """

    id: str
    uscc: str
    kind: NoticeKind
    item: str
    fact_id: str
    inquiry_ids: list[str] = Field(description="the looks in which it was read")
    case_ids: list[str] = Field(description="the financing cases whose credit result rested on it")
    at: datetime


@dataclass(frozen=True, slots=True)
class Desk:
    """What clocks are read with: the day, the calendar, the terms."""

    on: date
    calendar: Calendar
    terms: Terms


def describe_objection(objection: ObjectionRecord, desk: Desk) -> ObjectionAnswer:
    """An objection as it is answered."""
    state = DisputeState(objection.state)
    return ObjectionAnswer(
        **_describe(objection, objection.raised_at, desk),
        next=sorted(list_open_acts(state, ObjectionAct)),
        reason=objection.reason,
        result_fact_id=objection.result_fact_id,
    )


def describe_repair(repair: RepairRecord, desk: Desk) -> RepairAnswer:
    """A repair as it is answered."""
    state = DisputeState(repair.state)
    return RepairAnswer(
        **_describe(repair, repair.applied_at, desk),
        next=sorted(list_open_acts(state, RepairAct)),
        severity=repair.severity,
        corrected_on=repair.corrected_on,
        commitment=repair.commitment,
    )


def describe_notice(notice: NoticeRecord) -> NoticeAnswer:
    """A notice as its institution reads it."""
    return NoticeAnswer(
        id=notice.id,
        uscc=notice.uscc,
        kind=NoticeKind(notice.kind),
        item=notice.item,
        fact_id=notice.fact_id,
        inquiry_ids=notice.inquiry_ids,
        case_ids=notice.case_ids,
        at=notice.at,
    )


def _describe(
    dispute: ObjectionRecord | RepairRecord, received_at: datetime, desk: Desk
) -> dict[str, object]:
    return {
        "id": dispute.id,
        "uscc": dispute.uscc,
        "fact_id": dispute.fact_id,
        "item": dispute.item,
        "state": DisputeState(dispute.state),
        "evidence": dispute.evidence,
        "received_at": received_at,
        "clock": _describe_clock(dispute, received_at, desk),
        "other_unit": dispute.other_unit,
        "decided_at": dispute.decided_at,
        "note": dispute.note,
        "score_before": _show(dispute.score_before),
        "score_after": _show(dispute.score_after),
        "version": dispute.version,
    }


def _describe_clock(
    dispute: ObjectionRecord | RepairRecord, received_at: datetime, desk: Desk
) -> ClockAnswer:
    state = DisputeState(dispute.state)
    received_on = received_at.astimezone(JINAN).date()
    waits = state in WAITING
    deadline = set_clock(received_on, state, desk.terms, desk.calendar)
    light = show_light(desk.on, dispute.due_on, desk.calendar) if waits else None
    return ClockAnswer(
        due_on=dispute.due_on,
        light=light,
        warnings=[warning.zh for warning in deadline.warnings],
        warnings_en=[warning.en for warning in deadline.warnings],
    )


def _show(points: Decimal | None) -> float | None:
    return None if points is None else show_points(points)

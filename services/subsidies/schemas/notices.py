"""Words of `/v1/public-notices` and of objections to them."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import ConfigDict, StringConstraints

from kit.money import Yuan
from kit.pages import Page
from kit.schemas import AnswerModel, WireModel
from services.subsidies.rules.applications import ApplicationState
from services.subsidies.rules.policies import RuleCode
from services.subsidies.tables import (
    ApplicationRecord,
    ObjectionDecisionRecord,
    ObjectionRecord,
)

Name = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Prose = Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class NoticeAnswer(AnswerModel):
    """公示: who is to be paid how much by which rule."""

    application_id: str
    org_name: str
    uscc: str
    rule: RuleCode
    amount_yuan: Yuan | None
    state: ApplicationState
    notice_from: date
    notice_until: date


class ObjectionOutcome(StrEnum):
    """异议成立 / 异议不成立"""

    UPHELD = "upheld"
    DISMISSED = "dismissed"


class ObjectionRequest(WireModel):
    """实名异议"""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"objector": "王某", "contact": "letter of 2026-11-20", "reason": "设备未投入使用"}
            ]
        }
    )

    objector: Name
    contact: Name
    reason: Prose


class ObjectionDecisionRequest(WireModel):
    """异议处理"""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"outcome": "dismissed", "reason": "经现场核实，设备已投入使用"}]
        }
    )

    outcome: ObjectionOutcome
    reason: Prose


class ObjectionAnswer(AnswerModel):
    """An objection and how it was handled."""

    id: str
    application_id: str
    objector: str
    contact: str
    reason: str
    raised_at: datetime
    outcome: ObjectionOutcome | None
    outcome_reason: str | None
    decided_by: str | None
    decided_at: datetime | None
    version: int


class ObjectionList(Page[ObjectionAnswer]):
    """All objections to one application."""


def describe_notice(application: ApplicationRecord) -> NoticeAnswer:
    """A notice as everyone may read it."""
    return NoticeAnswer.model_validate(
        {
            "application_id": application.id,
            "org_name": application.org_name,
            "uscc": application.uscc,
            "rule": application.rule,
            "amount_yuan": application.amount_yuan,
            "state": application.state,
            "notice_from": application.notice_from,
            "notice_until": application.notice_until,
        }
    )


def describe_objection(
    objection: ObjectionRecord, decision: ObjectionDecisionRecord | None
) -> ObjectionAnswer:
    """An objection on the wire."""
    return ObjectionAnswer(
        id=objection.id,
        application_id=objection.application_id,
        objector=objection.objector,
        contact=objection.contact,
        reason=objection.reason,
        raised_at=objection.raised_at,
        outcome=ObjectionOutcome(decision.outcome) if decision else None,
        outcome_reason=decision.reason if decision else None,
        decided_by=decision.decided_by if decision else None,
        decided_at=decision.decided_at if decision else None,
        version=2 if decision else 1,
    )


def describe_objections(
    handled: Sequence[tuple[ObjectionRecord, ObjectionDecisionRecord | None]],
) -> ObjectionList:
    """Objections on the wire."""
    return ObjectionList(items=[describe_objection(*pair) for pair in handled])

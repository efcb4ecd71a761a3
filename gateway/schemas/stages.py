"""Stages, reason codes, institutions and plans, as anyone may read them."""

from datetime import datetime
from typing import Any

from pydantic import ConfigDict, Field, StrictBool

from gateway.rules.stages import Stage
from kit.auth import Role
from kit.pages import Page
from kit.schemas import AnswerModel, WireModel


class StageInfoAnswer(AnswerModel):
    """One of the six stages."""

    stage: Stage
    order: int
    zh: str
    name_zh: str
    name_en: str
    meaning_zh: str
    meaning_en: str
    decided_by: list[str]
    may_be_waived: bool
    decide_within_working_days: int
    outcomes: list[str]


class StageList(Page[StageInfoAnswer]):
    """The six stages, in order."""


class ReasonCodeAnswer(AnswerModel):
    """One published reason."""

    code: str
    act: str
    zh: str
    en: str
    stages: list[Stage]


class ReasonCodeList(Page[ReasonCodeAnswer]):
    """All published reasons."""


class InstitutionRequest(WireModel):
    """An institution that takes cases at a stage."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"name": "历下某银行科技支行", "role": "bank", "is_default": False}]
        }
    )

    name: str = Field(min_length=1, max_length=200)
    role: Role
    is_default: StrictBool = Field(False, description="takes the stage when a plan names nobody")
    four_eyes: StrictBool = Field(
        True, description="maker and checker are two people (经办复核); false: one may do both"
    )
    reason: str | None = Field(
        None, min_length=1, max_length=1000, description="why; kept with who said it and when"
    )


class InstitutionAnswer(AnswerModel):
    """Who may hold a stage."""

    stage: Stage
    role: str
    uscc: str
    name: str
    is_default: bool
    four_eyes: bool


class InstitutionChangeAnswer(AnswerModel):
    """What an institution was said to be at a stage, by whom, when and why."""

    body: dict[str, Any]
    actor: dict[str, Any]
    reason: str | None
    at: datetime


class InstitutionChangeList(Page[InstitutionChangeAnswer]):
    """All that was said of an institution at a stage, oldest first."""


class InstitutionList(Page[InstitutionAnswer]):
    """The directory of institutions."""

"""Stages, reason codes, institutions and plans, as anyone may read them."""

from gateway.rules.stages import Stage
from kit.schemas import AnswerModel


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


class StageList(AnswerModel):
    """The six stages, in order."""

    items: list[StageInfoAnswer]


class ReasonCodeAnswer(AnswerModel):
    """One published reason."""

    code: str
    act: str
    zh: str
    en: str
    stages: list[Stage]


class ReasonCodeList(AnswerModel):
    """All published reasons."""

    items: list[ReasonCodeAnswer]


class InstitutionAnswer(AnswerModel):
    """Who may hold a stage."""

    stage: Stage
    role: str
    uscc: str
    name: str
    is_default: bool


class InstitutionList(AnswerModel):
    """The directory of institutions."""

    items: list[InstitutionAnswer]

"""The assistant for technology contracts on the wire."""

from datetime import date
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from kit.money import Yuan
from kit.schemas import AnswerModel, WireModel
from kit.text import Language
from services.achievements.rules.contract_types import (
    SURE,
    Assessment,
    Requirement,
    TypeGuide,
    ask_questions,
)
from services.achievements.rules.contracts import ContractType
from services.achievements.schemas.forms import ContractForm
from services.achievements.schemas.values import IsoDate, Line, Prose


class AssessmentBody(WireModel):
    """A contract in words; what else is known lets more be said about what lacks."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "固态储氢材料专利普通许可",
                    "summary": "专利权人许可公司在约定地域内制造、销售专利产品，专利权属不变。",
                    "technology_yuan": "300000.00",
                }
            ]
        }
    )

    title: Line
    summary: Prose | None = None
    type: ContractType | None = Field(None, description="the type the parties chose, if any")
    signed_on: IsoDate | None = None
    technology_yuan: Yuan | None = None
    form: ContractForm | None = None
    answers: dict[Annotated[str, Field(max_length=40)], Annotated[str, Field(max_length=40)]] = (
        Field(default_factory=dict, max_length=20, description="to `questions` of an answer before")
    )


class TypeReason(AnswerModel):
    """A signal that was found, and the words it was found in."""

    type: ContractType
    points: int
    words: str
    where: str
    text: str


class TypeDefinition(AnswerModel):
    """A type and what the law says of it; `quote` is null where the text was not read."""

    type: ContractType
    label: str
    clause: str
    quote: str | None
    verified: bool


class ChoiceAnswer(AnswerModel):
    """One answer to choose."""

    code: str
    text: str


class QuestionAnswer(AnswerModel):
    """What is asked; send it back in `answers` as {question: choice}."""

    code: str
    text: str
    choices: list[ChoiceAnswer]


class Lacking(AnswerModel):
    """What the registration form still wants."""

    field: str
    label: str
    clause: str
    required: bool
    verified: bool


class TaxLink(AnswerModel):
    """Where to ask for the national tax effects, with the question ready to send."""

    method: str = "POST"
    href: str = "/v1/subsidies/tax-effects"
    body: dict[str, Any]


class AssessmentAnswer(AnswerModel):
    """Advice, not a decision: the registrar recognises the type."""

    guide: str
    version: str
    type: ContractType | None = Field(
        description="null: nothing speaks for any type; see questions"
    )
    is_clear: bool = Field(description="ahead of the second by four points or more")
    differs_from_chosen: bool | None
    points: dict[ContractType, int]
    reasons: list[TypeReason]
    definition: TypeDefinition | None
    questions: list[QuestionAnswer] = Field(description="asked where the words leave it open")
    lacking: list[Lacking]
    tax_effects: TaxLink


def describe_assessment(
    guide: TypeGuide,
    found: Assessment,
    lacking: tuple[Requirement, ...],
    body: AssessmentBody,
    on: date,
    language: Language,
) -> AssessmentAnswer:
    """An assessment in the caller's language."""
    chosen = body.type
    entry = None if found.type is None else guide.types[found.type]
    question = {"on": on.isoformat(), "type": chosen or found.type, "registered": None}
    technology = body.technology_yuan
    if technology is not None:
        question["technology_yuan"] = f"{technology:.2f}"
    return AssessmentAnswer(
        guide=guide.id,
        version=guide.version,
        type=found.type,
        is_clear=found.lead >= SURE,
        differs_from_chosen=None if chosen is None else chosen is not found.type,
        points=dict(found.points),
        reasons=[
            TypeReason(
                type=hit.signal.type,
                points=hit.signal.points,
                words=hit.words,
                where=hit.where,
                text=hit.signal.text.pick(language),
            )
            for hit in found.found
        ],
        definition=None
        if entry is None
        else TypeDefinition(
            type=entry.type,
            label=entry.name.pick(language),
            clause=entry.clause,
            quote=entry.quote,
            verified=entry.verified,
        ),
        questions=[
            QuestionAnswer(
                code=one.code,
                text=one.text.pick(language),
                choices=[
                    ChoiceAnswer(code=choice.code, text=choice.text.pick(language))
                    for choice in one.choices
                ],
            )
            for one in ask_questions(guide, found, body.answers)
        ],
        lacking=[
            Lacking(
                field=one.field,
                label=one.label.pick(language),
                clause=one.clause,
                required=one.required,
                verified=one.verified,
            )
            for one in lacking
        ],
        tax_effects=TaxLink(body=question),
    )

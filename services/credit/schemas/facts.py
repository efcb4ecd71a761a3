"""Credit facts on the wire: batches from government suppliers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Self

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from kit.errors import DomainError
from kit.identifiers import Uscc
from kit.problems import Problem, describe_problem
from kit.schemas import AnswerModel, WireModel
from kit.text import Language
from services.credit.schemas.codes import CODES, CodeList
from services.credit.schemas.problems import PROBLEMS
from services.credit.schemas.times import Day, ObservedDay
from services.credit.tables import FactBatch

MOST_AT_ONCE = 1000


def _plain_value(raw: object) -> object:
    if isinstance(raw, str | int | bool):
        return raw
    raise PydanticCustomError(
        "value_form",
        'a string, a whole number or true/false; amounts and ratios are strings, as "100000.00"',
        {"zh": '应为字符串、整数或 true/false；金额与比例须为字符串，如 "100000.00"'},
    )


FactWireValue = Annotated[
    object,
    BeforeValidator(_plain_value),
    WithJsonSchema(
        {
            "anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "boolean"}],
            "examples": ["12000000.00", 80, True, "A"],
        }
    ),
]

ShortText = Annotated[str, Field(min_length=1, max_length=200)]


class FactRow(WireModel):
    """信用事实: one value of one catalogue item.

    The value's form depends on the item (`GET /v1/credit-catalogue`): yuan "100000.00",
    ratio "0.35", count 12, flag true, code, text, date.
    """

    uscc: Uscc
    item: str = Field(
        max_length=50,
        description="事项代码 · code of the catalogue item",
        examples=["annual_revenue_yuan"],
        json_schema_extra={CODES: CodeList.ITEMS},
    )
    value: FactWireValue
    source: ShortText = Field(
        description="来源 · the office or system it comes from", examples=["历下区税务局"]
    )
    source_document: str | None = Field(None, min_length=1, max_length=300)
    source_id: ShortText | None = Field(
        None,
        description="the supplier's own id; a new value under the same id is a correction",
        examples=["TAX-2025-000125"],
    )
    observed_at: ObservedDay | None = Field(
        None, description="when it was observed; absent = valid_from"
    )
    valid_from: Day = Field(description="first day on which it is true; of a year, its first day")
    valid_to: Day | None = Field(None, description="last day on which it is true; absent = open")
    conduct_ended_on: Day | None = Field(
        None, description="negative facts: the day the conduct ended (the five years run from it)"
    )
    details: dict[Annotated[str, Field(max_length=50)], Annotated[str, Field(max_length=300)]] = (
        Field(default_factory=dict, max_length=20, examples=[{"rank": "1"}])
    )

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise PydanticCustomError(
                "valid_order",
                "valid_to lies before valid_from",
                {"zh": "valid_to 早于 valid_from"},
            )
        return self


_EXAMPLE: JsonDict = {
    "uscc": "91370102MA3D000125",
    "item": "annual_revenue_yuan",
    "value": "12000000.00",
    "source": "历下区税务局",
    "source_document": "2025年度企业所得税汇算清缴",
    "source_id": "TAX-2025-000125",
    "observed_at": "2026-05-31",
    "valid_from": "2025-01-01",
    "valid_to": "2025-12-31",
}
_STAFF: JsonDict = {
    "uscc": "91370102MA3D000125",
    "item": "staff_total",
    "value": 80,
    "source": "历下区人社局",
    "valid_from": "2026-06-30",
}


class FactBatchRequest(WireModel):
    """Facts to take in; each row is judged alone, so one bad row never harms the others."""

    items: Annotated[
        list[object],
        Field(
            min_length=1,
            max_length=MOST_AT_ONCE,
            json_schema_extra={"items": FactRow.model_json_schema()},
        ),
    ]

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_EXAMPLE, _STAFF]}]})


class FactResult(AnswerModel):
    """What became of one row."""

    index: int
    source_id: str | None
    result: str = Field(description="created | unchanged | failed")
    id: str | None
    corrects: str | None = Field(description="the record that this one corrects")
    problem: Problem | None


class FailedRow(AnswerModel):
    """A row of a file that was not taken: where it stands in the file, and what is wrong."""

    row: int = Field(description="as a person counts: the heads are row 1")
    field: str | None
    code: str
    message: str
    message_en: str


class FactReceipt(AnswerModel):
    """回执."""

    id: str
    supplier_uscc: str
    supplier_name: str
    received_at: datetime
    created: int
    unchanged: int
    failed: int
    file_name: str | None
    file_hash: str | None = Field(description="SHA-256 of the file")
    failures: list[FailedRow] = Field(description="of a file; a batch names its rows at once")


class FactBatchAnswer(AnswerModel):
    """The receipt and the result of every row, in order."""

    receipt: FactReceipt
    items: list[FactResult]


@dataclass(frozen=True, slots=True)
class Telling:
    """How problems inside an answer are told: language, place and request."""

    language: Language
    instance: str
    request_id: str


def describe_receipt(batch: FactBatch) -> FactReceipt:
    """A receipt as it is answered."""
    return FactReceipt(
        id=batch.id,
        supplier_uscc=batch.supplier_uscc,
        supplier_name=batch.supplier_name,
        received_at=batch.received_at,
        created=batch.created,
        unchanged=batch.unchanged,
        failed=batch.failed,
        file_name=batch.file_name,
        file_hash=batch.file_hash,
        failures=[FailedRow.model_validate(each) for each in batch.failures or ()],
    )


def describe_row_problem(error: DomainError, telling: Telling) -> Problem:
    """Why a row was not taken, as a problem."""
    members = describe_problem(
        error,
        PROBLEMS,
        telling.language,
        instance=telling.instance,
        request_id=telling.request_id,
    )
    return Problem.model_validate(members)

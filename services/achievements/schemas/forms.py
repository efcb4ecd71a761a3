"""What only the national forms ask, on the wire; checked as the forms check it.

All fields are optional: a record without them is whole, its form has empty cells.
"""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, JsonValue, model_validator
from pydantic_core import PydanticCustomError

from kit.identifiers import ContractNumber, RegistrationNumber
from kit.money import Yuan
from kit.schemas import WireModel
from services.achievements.schemas.values import IsoDate, Line, Prose

Month = Annotated[str, Field(pattern=r"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$", examples=["2024-06"])]
Count = Annotated[int, Field(strict=True, ge=0, le=1_000_000)]
Region = Annotated[str, Field(pattern=r"^[0-9]{6}$", description="GB/T 2260", examples=["370102"])]
Nature = Annotated[str, Field(pattern=r"^[0-9]{3}$", description="单位性质代码", examples=["022"])]


class FormModel(WireModel):
    """Fields that only a form asks."""


def stored_form(form: FormModel | None) -> dict[str, JsonValue] | None:
    """As kept: what was given, in the shapes of the wire."""
    return None if form is None else form.model_dump(mode="json", exclude_none=True)


class AchievementForm(FormModel):
    """科技成果登记表"""

    registration_number: RegistrationNumber | None = None
    recommended_by: Line | None = None
    registered_on: IsoDate | None = None
    research_started: Month | None = None
    research_ended: Month | None = None
    secrecy: Line | None = None
    form_type: Literal["applied", "theory", "soft_science"] | None = None
    nature: Literal["original", "imported", "secondary"] | None = None
    outcome_form: Line | None = None
    outcome_level: Line | None = None
    stage: Literal["initial", "middle", "mature"] | None = None
    evaluation_way: Line | None = None
    evaluated_by: Line | None = None
    evaluated_on: IsoDate | None = None
    project_source: Line | None = None
    invested_yuan: Yuan | None = None
    discipline: (
        Annotated[
            str,
            Field(pattern=r"^[0-9]{3}([0-9]{2}){0,2}$", description="GB/T 13745, without dots"),
        ]
        | None
    ) = None
    application_state: Line | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        _require_order(self.research_started, self.research_ended, "research_ended")
        return self


class InstrumentForm(FormModel):
    """大型科研仪器: those of the 33 fields that the record itself does not have"""

    internal_number: Line | None = None
    research_fields: Prose | None = None
    accessories: Prose | None = None
    certification: Line | None = None
    postcode: Annotated[str, Field(pattern=r"^[0-9]{6}$")] | None = None
    open_hours: Line | None = None
    service_year: Annotated[int, Field(strict=True, ge=1985, le=2100)] | None = None
    service_hours: Count | None = None
    service_income_yuan: Yuan | None = None
    known_users: Prose | None = None
    results: Prose | None = None
    picture: Line | None = None
    remark: Prose | None = None


class RdProject(WireModel):
    """107-1: one research project of the year"""

    name: Line
    source: Line | None = None
    cooperation: Line | None = None
    outcome: Line | None = None
    goal: Line | None = None
    started: Month
    finished: Month
    stage: Line | None = None
    participants: Count
    person_months: Count
    spent_yuan: Yuan
    government_yuan: Yuan = Decimal(0)

    @model_validator(mode="after")
    def _holds(self) -> Self:
        _require_order(self.started, self.finished, "finished")
        if self.government_yuan > self.spent_yuan:
            raise PydanticCustomError(
                "part_above_total",
                "government_yuan is more than spent_yuan",
                {"zh": "政府资金（government_yuan）大于经费内部支出（spent_yuan）"},
            )
        return self


class RdForm(FormModel):
    """107-1 and 107-2: the projects of the year, and to whom research was given"""

    projects: Annotated[list[RdProject], Field(max_length=500)] = Field(default_factory=list)
    outsourced_institutes_yuan: Yuan | None = None
    outsourced_universities_yuan: Yuan | None = None
    outsourced_enterprises_yuan: Yuan | None = None
    outsourced_abroad_yuan: Yuan | None = None


class ContractForm(FormModel):
    """技术合同登记表"""

    registration_number: ContractNumber | None = Field(
        None, description="where the national registration system gave one: 16 digits, older 14"
    )
    valid_from: IsoDate | None = None
    valid_to: IsoDate | None = None
    seller_country: Annotated[str, Field(pattern=r"^[0-9A-Z]{3}$")] | None = None
    seller_region: Region | None = None
    seller_nature: Nature | None = None
    buyer_country: Annotated[str, Field(pattern=r"^[0-9A-Z]{3}$")] | None = None
    buyer_region: Region | None = None
    buyer_nature: Nature | None = None
    expected_investment_yuan: Yuan | None = None
    expected_output_yuan: Yuan | None = None
    property_kind: Line | None = None
    field: Line | None = None
    plan_source: Line | None = None
    goal: Line | None = None
    payment: Line | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.valid_from and self.valid_to and self.valid_from > self.valid_to:
            raise PydanticCustomError(
                "dates_reversed",
                "valid_to is before valid_from",
                {"zh": "有效期止（valid_to）早于有效期起（valid_from）"},
            )
        return self


def _require_order(first: str | None, last: str | None, name: str) -> None:
    if first and last and last < first:
        raise PydanticCustomError(
            "dates_reversed",
            "{name} is before the beginning",
            {"name": name, "zh": f"终止日期（{name}）早于起始日期"},
        )

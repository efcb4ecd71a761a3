"""Words of `/v1/budgets`."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, Strict

from kit.money import Yuan
from kit.pages import PageQuery
from kit.schemas import AnswerModel, WireModel
from services.subsidies.rules.policies import RuleCode
from services.subsidies.tables import BudgetRecord

Year = Annotated[int, Strict(), Field(ge=2018, le=2100)]


class BudgetRequest(WireModel):
    """A year's money for one rule."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"year": 2026, "rule": "contract_match", "allotted_yuan": "1000000.00"}]
        }
    )

    year: Year = Field(examples=[2026])
    rule: RuleCode
    allotted_yuan: Yuan = Field(examples=["1000000.00"])


class BudgetChange(WireModel):
    """A new allotment."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"allotted_yuan": "1200000.00"}]})

    allotted_yuan: Yuan


class BudgetAnswer(AnswerModel):
    """Allotted ≥ committed ≥ paid."""

    id: str
    year: int
    rule: RuleCode
    allotted_yuan: Yuan
    committed_yuan: Yuan
    paid_yuan: Yuan
    left_yuan: Yuan
    version: int


class BudgetQuery(PageQuery):
    """Which budgets, in pages."""

    year: int | None = Field(None, ge=2018, le=2100)
    sort: Literal["opened_at", "-opened_at"] = "opened_at"


def describe_budget(budget: BudgetRecord) -> BudgetAnswer:
    """A budget on the wire."""
    return BudgetAnswer(
        id=budget.id,
        year=budget.year,
        rule=RuleCode(budget.rule),
        allotted_yuan=budget.allotted_yuan,
        committed_yuan=budget.committed_yuan,
        paid_yuan=budget.paid_yuan,
        left_yuan=budget.allotted_yuan - budget.committed_yuan,
        version=budget.version,
    )

"""预算."""

from typing import Annotated

from fastapi import Query, Response

from kit.auth import Principal, Role, allow
from kit.http import HouseRouter, IfMatch, Read, Write, created, etag
from kit.pages import Page
from services.subsidies.schemas.budgets import (
    BudgetAnswer,
    BudgetChange,
    BudgetQuery,
    BudgetRequest,
)
from services.subsidies.usecases import budgets

router = HouseRouter(prefix="/v1/budgets", tags=["budgets"])

Officer = Annotated[Principal, allow(Role.OFFICER)]
Reader = Annotated[Principal, allow(Role.OFFICER, Role.AUDITOR)]


@router.post("", status_code=201, summary="安排预算 · Allot a year's money to a rule")
def open_budget(
    body: BudgetRequest, session: Write, response: Response, _caller: Officer
) -> BudgetAnswer:
    """Once per year and rule; approvals commit it, never beyond what is left."""
    budget = budgets.open_budget(session, body)
    created(response, f"/v1/budgets/{budget.id}", budget.version)
    return budget


@router.get("", summary="预算列表 · Budgets")
def list_budgets(
    query: Annotated[BudgetQuery, Query()], session: Read, _caller: Reader
) -> Page[BudgetAnswer]:
    """For the bureau and the auditor."""
    return budgets.show_budgets(session, query)


@router.get("/{budget_id}", summary="一项预算 · One budget")
def get_budget(budget_id: str, session: Read, response: Response, _caller: Reader) -> BudgetAnswer:
    """Allotted, committed, paid and left."""
    budget = budgets.show_budget(session, budget_id)
    etag(response, budget.version)
    return budget


@router.put("/{budget_id}", summary="调整预算 · Change an allotment")
def change_budget(
    budget_id: str,
    body: BudgetChange,
    session: Write,
    response: Response,
    _caller: Officer,
    if_match: IfMatch = None,
) -> BudgetAnswer:
    """Never below what is committed."""
    budget = budgets.change_budget(session, budget_id, body, if_match)
    etag(response, budget.version)
    return budget

"""预算: a year's money per rule."""

from kit.db import ReadSession, WriteSession, new_id
from kit.errors import RuleBroken
from kit.pages import Page, encode_cursor, read_key
from kit.text import Text
from kit.versions import require_match
from services.subsidies.rules.applications import BudgetState, allot_budget
from services.subsidies.schemas.budgets import (
    BudgetAnswer,
    BudgetChange,
    BudgetQuery,
    BudgetRequest,
    describe_budget,
)
from services.subsidies.store.budgets import add_budget, get_budget, list_budgets, lock_budget
from services.subsidies.tables import BudgetRecord


def open_budget(session: WriteSession, request: BudgetRequest) -> BudgetAnswer:
    """Allot a year's money to a rule; once, changed afterwards."""
    budget = BudgetRecord(
        id=new_id(), year=request.year, rule=request.rule, allotted_yuan=request.allotted_yuan
    )
    if not add_budget(session, budget):
        raise RuleBroken(
            "budget_known",
            Text(
                f"{request.year}年「{request.rule}」已有预算，请修改该预算",
                f"{request.year} has a budget for {request.rule}; change that one",
            ),
        )
    return describe_budget(get_budget(session, budget.id))


def change_budget(
    session: WriteSession, budget_id: str, change: BudgetChange, if_match: str | None
) -> BudgetAnswer:
    """A new allotment, never below what is committed."""
    budget = lock_budget(session, budget_id)
    require_match(if_match, budget.version)
    budget.allotted_yuan = allot_budget(state_of(budget), change.allotted_yuan)
    budget.version += 1
    session.flush()
    return describe_budget(budget)


def show_budget(session: ReadSession, budget_id: str) -> BudgetAnswer:
    """One budget."""
    return describe_budget(get_budget(session, budget_id))


def show_budgets(session: ReadSession, query: BudgetQuery) -> Page[BudgetAnswer]:
    """All budgets, or those of a year."""
    after = read_key(query.cursor)
    records = list_budgets(
        session,
        year=query.year,
        falling=query.sort.startswith("-"),
        after=after,
        limit=query.limit + 1,
    )
    page = records[: query.limit]
    more = len(records) > len(page)
    return Page(
        items=[describe_budget(budget) for budget in page],
        next_cursor=encode_cursor(page[-1].id) if more else None,
    )


def state_of(budget: BudgetRecord) -> BudgetState:
    """The record as the rules see it."""
    return BudgetState(budget.allotted_yuan, budget.committed_yuan, budget.paid_yuan)

"""预算."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from kit.db import WriteSession
from kit.errors import RuleBroken, no_such
from kit.text import Text
from services.subsidies.rules.policies import RuleCode
from services.subsidies.store.pages import take_page
from services.subsidies.tables import BudgetRecord


def add_budget(session: WriteSession, budget: BudgetRecord) -> bool:
    """False where the year and rule have one already."""
    columns = {
        "id": budget.id,
        "year": budget.year,
        "rule": budget.rule,
        "allotted_yuan": budget.allotted_yuan,
        "committed_yuan": 0,
        "paid_yuan": 0,
        "version": 1,
    }
    added = insert(BudgetRecord).values(**columns).on_conflict_do_nothing()
    return session.execute(added.returning(BudgetRecord.id)).first() is not None


def get_budget(session: Session, budget_id: str) -> BudgetRecord:
    budget = session.get(BudgetRecord, budget_id)
    if budget is None:
        raise no_such("预算", "budget", budget_id)
    return budget


def lock_budget(session: WriteSession, budget_id: str) -> BudgetRecord:
    """The budget, for this transaction alone."""
    wanted = select(BudgetRecord).where(BudgetRecord.id == budget_id).with_for_update()
    budget = session.scalars(wanted).first()
    if budget is None:
        raise no_such("预算", "budget", budget_id)
    return budget


def lock_budget_of(session: WriteSession, year: int, rule: RuleCode) -> BudgetRecord:
    """The budget that an approval commits, for this transaction alone."""
    wanted = (
        select(BudgetRecord)
        .where(BudgetRecord.year == year, BudgetRecord.rule == rule.value)
        .with_for_update()
    )
    budget = session.scalars(wanted).first()
    if budget is None:
        raise RuleBroken(
            "budget_missing",
            Text(
                f"{year}年没有「{rule}」的预算，请先安排预算",
                f"there is no budget of {year} for {rule}; allot one first",
            ),
        )
    return budget


def list_budgets(
    session: Session, *, year: int | None, falling: bool, after: str | None, limit: int
) -> list[BudgetRecord]:
    """In the order they were opened, or the newest first."""
    wanted = select(BudgetRecord)
    if year is not None:
        wanted = wanted.where(BudgetRecord.year == year)
    page = take_page(wanted, BudgetRecord.id, falling=falling, after=after, limit=limit)
    return list(session.scalars(page))

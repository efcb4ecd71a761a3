"""R&D expenditure in figures: by year for everybody, the largest spenders for the bureau."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import RowMapping

from kit.auth import Principal
from kit.db import ReadSession
from services.achievements.rules.figures import divide, withhold_cells
from services.achievements.rules.filters import SpenderFilter
from services.achievements.rules.rd_expenditures import CATEGORIES
from services.achievements.schemas.analytics import rows_at
from services.achievements.schemas.rd_analytics import (
    CareSummary,
    RdFigures,
    RdYear,
    SpenderLine,
    SpendersAnswer,
)
from services.achievements.store.care import count_promises, list_last_visits, list_plans_of
from services.achievements.store.checks import get_fewest_organizations
from services.achievements.store.rd_analytics import list_spenders, list_years, sum_year
from services.achievements.usecases.analytics import require_own_figures, sees_rows

_LIST = "/v1/rd-expenditures"


def show_years(
    session: ReadSession, principal: Principal | None, organization: str | None
) -> RdFigures:
    """Every year with its change from the one before; rows only for those who may see them."""
    require_own_figures(principal, organization)
    rows = list_years(session, organization)
    seen = sees_rows(principal, organization)
    hidden = {} if seen else _withhold(rows)
    by_year = {row["year"]: row for row in rows}
    return RdFigures(
        items=[
            _show_year(
                row,
                None if hidden.get(row["year"] - 1) else by_year.get(row["year"] - 1),
                hidden.get(row["year"], False),
                rows_at(_LIST, year=row["year"], organization=organization) if seen else None,
            )
            for row in rows
        ]
    )


def _withhold(rows: Sequence[RowMapping]) -> dict[int, bool]:
    hidden = withhold_cells([row["organizations"] for row in rows], get_fewest_organizations())
    return {row["year"]: is_hidden for row, is_hidden in zip(rows, hidden, strict=True)}


def _show_year(
    row: RowMapping, before: RowMapping | None, withheld: bool, rows: str | None
) -> RdYear:
    money = {} if withheld else _money_of(row, before)
    spenders = rows_at("/v1/analytics/largest-spenders", year=row["year"])
    return RdYear.model_validate(
        {
            **{name: row[name] for name in ("year", "organizations", "records")},
            **{name: row[name] for name in ("jumps", "unexplained_jumps")},
            **dict.fromkeys(("total_yuan", "categories", "revenue_yuan", "intensity", "change")),
            **money,
            "withheld": withheld,
            "rows": rows,
            "organization_rows": spenders if rows and "organization" not in rows else rows,
            "jump_rows": f"{rows}&jump=any" if rows else None,
            "unexplained_rows": f"{rows}&jump=unexplained" if rows else None,
        }
    )


def _money_of(row: RowMapping, before: RowMapping | None) -> Mapping[str, object]:
    grown = None if before is None else row["total_yuan"] - before["total_yuan"]
    known = row["revenue_yuan"] is not None
    return {
        "total_yuan": row["total_yuan"],
        "categories": {name: row[name] for name in CATEGORIES},
        "revenue_yuan": row["revenue_yuan"],
        "intensity": divide(row["with_revenue_yuan"], row["revenue_yuan"]) if known else None,
        "change": None if before is None or grown is None else divide(grown, before["total_yuan"]),
    }


def show_spenders(session: ReadSession, wanted: SpenderFilter) -> SpendersAnswer:
    """The largest spenders of a year, each with its care plan or none."""
    rows, cursor = list_spenders(session, wanted)
    total = sum_year(session, wanted.year)
    care = _summarise_care(session, [row["owner_uscc"] for row in rows])
    return SpendersAnswer(
        year=wanted.year,
        total_yuan=total,
        rows=rows_at(_LIST, year=wanted.year),
        items=[
            SpenderLine.model_validate(
                {
                    "uscc": row["owner_uscc"],
                    "name": row["name"],
                    "total_yuan": row["total_yuan"],
                    "share": divide(row["total_yuan"], total),
                    "previous_yuan": row["previous_yuan"],
                    **_ratios_of(row),
                    "rows": rows_at(_LIST, year=wanted.year, organization=row["owner_uscc"]),
                    "care_plan": care.get(row["owner_uscc"]),
                }
            )
            for row in rows
        ],
        next_cursor=cursor,
    )


def _ratios_of(row: RowMapping) -> Mapping[str, object]:
    previous, revenue = row["previous_yuan"], row["revenue_yuan"]
    return {
        "intensity": None if revenue is None else divide(row["with_revenue_yuan"], revenue),
        "change": None if previous is None else divide(row["total_yuan"] - previous, previous),
    }


def _summarise_care(session: ReadSession, usccs: Sequence[str]) -> dict[str, CareSummary]:
    plans = list_plans_of(session, usccs)
    plan_ids = [plan["id"] for plan in plans.values()]
    promises = count_promises(session, plan_ids)
    visits = list_last_visits(session, plan_ids)
    return {
        uscc: _summarise(plan, promises.get(plan["id"]), visits.get(plan["id"]))
        for uscc, plan in plans.items()
    }


def _summarise(
    plan: RowMapping, promises: RowMapping | None, visited_on: date | None
) -> CareSummary:
    listed = "/v1/care-plans/promises"
    return CareSummary(
        id=plan["id"],
        officer=plan["officer"],
        last_visited_on=visited_on,
        open_promises=promises["open"] if promises else 0,
        open_rows=rows_at(listed, uscc=plan["uscc"], state="open"),
        overdue_promises=promises["overdue"] if promises else 0,
        overdue_rows=rows_at(listed, uscc=plan["uscc"], state="overdue"),
        rows=f"/v1/care-plans/{plan['id']}",
    )

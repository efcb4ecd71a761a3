"""R&D expenditure in figures: by year for everybody, the largest spenders for the bureau."""

from collections.abc import Iterable, Mapping, Sequence
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
from services.achievements.store.rd_analytics import DISTRICT, list_spenders, list_years, sum_year
from services.achievements.usecases.analytics import require_own_figures, sees_rows
from services.achievements.usecases.callers import viewer_of

_LIST = "/v1/rd-expenditures"


def show_years(
    session: ReadSession, principal: Principal | None, organization: str | None
) -> RdFigures:
    """Every year with its change from the one before; rows only for those who may see them."""
    require_own_figures(principal, organization)
    seen = sees_rows(principal, organization)
    # Whoever may see the rows counts them as they are listed: an owner with what it classified.
    rows = list_years(session, viewer_of(principal) if seen else DISTRICT, organization)
    shown = rows if seen else [row for row, hidden in _withhold(rows) if not hidden]
    money = {row["year"]: row for row in shown}
    fewest = 0 if seen else get_fewest_organizations()
    return RdFigures(
        items=[
            RdYear.model_validate(
                _show_year(row)
                | _show_money(money, row["year"], fewest=fewest)
                | (_list_rows(row["year"], organization) if seen else {})
            )
            for row in rows
        ]
    )


def _withhold(rows: Sequence[RowMapping]) -> Iterable[tuple[RowMapping, bool]]:
    hidden = withhold_cells([row["organizations"] for row in rows], get_fewest_organizations())
    return zip(rows, hidden, strict=True)


def _show_year(row: RowMapping) -> dict[str, object]:
    counts = ("year", "organizations", "records", "jumps", "unexplained_jumps")
    return dict.fromkeys(RdYear.model_fields) | {name: row[name] for name in counts}


def _show_money(money: Mapping[int, RowMapping], year: int, *, fewest: int) -> dict[str, object]:
    """The sums of a year that may be shown; its revenue only where enough have told theirs."""
    row, before = money.get(year), money.get(year - 1)
    if row is None:
        return {"withheld": True}
    told = {
        "withheld": False,
        "total_yuan": row["total_yuan"],
        "categories": {name: row[name] for name in CATEGORIES},
    }
    if before is not None:
        grown = row["total_yuan"] - before["total_yuan"]
        told["change"] = divide(grown, before["total_yuan"])
    if row["revenue_yuan"] is not None and row["revenue_organizations"] >= fewest:
        told["revenue_yuan"] = row["revenue_yuan"]
        told["intensity"] = divide(row["with_revenue_yuan"], row["revenue_yuan"])
    return told


def _list_rows(year: int, organization: str | None) -> dict[str, object]:
    spenders = rows_at("/v1/analytics/largest-spenders", year=year)
    return {
        "rows": rows_at(_LIST, year=year, organization=organization),
        "organization_rows": None if organization else spenders,
        "jump_rows": rows_at(_LIST, year=year, organization=organization, jump="any"),
        "unexplained_rows": rows_at(
            _LIST, year=year, organization=organization, jump="unexplained"
        ),
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

"""R&D expenditure in figures: by year, and the largest spenders of a year."""

import re
from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import RowMapping, and_, func, literal, or_, select
from sqlalchemy.orm import Session

from kit.pages import decode_cursor, encode_cursor, unknown_cursor
from services.achievements.rules.filters import SpenderFilter
from services.achievements.rules.kinds import Kind
from services.achievements.rules.rd_expenditures import CATEGORIES
from services.achievements.rules.rd_jumps import JumpState
from services.achievements.rules.visibility import Viewer
from services.achievements.store.rd_expenditures import has_jumped, totals_by_year
from services.achievements.store.visibility import visible_to
from services.achievements.tables import RECORD_TABLES, Base

_TABLE = RECORD_TABLES[Kind.RD_EXPENDITURES]
_ORGANIZATIONS = Base.metadata.tables["organizations"]
_SUM = re.compile(r"\d{1,25}(\.\d{1,6})?")
DISTRICT = Viewer(None, sees_all=True)
"""Figures of the district stand on all records, whoever asks; their rows are for fewer eyes."""


def list_years(session: Session, viewer: Viewer, organization: str | None) -> Sequence[RowMapping]:
    """By year, the latest first: organisations, sums, revenue as far as it is known, jumps."""
    column = _TABLE.c
    known = column.revenue_yuan.is_not(None)
    query = select(
        column.year,
        func.count(column.owner_uscc.distinct()).label("organizations"),
        func.count().label("records"),
        *(func.sum(column[name]).label(name) for name in ("total_yuan", *CATEGORIES)),
        func.sum(column.revenue_yuan).label("revenue_yuan"),
        func.sum(column.total_yuan).filter(known).label("with_revenue_yuan"),
        func.count(column.owner_uscc.distinct()).filter(known).label("revenue_organizations"),
        func.count().filter(has_jumped(None)).label("jumps"),
        func.count().filter(has_jumped(JumpState.UNEXPLAINED)).label("unexplained_jumps"),
    ).where(visible_to(_TABLE, viewer))
    if organization is not None:
        query = query.where(column.owner_uscc == organization)
    ordered = query.group_by(column.year).order_by(column.year.desc())
    return session.execute(ordered).mappings().all()


def sum_year(session: Session, year: int) -> Decimal:
    """All R&D expenditure of a year."""
    query = select(func.coalesce(func.sum(_TABLE.c.total_yuan), 0))
    query = query.where(_TABLE.c.year == year, visible_to(_TABLE, DISTRICT))
    return Decimal(session.execute(query).scalar_one())


def list_spenders(
    session: Session, wanted: SpenderFilter
) -> tuple[Sequence[RowMapping], str | None]:
    """One page of a year's spenders, the largest first, with the year before and the revenue."""
    years = totals_by_year()
    column = _TABLE.c
    known = column.revenue_yuan.is_not(None)
    revenue = (
        select(
            column.owner_uscc,
            func.sum(column.revenue_yuan).label("revenue_yuan"),
            func.sum(column.total_yuan).filter(known).label("with_revenue_yuan"),
        )
        .where(column.year == wanted.year, visible_to(_TABLE, DISTRICT))
        .group_by(column.owner_uscc)
        .subquery("revenue")
    )
    query = (
        select(years, revenue.c.revenue_yuan, revenue.c.with_revenue_yuan, _ORGANIZATIONS.c.name)
        .join(revenue, revenue.c.owner_uscc == years.c.owner_uscc)
        .outerjoin(_ORGANIZATIONS, _ORGANIZATIONS.c.uscc == years.c.owner_uscc)
        .where(years.c.year == wanted.year)
    )
    if wanted.cursor is not None:
        total, uscc = _read_last(wanted.cursor)
        last = literal(total)
        query = query.where(
            or_(
                years.c.total_yuan < last,
                and_(years.c.total_yuan == last, years.c.owner_uscc > uscc),
            )
        )
    ordered = query.order_by(years.c.total_yuan.desc(), years.c.owner_uscc)
    rows = session.execute(ordered.limit(wanted.limit + 1)).mappings().all()
    page = rows[: wanted.limit]
    if len(rows) <= wanted.limit:
        return page, None
    return page, encode_cursor(str(page[-1]["total_yuan"]), page[-1]["owner_uscc"])


def _read_last(cursor: str) -> tuple[Decimal, str]:
    """The sum and the organisation after which the next page begins."""
    total, uscc = decode_cursor(cursor, 2)
    if not (isinstance(total, str) and _SUM.fullmatch(total) and isinstance(uscc, str)):
        raise unknown_cursor()
    return Decimal(total), uscc

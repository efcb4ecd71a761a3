"""R&D expenditure by organisation and year: totals beside the year before, and reasons."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    Subquery,
    and_,
    exists,
    func,
    insert,
    not_,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import Session

from kit.clock import now
from kit.db import WriteSession
from services.achievements.rules.kinds import Kind
from services.achievements.rules.rd_jumps import JumpState
from services.achievements.store.checks import get_jump_limits
from services.achievements.store.visibility import is_open
from services.achievements.tables import RECORD_TABLES, Base

_TABLE = RECORD_TABLES[Kind.RD_EXPENDITURES]
_EXPLANATIONS = Base.metadata.tables["rd_explanations"]
Year = tuple[str, int]
# What is classified stands in no figure but its owner's own.
_OPEN = is_open(_TABLE)


def totals_by_year() -> Subquery:
    """Every organisation's total of every year, with that of the year before."""
    column = _TABLE.c
    totals = (
        select(column.owner_uscc, column.year, func.sum(column.total_yuan).label("total_yuan"))
        .where(_OPEN)
        .group_by(column.owner_uscc, column.year)
        .subquery("totals")
    )
    before = totals.alias("before")
    same = and_(before.c.owner_uscc == totals.c.owner_uscc, before.c.year == totals.c.year - 1)
    query = select(totals, before.c.total_yuan.label("previous_yuan"))
    return query.select_from(totals.outerjoin(before, same)).subquery("by_year")


def list_years_of(session: Session, ids: Sequence[str]) -> set[int]:
    """The years that some records speak of."""
    return set(session.execute(select(_TABLE.c.year).where(_TABLE.c.id.in_(ids))).scalars())


def sum_open_years(session: Session, owner_uscc: str, years: Collection[int]) -> dict[int, Decimal]:
    """By year: an organisation's total of what is not classified, where there is any."""
    column = _TABLE.c
    query = select(column.year, func.sum(column.total_yuan))
    query = query.where(column.owner_uscc == owner_uscc, column.year.in_(years), _OPEN)
    return {row[0]: row[1] for row in session.execute(query.group_by(column.year))}


def list_totals(session: Session, years: Sequence[Year]) -> dict[Year, RowMapping]:
    """The totals of some organisations' years, each with that of the year before."""
    found = totals_by_year()
    query = select(found).where(tuple_(found.c.owner_uscc, found.c.year).in_(years))
    rows = session.execute(query).mappings()
    return {(row["owner_uscc"], row["year"]): row for row in rows}


def has_jumped(state: JumpState | None) -> ColumnElement[bool]:
    """Records of years whose total jumped; only those whose reason is (not) known, if asked."""
    found = totals_by_year()
    return exists(
        select(1).where(
            found.c.owner_uscc == _TABLE.c.owner_uscc,
            found.c.year == _TABLE.c.year,
            _is_jump(found),
            *_in_state(found, state),
        )
    )


def _is_jump(found: Subquery) -> ColumnElement[bool]:
    shelf = get_jump_limits()
    ends = [*(one.from_year for one in shelf[1:]), 10_000]
    total, previous = found.c.total_yuan, found.c.previous_yuan
    return or_(
        *(
            and_(
                found.c.year >= one.from_year,
                found.c.year < end,
                or_(
                    total > previous * (1 + one.rise_above),
                    total < previous * (1 - one.fall_below),
                ),
            )
            for one, end in zip(shelf, ends, strict=True)
        )
    )


def _in_state(found: Subquery, state: JumpState | None) -> list[ColumnElement[bool]]:
    if state is None:
        return []
    # A reason speaks of two amounts; where one of them has changed since, it must be given anew.
    explained = exists(
        select(1).where(
            _EXPLANATIONS.c.expenditure_id == _TABLE.c.id,
            _EXPLANATIONS.c.total_yuan == found.c.total_yuan,
            _EXPLANATIONS.c.previous_yuan == found.c.previous_yuan,
        )
    )
    return [explained if state is JumpState.EXPLAINED else not_(explained)]


def list_explanations(session: Session, expenditure_ids: Sequence[str]) -> Sequence[RowMapping]:
    """All reasons given for some records, oldest first."""
    query = select(_EXPLANATIONS).where(_EXPLANATIONS.c.expenditure_id.in_(expenditure_ids))
    return session.execute(query.order_by(_EXPLANATIONS.c.id)).mappings().all()


def add_explanation(session: WriteSession, values: Mapping[str, str | Decimal]) -> None:
    """Keep a reason."""
    session.execute(insert(_EXPLANATIONS).values({**values, "given_at": now()}))

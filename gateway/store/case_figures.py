"""Figures of cases: each is a set of cases with a key, so that every number drills to its rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Date,
    Select,
    and_,
    cast,
    exists,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from gateway.rules.loans import Filing, LoanState
from gateway.rules.stages import FAVOURABLE, TrackState
from gateway.rules.supports import Noun
from gateway.tables import CaseTrack, FinancingCase, SupportRow

_CASES = FinancingCase.__table__
_TRACKS = CaseTrack.__table__
_FILES = SupportRow.__table__

_COMPENSATED = [
    LoanState.COMPENSATED.value,
    LoanState.RECOVERING.value,
    LoanState.RECOVERED.value,
    LoanState.WRITTEN_OFF.value,
]


@dataclass(frozen=True, slots=True)
class Span:
    """Cases opened from one day to another, both counted."""

    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Figure:
    """One number: how many cases under a key, and where it is about days, how many."""

    key: str
    cases: int
    median_days: float | None = None
    p90_days: float | None = None


@dataclass(frozen=True, slots=True)
class CaseRef:
    """A case behind a number."""

    id: str
    number: str
    title: str
    enterprise_name: str
    state: str


def list_figures(session: Session, board: str, span: Span) -> list[Figure]:
    """The numbers of a board."""
    rows = _BOARDS[board](span).subquery()
    days = rows.c.days
    query = (
        select(
            rows.c.key,
            func.count(rows.c.case_id.distinct()),
            func.percentile_cont(0.5).within_group(days),
            func.percentile_cont(0.9).within_group(days),
        )
        .group_by(rows.c.key)
        .order_by(rows.c.key)
    )
    return [Figure(*row) for row in session.execute(query)]


def list_cases_behind(
    session: Session, board: str, key: str, span: Span, *, limit: int, after_id: str | None
) -> list[CaseRef]:
    """The cases behind one number, oldest first."""
    rows = _BOARDS[board](span).subquery()
    behind = select(rows.c.case_id).where(rows.c.key == key)
    return list_case_refs(session, behind, limit=limit, after_id=after_id)


def list_case_refs(
    session: Session,
    case_ids: Select[tuple[str]] | Sequence[str],
    *,
    limit: int,
    after_id: str | None,
) -> list[CaseRef]:
    """These cases in short, oldest first."""
    query = (
        select(_CASES.c.id, _CASES.c.number, _CASES.c.title, _CASES.c.enterprise_name)
        .add_columns(_CASES.c.state)
        .where(_CASES.c.id.in_(case_ids))
        .order_by(_CASES.c.id)
        .limit(limit)
    )
    if after_id is not None:
        query = query.where(_CASES.c.id > after_id)
    return [CaseRef(*row) for row in session.execute(query)]


Rows = Select[Any] | CompoundSelect[Any]


def _within(span: Span) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if span.first is not None:
        conditions.append(_CASES.c.opened_on >= span.first)
    if span.last is not None:
        conditions.append(_CASES.c.opened_on <= span.last)
    return conditions


_NO_DAYS = literal(None, type_=_TRACKS.c.place.type)


def _select_funnel(span: Span) -> Rows:
    states = [state.value for state in FAVOURABLE]
    joined = _TRACKS.join(_CASES, _CASES.c.id == _TRACKS.c.case_id)
    reached = select((_TRACKS.c.stage + ".reached").label("key"), _CASES.c.id, _NO_DAYS)
    passed = select((_TRACKS.c.stage + ".favourable").label("key"), _CASES.c.id, _NO_DAYS)
    return union_all(
        select(literal("opened").label("key"), _CASES.c.id.label("case_id"), _NO_DAYS.label("days"))
        .select_from(_CASES)
        .where(*_within(span)),
        reached.select_from(joined).where(_TRACKS.c.received_on.is_not(None), *_within(span)),
        passed.select_from(joined).where(_TRACKS.c.state.in_(states), *_within(span)),
        select(_CASES.c.state.label("key"), _CASES.c.id, _NO_DAYS).where(*_within(span)),
    )


def _select_stage_days(span: Span) -> Rows:
    days = cast(_TRACKS.c.decided_on, Date) - cast(_TRACKS.c.received_on, Date)
    return (
        select(_TRACKS.c.stage.label("key"), _CASES.c.id.label("case_id"), days.label("days"))
        .join(_CASES, _CASES.c.id == _TRACKS.c.case_id)
        .where(_TRACKS.c.decided_on.is_not(None), _TRACKS.c.received_on.is_not(None))
        .where(*_within(span))
    )


def _select_drop_outs(span: Span) -> Rows:
    rejected = and_(
        _TRACKS.c.state == TrackState.REJECTED.value, _TRACKS.c.reason_code.is_not(None)
    )
    refused = (_TRACKS.c.stage + ":" + _TRACKS.c.reason_code).label("key")
    closed = (literal("close:") + _CASES.c.close_reason_code).label("key")
    return union_all(
        select(refused, _CASES.c.id.label("case_id"), _NO_DAYS.label("days"))
        .select_from(_TRACKS.join(_CASES, _CASES.c.id == _TRACKS.c.case_id))
        .where(rejected, *_within(span)),
        select(closed, _CASES.c.id, _NO_DAYS)
        .select_from(_CASES)
        .where(_CASES.c.close_reason_code.is_not(None), *_within(span)),
    )


def _select_lending(span: Span) -> Rows:
    """Cases by what became of their loans; a pure credit loan has no guarantee beside it."""
    loans = _FILES.c.noun == Noun.LOAN.value
    filed = _FILES.c.terms["filing"].as_string() == Filing.FILED.value
    other = _FILES.alias("other")
    guaranteed = exists().where(
        other.c.case_id == _FILES.c.case_id,
        other.c.noun == Noun.GUARANTEE.value,
        other.c.terms["number"].as_string().is_not(None),
    )
    return union_all(
        *(
            select(literal(key).label("key"), _CASES.c.id.label("case_id"), _NO_DAYS.label("days"))
            .select_from(_FILES.join(_CASES, _CASES.c.id == _FILES.c.case_id))
            .where(loans, condition, *_within(span))
            for key, condition in (
                ("paid_out", _FILES.c.terms["disbursed_on"].as_string().is_not(None)),
                ("filed", filed),
                ("filed_pure_credit", and_(filed, ~guaranteed)),
                ("was_overdue", _FILES.c.terms["was_overdue"].as_boolean()),
                ("compensated", _FILES.c.state.in_(_COMPENSATED)),
            )
        )
    )


_BOARDS = {
    "lending": _select_lending,
    "funnel": _select_funnel,
    "stage-days": _select_stage_days,
    "drop-outs": _select_drop_outs,
}

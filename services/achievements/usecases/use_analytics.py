"""Instruments and platforms in figures."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import RowMapping

from kit.auth import Principal
from kit.db import ReadSession
from services.achievements.rules.bookings import Hours, Slot
from services.achievements.rules.figures import divide
from services.achievements.rules.filters import UseFilter
from services.achievements.schemas.analytics import (
    GradeCell,
    PlatformCell,
    PlatformFigures,
    PlatformQueryOfFigures,
    UseAnswer,
    UseLine,
    UseQuery,
    rows_at,
)
from services.achievements.store.bookings import list_past_hours, slots_of
from services.achievements.store.use_analytics import (
    count_bookings,
    count_grades,
    count_platforms,
    list_bookable,
    list_bookable_page,
)
from services.achievements.usecases.bookings import require_days
from services.achievements.usecases.callers import viewer_of

Past = Mapping[str, Sequence[tuple[date, Sequence[Slot]]]]
Taken = dict[str, tuple[int, int]]


def show_use(session: ReadSession, principal: Principal | None, query: UseQuery) -> UseAnswer:
    """Booked of open minutes, of all visible instruments that can be booked and of each."""
    require_days(query.first, query.last)
    viewer, wanted = viewer_of(principal), UseFilter(**query.model_dump())
    every = list_bookable(session, viewer, wanted.organization)
    taken = count_bookings(session, [row["id"] for row in every], wanted.first, wanted.last)
    page, cursor = list_bookable_page(session, viewer, wanted)
    past = list_past_hours(session, [row["id"] for row in every])
    minutes = {row["id"]: _open_minutes(row, past, wanted) for row in every}
    opened = sum(minutes.values())
    booked = sum(minutes for _, minutes in taken.values())
    return UseAnswer(
        instruments=len(every),
        rows=rows_at("/v1/instruments", bookable=True, organization=wanted.organization),
        open_minutes=opened,
        booked_minutes=booked,
        bookings=sum(count for count, _ in taken.values()),
        rate=divide(Decimal(booked), Decimal(opened)),
        items=[_show_instrument(row, wanted, taken, minutes[row["id"]], principal) for row in page],
        next_cursor=cursor,
    )


def _show_instrument(
    row: RowMapping, wanted: UseFilter, taken: Taken, opened: int, principal: Principal | None
) -> UseLine:
    bookings, booked = taken.get(row["id"], (0, 0))
    place = f"/v1/instruments/{row['id']}/bookings"
    return UseLine(
        instrument_id=row["id"],
        name=row["name"],
        owner_uscc=row["owner_uscc"],
        open_minutes=opened,
        booked_minutes=booked,
        bookings=bookings,
        rate=divide(Decimal(booked), Decimal(opened)),
        rows=rows_at(place, first=wanted.first, last=wanted.last) if principal else None,
    )


def _open_minutes(row: RowMapping, past: Past, wanted: UseFilter) -> int:
    hours = Hours(past.get(row["id"], []), slots_of(row))
    return hours.count_minutes(wanted.first, wanted.last)


def show_platforms(
    session: ReadSession, principal: Principal | None, query: PlatformQueryOfFigures
) -> PlatformFigures:
    """Visible platforms by kind: how many, how many certified, how graded."""
    viewer, owner = viewer_of(principal), query.organization
    kinds = count_platforms(session, viewer, owner)
    of = {"year": query.year, "assessor": query.assessed_by}
    grades = count_grades(session, viewer, owner, of)
    return PlatformFigures(
        platforms=sum(row["platforms"] for row in kinds),
        rows=rows_at("/v1/platforms", organization=owner),
        items=[_show_kind(row, grades, query) for row in kinds],
    )


def _show_kind(
    row: RowMapping, grades: Sequence[RowMapping], query: PlatformQueryOfFigures
) -> PlatformCell:
    kind, owner = row["kind"], query.organization

    def rows(**more: str | int | bool | None) -> str:
        return rows_at("/v1/platforms", kind=kind, organization=owner, **more)

    of = {"graded_year": query.year, "assessed_by": query.assessed_by}
    return PlatformCell(
        kind=kind,
        platforms=row["platforms"],
        rows=rows(),
        certified=row["certified"],
        certified_rows=rows(certified=True),
        grades=[
            GradeCell(
                grade=one["grade"],
                platforms=one["platforms"],
                rows=rows(grade=one["grade"], **of),
            )
            for one in grades
            if one["kind"] == kind
        ],
    )

"""Seats in the database: a case, one of its tracks, and what the registers say about its people."""

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import Select, Table, and_, bindparam, func, or_, select

from gateway.rules.cases import Case
from gateway.store.cases import SELECT_CASE, read_case
from gateway.tables import CaseTrack, FinancingCase, Institution, RelatedParty
from kit.db import ReadSession, ReadyStatement, WriteSession

_CASES = cast(Table, FinancingCase.__table__)
_TRACKS = cast(Table, CaseTrack.__table__)
_PAIRS = cast(Table, RelatedParty.__table__)
_INSTITUTIONS = cast(Table, Institution.__table__)


@dataclass(frozen=True, slots=True)
class SeatRow:
    """A case, and what the registers say: does the track need two people, who is related."""

    case: Case
    four_eyes: bool
    related: frozenset[frozenset[str]]


def find_seat_row(session: ReadSession | WriteSession, track_id: str, on: date) -> SeatRow | None:
    """The case of a track, and what the registers say of its holders on that day: one question."""
    row = _SEAT.find_row(session, {"track_id": track_id, "on": on})
    if row is None:
        return None
    related = frozenset(frozenset(pair) for pair in row.related or ())
    return SeatRow(read_case(row), bool(row.four_eyes), related)


def _build() -> Select[Any]:
    track, holders = _TRACKS.alias("seat"), _TRACKS.alias("holders")
    party = select(holders.c.holder_uscc).where(
        holders.c.case_id == _CASES.c.id, holders.c.superseded.is_(False)
    )
    four_eyes = select(_INSTITUTIONS.c.four_eyes).where(
        _INSTITUTIONS.c.stage == track.c.stage, _INSTITUTIONS.c.uscc == track.c.holder_uscc
    )
    pair = func.json_build_array(_PAIRS.c.uscc, _PAIRS.c.related_uscc)
    related = select(func.json_agg(pair)).where(
        _PAIRS.c.uscc.in_(party),
        _PAIRS.c.related_uscc.in_(party),
        _PAIRS.c.since_on <= bindparam("on"),
        or_(_PAIRS.c.ended_on.is_(None), _PAIRS.c.ended_on >= bindparam("on")),
    )
    return SELECT_CASE.join(
        track, and_(track.c.case_id == _CASES.c.id, track.c.id == bindparam("track_id"))
    ).add_columns(
        four_eyes.scalar_subquery().label("four_eyes"),
        related.scalar_subquery().label("related"),
    )


_SEAT = ReadyStatement(_build())

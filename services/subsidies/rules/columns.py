"""Many applicants as columns: one row each, with at most one thing of every kind.

A flag is kept as the gravity it weighs with (`GRAVITY`): true 0, unknown 3, false 4; so the
outcome of a rule is the maximum over its columns. `ABSENT` is above all: no such thing, no item.
Days are ordinals, 0 where unknown; money is whole fen, ratios are millionths.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import IntEnum
from typing import Self

import numpy as np
import numpy.typing as npt

from services.subsidies.rules.decisions import GRAVITY, Outcome

Codes = npt.NDArray[np.uint8]
Days = npt.NDArray[np.int32]
Fen = npt.NDArray[np.int64]
Millionths = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]

REVIEW = GRAVITY[Outcome.NEEDS_REVIEW]
PENDING = GRAVITY[Outcome.PENDING]
UNKNOWN = GRAVITY[Outcome.NEEDS_INFO]
FALSE = GRAVITY[Outcome.NOT_ELIGIBLE]
WRONG = GRAVITY[Outcome.INVALID_INPUT]
ABSENT = 9

NO_DAY = 0
NO_FEN = -(2**62)
NO_RATIO = -(2**31)
MOST_FEN = 10**12
"""Sums up to ten billion yuan; a row with more is calculated by itself, as is any other row that
does not fit. A sum times a ratio then stays within 64 bits."""
MOST_RATIO = 9_000_000
MICRO = 1_000_000

KINDS = (
    None,
    "enterprise",
    "research_institute",
    "institute",
    "university",
    "hospital",
    "individual",
    "government",
    "",
)
"""Kinds of applicants by code; the last stands for every other word."""


class Standing(IntEnum):
    """State of an award or a laboratory beside its columns: the graver hides the lesser."""

    FINE = 0
    JOINT = 1
    REVOKED = 2
    WRONG = 3


class Registrar(IntEnum):
    """Who registered the contract."""

    CITY = 0
    UNKNOWN = 1
    OTHER = 2


class FacilityKind(IntEnum):
    """Which of the two rules the facility stands under."""

    POC = 0
    PILOT = 1
    UNKNOWN = 2
    OTHER = 3
    ABSENT = ABSENT


NOT_ASSESSED = 6
"""A grade that is still to come."""


@dataclass(slots=True)
class CityPayments:
    """市级补助, one per row."""

    approved: Fen
    paid: Fen
    paid_on: Days
    ratio: Millionths


@dataclass(frozen=True, slots=True)
class AwardWords:
    """What an award is called; each row names one of a short list of these."""

    scheme: str | None
    level: str | None
    province: str | None


@dataclass(slots=True)
class Columns:
    """The rows. `award` is 0 for none, else the place in `award_words` plus one."""

    kind: Codes
    in_district: Codes
    is_industrial: Codes
    above_scale: Codes
    revenue: Fen
    award: Codes
    awarded_on: Days
    award_standing: Codes
    platform_new: Codes
    haves: Codes
    platform_recognised_on: Days
    platform_refused: Codes
    lab_level: Codes
    lab_new: Codes
    lab_accredited_on: Days
    lab_standing: Codes
    lab_approved: Fen
    contract_type: Codes
    registrar: Codes
    registered_on: Days
    contract_payments: CityPayments
    facility_kind: Codes
    facility_in_district: Codes
    assessor: Codes
    grade: Codes
    stale_from: Days
    facility_payments: CityPayments
    award_words: list[AwardWords] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.kind)

    def cut(self, begin: int, end: int) -> Self:
        """The rows from `begin` to before `end`, without copying."""
        parts: dict[str, object] = {}
        for one in fields(self):
            column = getattr(self, one.name)
            if isinstance(column, CityPayments):
                column = CityPayments(
                    column.approved[begin:end],
                    column.paid[begin:end],
                    column.paid_on[begin:end],
                    column.ratio[begin:end],
                )
            elif one.name == "haves":
                column = column[:, begin:end]
            elif one.name != "award_words":
                column = column[begin:end]
            parts[one.name] = column
        return type(self)(**parts)  # type: ignore[arg-type]


def empty_columns(rows: int) -> Columns:
    """Rows about which nothing is stated."""
    return Columns(
        kind=np.zeros(rows, np.uint8),
        in_district=_codes(rows, UNKNOWN),
        is_industrial=_codes(rows, UNKNOWN),
        above_scale=_codes(rows, UNKNOWN),
        revenue=_fen(rows),
        award=np.zeros(rows, np.uint8),
        awarded_on=np.zeros(rows, np.int32),
        award_standing=np.zeros(rows, np.uint8),
        platform_new=_codes(rows, ABSENT),
        haves=np.full((6, rows), UNKNOWN, np.uint8),
        platform_recognised_on=np.zeros(rows, np.int32),
        platform_refused=np.zeros(rows, np.uint8),
        lab_level=_codes(rows, ABSENT),
        lab_new=_codes(rows, UNKNOWN),
        lab_accredited_on=np.zeros(rows, np.int32),
        lab_standing=np.zeros(rows, np.uint8),
        lab_approved=_fen(rows),
        contract_type=_codes(rows, ABSENT),
        registrar=_codes(rows, Registrar.UNKNOWN),
        registered_on=np.zeros(rows, np.int32),
        contract_payments=_no_payments(rows),
        facility_kind=_codes(rows, FacilityKind.ABSENT),
        facility_in_district=_codes(rows, UNKNOWN),
        assessor=_codes(rows, UNKNOWN),
        grade=_codes(rows, UNKNOWN),
        stale_from=np.zeros(rows, np.int32),
        facility_payments=_no_payments(rows),
    )


def _codes(rows: int, code: int) -> Codes:
    return np.full(rows, code, np.uint8)


def _fen(rows: int) -> Fen:
    return np.full(rows, NO_FEN, np.int64)


def _no_payments(rows: int) -> CityPayments:
    return CityPayments(
        _fen(rows), _fen(rows), np.zeros(rows, np.int32), np.full(rows, NO_RATIO, np.int32)
    )


def weigh_marked(marked: Flags, weight: int) -> Codes:
    """The weight where it is marked, else 0: many times as fast as choosing element by element."""
    weighed: Codes = marked.view(np.uint8) * np.uint8(weight)
    return weighed


def put(codes: Codes, marked: Flags, weight: int) -> None:
    """Overwrite what is marked; most marks never occur, and looking is cheaper than writing."""
    if marked.any():
        np.putmask(codes, marked, weight)


def spread(rows: int, places: npt.NDArray[np.intp], amounts: Fen | int) -> Fen:
    """Amounts at some places, nothing at the others."""
    due = np.zeros(rows, np.int64)
    due[places] = amounts
    return due


OUTCOMES: Mapping[int, Outcome] = {weight: outcome for outcome, weight in GRAVITY.items()}
"""The outcome behind a gravity."""


def clear_row(columns: Columns, row: int) -> None:
    """Make a row empty again after a claim did not fit."""
    nothing = empty_columns(1)
    for one in fields(columns):
        column, empty = getattr(columns, one.name), getattr(nothing, one.name)
        if isinstance(column, CityPayments):
            for part in ("approved", "paid", "paid_on", "ratio"):
                getattr(column, part)[row] = getattr(empty, part)[0]
        elif one.name == "haves":
            column[:, row] = UNKNOWN
        elif one.name != "award_words":
            column[row] = empty[0]

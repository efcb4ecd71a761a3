"""A made-up district: applicants drawn at random for simulations, the same for the same seed.

The shares are assumptions for trying things out, not statistics; answers mark them as synthetic.
"""

from collections.abc import Iterator
from datetime import date

import numpy as np
import numpy.typing as npt

from services.subsidies.rules.columns import (
    FALSE,
    KINDS,
    MICRO,
    NO_FEN,
    NO_RATIO,
    UNKNOWN,
    AwardWords,
    CityPayments,
    Codes,
    Columns,
    Days,
    Fen,
    Registrar,
    empty_columns,
)

MOST_APPLICANTS = 2_000_000
BLOCK = 65_536
AWARDS = (
    AwardWords("national_st_progress", "first", None),
    AwardWords("national_st_progress", "second", None),
    AwardWords("shandong_st_progress", "first", None),
    AwardWords("shandong_st_progress", "second", None),
    AwardWords("shandong_st_progress", "third", None),
    AwardWords("jinan_st_progress", "first", None),
)
_AWARD_SHARES = (0.9, 0.002, 0.006, 0.012, 0.03, 0.04, 0.01)
_KIND_SHARES = {
    "enterprise": 0.88,
    "research_institute": 0.05,
    "university": 0.04,
    "hospital": 0.02,
    "individual": 0.01,
}


class _Dice:
    """Draws columns of one length."""

    def __init__(self, rows: int, seed: list[int]) -> None:
        self.rows = rows
        self.random = np.random.default_rng(seed)

    def chance(self, share: float) -> npt.NDArray[np.bool_]:
        drawn: npt.NDArray[np.bool_] = self.random.random(self.rows, np.float32) < share
        return drawn

    def flag(self, share: float, unknown: float = 0.02) -> Codes:
        """True in this share, rarely not known."""
        flags = np.where(self.chance(share), 0, FALSE).astype(np.uint8)
        flags[self.chance(unknown)] = UNKNOWN
        return flags

    def days(self, on: date) -> Days:
        """Days of the two years before and a little after."""
        return self.random.integers(on.toordinal() - 700, on.toordinal() + 30, self.rows, np.int32)

    def fen(self, most_yuan: int) -> Fen:
        return self.random.integers(100_000, most_yuan * 100, self.rows, np.int64)

    def ratio(self) -> npt.NDArray[np.int32]:
        ratio = self.random.integers(1, 11, self.rows, np.int32) * np.int32(MICRO // 10)
        ratio[self.chance(0.3)] = NO_RATIO
        return ratio

    def choose(self, shares: tuple[float, ...]) -> Codes:
        chosen = np.searchsorted(np.cumsum(shares[:-1]), self.random.random(self.rows), "right")
        return chosen.astype(np.uint8)


def draw_population(rows: int, seed: int, on: date) -> Iterator[Columns]:
    """So many applicants with things of all six rules, block by block."""
    for block, begin in enumerate(range(0, rows, BLOCK)):
        yield _draw_block(min(BLOCK, rows - begin), [seed, block], on)


def _draw_block(rows: int, seed: list[int], on: date) -> Columns:
    dice, columns = _Dice(rows, seed), empty_columns(rows)
    kinds = np.array([KINDS.index(kind) for kind in _KIND_SHARES], np.uint8)
    columns.kind = kinds[dice.choose(tuple(_KIND_SHARES.values()))]
    columns.in_district = dice.flag(0.85)
    columns.is_industrial = dice.flag(0.4)
    columns.above_scale = dice.flag(0.3)
    columns.award_words.extend(AWARDS)
    columns.award = dice.choose(_AWARD_SHARES)
    columns.awarded_on = dice.days(on)
    _draw_platforms(columns, dice, on)
    _draw_laboratories(columns, dice, on)
    _draw_contracts(columns, dice, on)
    _draw_facilities(columns, dice, on)
    return columns


def _draw_platforms(columns: Columns, dice: _Dice, on: date) -> None:
    there = dice.chance(0.1)
    columns.platform_new[there] = dice.flag(0.8)[there]
    for place in range(len(columns.haves)):
        columns.haves[place] = dice.flag(0.95)
    columns.platform_recognised_on = dice.days(on)
    columns.platform_refused[dice.chance(0.1)] = FALSE


def _draw_laboratories(columns: Columns, dice: _Dice, on: date) -> None:
    there = dice.chance(0.03)
    columns.lab_level[there] = dice.flag(0.8)[there]
    columns.lab_new = dice.flag(0.7)
    columns.lab_accredited_on = dice.days(on)
    approved = dice.fen(30_000)
    columns.lab_approved = np.where(dice.chance(0.5), approved, NO_FEN)


def _draw_contracts(columns: Columns, dice: _Dice, on: date) -> None:
    columns.contract_type[dice.chance(0.2)] = 0
    registrars = (0.9, 0.02, 0.08)
    columns.registrar = dice.choose(registrars)
    assert len(registrars) == len(Registrar)
    columns.registered_on = dice.days(on)
    columns.contract_payments = _draw_payments(dice, on, 1_000_000, columns.registered_on)


def _draw_facilities(columns: Columns, dice: _Dice, on: date) -> None:
    there = dice.chance(0.02)
    columns.facility_kind[there] = dice.choose((0.5, 0.5))[there]
    columns.facility_in_district = columns.in_district.copy()
    columns.assessor = dice.flag(0.95)
    columns.grade = dice.flag(0.3)
    columns.facility_payments = _draw_payments(dice, on, 3_000_000, None)


def _draw_payments(dice: _Dice, on: date, most: int, after: Days | None) -> CityPayments:
    approved = dice.fen(most)
    paid = np.where(dice.chance(0.8), approved, approved // 2)
    days = dice.days(on) if after is None else after + np.int32(60)
    days[dice.chance(0.1)] = 0
    return CityPayments(approved, paid, days, dice.ratio())

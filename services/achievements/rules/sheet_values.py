"""Numbers of a spreadsheet that mean days, times or spans, by the formats of their cells.

ECMA-376 part 1, 18.8.30 (formats by number, those of Chinese spreadsheets among them) and 18.17.4
(days since 1900 or 1904).
"""

import re
from datetime import date, datetime, time, timedelta
from enum import StrEnum

_PARTS = re.compile(
    r"""(?P<skipped> "[^"]*"? | [\\_*]. )
    | (?P<span> \[ (?:h+|m+|s+) \] )
    | \[ [^\]]* \]?
    | (?P<end> ; )
    | (?P<moment> [dmhys] | a/p | am/pm )""",
    re.IGNORECASE | re.VERBOSE,
)
_DAYS = frozenset([*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)])
_SPAN = 46
_EPOCH, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001 cells have none
# Spreadsheets count a 29 February 1900 that there was not.
_LEAP_DAY_1900 = 60
_LAST_DAY = 2_958_466


class FormatKind(StrEnum):
    """What numbers of a format are besides numbers"""

    MOMENT = "moment"
    SPAN = "span"


def kind_of_number(format_number: int) -> FormatKind | None:
    """What a format is that has a number but no code."""
    if format_number == _SPAN:
        return FormatKind.SPAN
    return FormatKind.MOMENT if format_number in _DAYS else None


def kind_of_code(code: str) -> FormatKind | None:
    """What a format is by its code, as `yyyy"年"m"月"`; of several sections the first tells."""
    for part in _PARTS.finditer(code):
        match part.lastgroup:
            case "span":
                return FormatKind.SPAN
            case "moment":
                return FormatKind.MOMENT
            case "end":
                return None
    return None


def read_serial(
    number: float, kind: FormatKind, *, since_1904: bool
) -> date | datetime | time | timedelta | float:
    """A day, an instant of a day, a time or a span; a number where it lies beyond all of them."""
    if not abs(number) < _LAST_DAY:
        return number
    span = timedelta(milliseconds=round(number * 86_400_000))
    if kind is FormatKind.SPAN:
        return span
    if number < 0:
        return number
    if span.days == 0:
        return (_EPOCH + span).time()
    if not since_1904 and number < _LEAP_DAY_1900:
        span += timedelta(days=1)
    moment = (_EPOCH_1904 if since_1904 else _EPOCH) + span
    return moment if moment.time() != time() else moment.date()

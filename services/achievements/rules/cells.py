"""Cells as people fill them, read into the words of the wire.

`2024.3`, `2024年3月`, Excel dates, `50万元`, `张三、李四`, full-width characters. What cannot be
read surely is refused, never guessed: a long number that a spreadsheet has rounded is gone.
"""

import re
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

from kit.money import format_yuan
from kit.text import Text
from services.achievements.rules.labels import NOTHING
from services.achievements.rules.lists import NAMES, WORDS, split_parts
from services.achievements.rules.text import fold_text, normalise_text, rearm_formula

Cell = str | int | float | bool | date | datetime | time | timedelta | None
Json = str | int | bool | None | list[str] | list[dict[str, str | None]] | dict[str, "Json"]

_COLON = re.compile(r"[:：]")
_PERSON_NOTE = re.compile(r"[(（].*?[)）]")
_DATE = re.compile(
    r"(?P<y>\d{4})\s*[年./-]\s*(?P<m>\d{1,2})\s*(?:[月./-]\s*(?:(?P<d>\d{1,2})\s*日?)?)?"
)
_COMPACT_DATE = re.compile(r"(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})")
_AMOUNT = re.compile(r"[¥￥]?\s*(-?[\d,]+(?:\.\d+)?)\s*(亿元?|万元?|千元|元)?(?:人民币)?")
_SCIENTIFIC = re.compile(r"-?\d(\.\d+)?[eE]\+?\d+")
_SCALES = {"亿": 100_000_000, "万": 10_000, "千": 1_000, "元": 1}
_LONGEST_NOTHING = max(map(len, NOTHING))
_EXACT_LIMIT = 10**15
_EXCEL_EPOCH = date(1899, 12, 30)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_FIRST_SERIAL, _LAST_SERIAL = 25_569, 73_050
"""From 1970 to 2099: below it, 20243 may as well be a month (2024.3) without its point."""
MONTH_ONLY_DAY = 1


class CellFault(Exception):
    """A cell that cannot be read: a code and what to do."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(en)
        self.code = code
        self.message = Text(zh, en)


def show_cell(cell: Cell) -> str:
    """A cell as it is shown in a list of failed rows."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _EXACT_LIMIT:
        # Spreadsheets keep 6 as 6.0; sent again as text, it must still be read as 6.
        return str(int(cell))
    return "" if cell is None else str(cell).replace("\x00", "\ufffd")[:2000]


def is_blank(cell: Cell) -> bool:
    """Empty, or one of the signs people write for "nothing"."""
    if not isinstance(cell, str):
        return cell is None
    # Of an abstract nothing has to be normalised to see that it says something.
    bare = cell.strip()
    return len(bare) <= _LONGEST_NOTHING and normalise_text(bare) in NOTHING


def read_text(cell: Cell) -> str:
    """Text, in normal width; whole numbers lose the `.0` that spreadsheets add."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    if isinstance(cell, float | int):
        return _read_number_as_text(cell)
    return normalise_text(_check_characters(str(cell)))


def _check_characters(text: str) -> str:
    if "\x00" in text:
        raise CellFault("text_invalid", "含有空字符", "holds a NUL character")
    return rearm_formula(text)


def read_phrase(cell: Cell) -> str:
    """A name or a title: as typed, but for the width of letters and digits."""
    return fold_text(_check_characters(cell)) if isinstance(cell, str) else read_text(cell)


def read_long_text(cell: Cell) -> str:
    """Prose keeps its lines and punctuation."""
    return _check_characters(cell).strip() if isinstance(cell, str) else read_text(cell)


def read_code(cell: Cell) -> str:
    """An identifier; one that a spreadsheet turned into a rounded number is refused."""
    text = read_text(cell)
    if _SCIENTIFIC.fullmatch(text):
        raise _digits_lost(text)
    return text


def _read_number_as_text(number: float | int) -> str:
    if not abs(number) < _EXACT_LIMIT:
        raise _digits_lost(f"{number:.6g}")
    return str(int(number)) if number == int(number) else repr(number)


def _digits_lost(shown: str) -> CellFault:
    return CellFault(
        "digits_lost",
        f"{shown} 的末位数字已被电子表格舍去，请将该列设为文本格式后重新填写",
        f"the spreadsheet has dropped the last digits of {shown}; set the column to text and"
        " enter it again",
    )


def read_date(cell: Cell) -> str:
    """A day as `YYYY-MM-DD`; a month alone is its first day."""
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    if isinstance(cell, str) and cell[4:5] == cell[7:8] == "-":
        # Most are written like this already.
        with suppress(ValueError):
            return date.fromisoformat(cell).isoformat()
    days = _read_serial(cell)
    if days is not None:
        return (_EXCEL_EPOCH + timedelta(days=days)).isoformat()
    text = repr(cell) if isinstance(cell, float) and cell % 1 else read_text(cell)
    if isinstance(cell, float) and text.endswith(".1"):
        raise CellFault(
            "date_ambiguous",
            f"数值 {text} 可能是1月，也可能是10月（2024.10 会显示为 2024.1），请写成 2024-10",
            f"the number {text} may be January or October; write it as text, as 2024-10",
        )
    found = _DATE.fullmatch(text) or _COMPACT_DATE.fullmatch(text)
    try:
        if found is not None:
            parts = found.groupdict()
            day = int(parts["d"]) if parts["d"] else MONTH_ONLY_DAY
            return date(int(parts["y"]), int(parts["m"]), day).isoformat()
    except ValueError:
        pass
    raise CellFault(
        "date_format",
        f"“{text}”不是能识别的日期，请写成 2024-03-01、2024.3 或 2024年3月",
        f"{text!r} is not a date; write 2024-03-01, 2024.3 or 2024年3月",
    )


def _read_serial(cell: Cell) -> int | None:
    """The days of a date that a spreadsheet keeps as a number, also written into a csv as text."""
    if isinstance(cell, str):
        text = normalise_text(cell)
        cell = float(text) if _SERIAL.fullmatch(text) else None
    if not isinstance(cell, float | int) or isinstance(cell, bool):
        return None
    return int(cell) if _FIRST_SERIAL <= cell <= _LAST_SERIAL else None


def read_month(cell: Cell) -> str:
    """A month as `YYYY-MM`, written like a day or without one."""
    return read_date(cell)[:7]


def read_yuan(cell: Cell, scale: int | None = 1) -> str:
    """Yuan to the fen; a unit in the cell (万元) counts before that of the header.

    Where neither names one (`scale` None), a number is refused: 50 may be 50 元 or 50 万元.
    """
    text = read_text(cell) if not isinstance(cell, float) else format(Decimal(repr(cell)), "f")
    found = _AMOUNT.fullmatch(text)
    try:
        if found is not None:
            number = Decimal(found.group(1).replace(",", ""))
            unit = found.group(2)
            times = _SCALES[unit[0]] if unit else scale
            if times is None and number:
                raise _unit_unclear(text.removesuffix(".0"))
            exact = number * (times or 1)
            if exact == exact.quantize(Decimal("0.01")):
                return format_yuan(exact)
    except InvalidOperation:
        pass
    raise CellFault(
        "money_format",
        f"“{text}”不是能识别的金额（元，至多两位小数，可写 50万元）",
        f"{text!r} is not an amount (yuan with at most two places, or as 50万元)",
    )


def _unit_unclear(text: str) -> CellFault:
    return CellFault(
        "unit_unclear",
        f"“{text}”没有写明单位：请在表头写“（元）”或“（万元）”，或写成 50万元，"
        "或为整份文件确认单位：POST …/imports/{id}/unit-confirmations（不必重新上传），"
        "下次上传也可带 money_unit（yuan、thousand_yuan、ten_thousand_yuan）",
        f"{text!r} has no unit: name it in the header (元, 万元), in the cell (50万元), or for the"
        " whole file: POST …/imports/{id}/unit-confirmations (no need to send it again), or"
        " money_unit with the next upload (yuan, thousand_yuan, ten_thousand_yuan)",
    )


def read_whole_number(cell: Cell) -> int:
    """A whole number, also as `6级`, `TRL6` or `2024年`."""
    text = read_text(cell)
    found = re.fullmatch(r"(?:TRL)?\s*[-]?(\d{1,9})\s*(?:级|年|年度|个?月)?", text, re.IGNORECASE)
    if found is None:
        raise CellFault("int_parsing", f"“{text}”不是整数", f"{text!r} is not a whole number")
    return int(found.group(1))


def read_list(cell: Cell) -> list[str]:
    """Several words in one cell."""
    return split_parts(read_long_text(cell), WORDS)


def read_codes(cell: Cell) -> list[str]:
    """Several identifiers in one cell."""
    text = read_code(cell)
    parts = split_parts(text, NAMES)
    return parts if parts == [text] else [read_code(part) for part in parts]


def read_people(cell: Cell) -> list[str]:
    """Several people in one cell; two blanks also separate Chinese names."""
    text = read_long_text(cell)
    names = split_parts(text if '"' in text else _PERSON_NOTE.sub("", text), NAMES)
    if '"' in text:
        return names
    if len(names) == 1 and " " in names[0] and not names[0].isascii():
        names = names[0].split(" ")
    return names


def read_indicators(cell: Cell) -> list[dict[str, str | None]]:
    """One indicator a line, its name before the first colon and what is asked behind it."""
    lines = [line.strip() for line in read_long_text(cell).splitlines() if line.strip()]
    parts = [_COLON.split(line, maxsplit=1) for line in lines]
    if any(len(one) < 2 for one in parts):
        raise CellFault(
            "indicator_format",
            "每行一项指标，写成“名称：要求”",
            "one indicator a line, as name: what is asked",
        )
    return [{"name": name.strip(), "target": target.strip()} for name, target in parts]


def read_bool(cell: Cell) -> bool:
    """是 / 否 and their like."""
    text = read_text(cell).casefold()
    if text in {"是", "y", "yes", "true", "1", "共享", "有"}:
        return True
    if text in {"否", "n", "no", "false", "0", "不共享", "无"}:
        return False
    raise CellFault("bool_parsing", f"“{text}”应为“是”或“否”", f"{text!r} is neither yes nor no")

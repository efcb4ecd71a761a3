"""回盘文件: what the bank says of each line of a payment batch, read row by row.

Our own format, csv in UTF-8 (with or without BOM) or GBK, one row per line, this header:

    line_id,payee_uscc,amount_yuan,result,paid_on,bank_ref,message

`result` is `paid` or `failed`; `amount_yuan` has at most two places; `paid_on` is YYYY-MM-DD;
`bank_ref` is the bank's own number of the movement, never used twice. A failed row needs neither
amount nor day nor number. Blank rows say nothing. A row that cannot be read harms no other.
"""

import csv
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from kit.errors import InvalidInput
from kit.text import Text
from services.subsidies.rules.decisions import ZERO

COLUMNS = ("line_id", "payee_uscc", "amount_yuan", "result", "paid_on", "bank_ref", "message")
MAX_ROWS = 20_000
_AMOUNT = re.compile(r"(0|[1-9][0-9]{0,14})(\.[0-9]{1,2})?", re.ASCII)
_REFERENCE = re.compile(r"[!-~]{1,100}")


class RowOutcome(StrEnum):
    """每一行的处理结果"""

    PAID = "paid"
    PARTLY_PAID = "partly_paid"
    FAILED = "failed"
    REPEATED = "repeated"
    DOUBLED = "doubled"
    EXCESS = "excess"
    CLOSED = "closed"
    FOREIGN = "foreign"
    UNREADABLE = "unreadable"


TEXTS = {
    RowOutcome.PAID: Text("已到账", "paid in full"),
    RowOutcome.PARTLY_PAID: Text("部分到账，其余待付", "paid in part; the rest stays open"),
    RowOutcome.FAILED: Text("退票，可另列批次", "failed; it may go into another batch"),
    RowOutcome.REPEATED: Text("已登记过，未重复入账", "booked before; nothing changed"),
    RowOutcome.DOUBLED: Text(
        "银行流水号已用于另一笔，未入账，请核对",
        "the bank's number stands for another movement; not booked, please check",
    ),
    RowOutcome.EXCESS: Text(
        "金额超过该明细未付部分，未入账，请核对",
        "more than is open on the line; not booked, please check",
    ),
    RowOutcome.CLOSED: Text(
        "该明细已结清或已退票，未入账，请核对",
        "the line was settled or failed before; not booked, please check",
    ),
    RowOutcome.FOREIGN: Text(
        "不属于本批次，或收款单位不符，未入账",
        "not of this batch, or another payee; not booked",
    ),
    RowOutcome.UNREADABLE: Text("无法识别，未入账", "cannot be read; not booked"),
}


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """One row; `fault` says why it cannot be read."""

    number: int
    raw: str
    line_id: str = ""
    payee_uscc: str = ""
    amount_yuan: Decimal = ZERO
    is_paid: bool = False
    paid_on: date | None = None
    bank_ref: str = ""
    message: str = ""
    fault: str | None = None


def read_return_file(content: bytes, today: date) -> list[ReturnRow]:
    """All rows of a file; raises InvalidInput where the file as a whole is something else."""
    lines = _decode(content).splitlines()
    header = tuple(cell.strip() for cell in next(csv.reader(lines[:1]), []))
    if header != COLUMNS:
        raise _other_file(f"表头应为 {','.join(COLUMNS)}", f"the header is {','.join(COLUMNS)}")
    if len(lines) > MAX_ROWS + 1:
        raise _other_file(f"至多{MAX_ROWS}行", f"at most {MAX_ROWS} rows")
    rows = enumerate(lines[1:], start=2)
    return [_read_row(number, line, today) for number, line in rows if line.strip(" ,\t")]


def _decode(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding).replace("\x00", "\ufffd")
        except UnicodeDecodeError:
            continue
    raise _other_file("文件须为UTF-8或GBK编码的csv", "the file is a csv in UTF-8 or GBK")


def _other_file(zh: str, en: str) -> InvalidInput:
    return InvalidInput("return_file_unreadable", Text(zh, en))


def _read_row(number: int, line: str, today: date) -> ReturnRow:
    raw = line[:4000]
    try:
        cells = [cell.strip() for cell in next(csv.reader([line], strict=True))]
    except (csv.Error, StopIteration):
        return ReturnRow(number, raw, fault="quotes")
    if len(cells) != len(COLUMNS):
        return ReturnRow(number, raw, fault=f"{len(cells)} cells")
    line_id, payee, amount, result, day, ref, message = cells
    if result == "failed":
        return ReturnRow(number, raw, line_id, payee, message=message[:1000])
    paid_on = _read_day(day)
    if result != "paid":
        fault = "result"
    elif not _AMOUNT.fullmatch(amount) or Decimal(amount) == 0:
        fault = "amount_yuan"
    elif paid_on is None or paid_on > today:
        fault = "paid_on"
    elif not _REFERENCE.fullmatch(ref):
        fault = "bank_ref"
    else:
        sum_ = Decimal(amount).quantize(ZERO)
        return ReturnRow(number, raw, line_id, payee, sum_, True, paid_on, ref, message[:1000])
    return ReturnRow(number, raw, line_id, payee, fault=fault)


def _read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A line of the batch as it stands."""

    payee_uscc: str
    amount_yuan: Decimal
    paid_yuan: Decimal
    is_open: bool


@dataclass(frozen=True, slots=True)
class Booked:
    """A movement that is booked under a bank's number."""

    line_id: str | None
    amount_yuan: Decimal
    paid_on: date


def judge_row(row: ReturnRow, line: OpenLine | None, booked: Booked | None) -> RowOutcome:
    """What a row does; `booked` is what its bank's number stands for already."""
    if row.fault is not None:
        return RowOutcome.UNREADABLE
    if line is None or line.payee_uscc != row.payee_uscc:
        return RowOutcome.FOREIGN
    if booked is not None:
        same = Booked(row.line_id, row.amount_yuan, row.paid_on or booked.paid_on) == booked
        return RowOutcome.REPEATED if same else RowOutcome.DOUBLED
    if not line.is_open:
        return RowOutcome.CLOSED
    if not row.is_paid:
        return RowOutcome.FAILED
    left = line.amount_yuan - line.paid_yuan
    if row.amount_yuan > left:
        return RowOutcome.EXCESS
    return RowOutcome.PAID if row.amount_yuan == left else RowOutcome.PARTLY_PAID

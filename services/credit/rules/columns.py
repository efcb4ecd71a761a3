"""The columns of a supplier's table, by their Chinese or English heads, and what cells mean.

A cell is what a person typed: Excel gives days as dates, counts as floats. A code that Excel has
turned into a float is not mended by guessing: the row is refused and says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

HEADS: Mapping[str, tuple[str, ...]] = {
    "uscc": ("统一社会信用代码", "信用代码"),
    "item": ("事项代码", "目录事项"),
    "value": ("值", "事项值"),
    "source": ("来源", "信息来源"),
    "source_document": ("来源文件", "文书号"),
    "source_id": ("来源编号", "数据编号"),
    "observed_at": ("观测日期", "公示日期"),
    "valid_from": ("生效日期", "起始日期"),
    "valid_to": ("截止日期", "失效日期"),
    "conduct_ended_on": ("行为终止日期", "行为结束日期"),
}
REQUIRED = ("uscc", "item", "value", "source", "valid_from")
_DETAIL = ("details.", "附加:", "附加：")
_FLAGS = {"true": True, "false": False, "是": True, "否": False}


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column is which field; heads that nobody knows; required ones that are missing."""

    fields: Mapping[int, str]
    details: Mapping[int, str]
    unknown: tuple[str, ...]
    missing: tuple[str, ...]


def read_heads(heads: Sequence[str]) -> Columns:
    """Match the heads of a table with the fields of a fact."""
    names = {head: field for field, others in HEADS.items() for head in (field, *others)}
    fields = {place: names[head] for place, head in enumerate(heads) if head in names}
    details = {
        place: head.removeprefix(prefix).strip()
        for place, head in enumerate(heads)
        for prefix in _DETAIL
        if head.startswith(prefix)
    }
    known = fields.keys() | details.keys()
    return Columns(
        fields=fields,
        details=details,
        unknown=tuple(head for place, head in enumerate(heads) if head and place not in known),
        missing=tuple(name for name in REQUIRED if name not in fields.values()),
    )


def read_row(columns: Columns, cells: Sequence[object]) -> dict[str, object]:
    """A row as it would stand in a batch; empty cells are left out."""
    row: dict[str, object] = {
        name: _plain(cells[place])
        for place, name in columns.fields.items()
        if place < len(cells) and cells[place] not in ("", None)
    }
    if isinstance(row.get("value"), str):
        row["value"] = _FLAGS.get(str(row["value"]).strip().lower(), row["value"])
    details = {
        name: str(_plain(cells[place]))
        for place, name in columns.details.items()
        if place < len(cells) and cells[place] not in ("", None)
    }
    return row | {"details": details} if details else row


def _plain(cell: object) -> object:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, bool) or not isinstance(cell, str | int):
        return cell
    return cell.strip() if isinstance(cell, str) else str(cell)

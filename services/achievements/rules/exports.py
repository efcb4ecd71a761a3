"""Exports: what can be exported, how a column is read from a row, and how a cell is written.

The columns of the plain tables stand in `rules/export_tables.py`, those of the national forms
(facts.md §1) in `rules/forms.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from kit.money import format_yuan
from services.achievements.rules.labels import LABELS
from services.achievements.rules.lists import join_parts
from services.achievements.rules.text import disarm_formula

Row = Mapping[str, object]
Value = str | int | Decimal | date | datetime | None

INTERNAL = frozenset({"content_hash", "line_mark", "document"})
"""Columns that are the registry's own business."""


class ExportKind(StrEnum):
    """能导出的种类"""

    ORGANIZATIONS = "organizations"
    ACHIEVEMENTS = "achievements"
    INSTRUMENTS = "instruments"
    RESEARCHERS = "researchers"
    RD_EXPENDITURES = "rd_expenditures"
    PLATFORMS = "platforms"
    AWARDS = "awards"
    CONTRACTS = "contracts"
    LISTINGS = "listings"
    DEMANDS = "demands"
    NOMINATIONS = "nominations"
    CARE_PLANS = "care_plans"
    BIDS = "bids"
    MATCHMAKING_EVENTS = "matchmaking_events"
    SERVICE_AGENCIES = "service_agencies"
    BROKERS = "brokers"
    APPOINTMENTS = "appointments"


class ExportFormat(StrEnum):
    """导出格式：工作簿、带 BOM 的 CSV、每行一个 JSON"""

    XLSX = "xlsx"
    CSV = "csv"
    NDJSON = "ndjson"


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """A column: its header and what it shows of a row."""

    header: str
    read: Callable[[Row], Value]


@dataclass(frozen=True, slots=True)
class ExportFilter:
    """Which rows: those of one organisation, or of one year."""

    organization: str | None = None
    year: int | None = None


def show_value(value: Value) -> str:
    """A value as a cell shows it; a text never starts a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return format_yuan(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, int):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return disarm_formula(value)


def field(name: str, header: str) -> ExportColumn:
    """A column that shows one field as it is."""
    return ExportColumn(header, lambda row: plain(row.get(name)))


def plain(value: object) -> Value:
    """A stored value as one cell: lists are joined as people write them."""
    if isinstance(value, list):
        return join_parts(value)
    if value is None or isinstance(value, str | int | Decimal | date):
        return value
    return str(value)


def label(name: str, header: str) -> ExportColumn:
    """A column that shows a code by its Chinese label."""
    words = LABELS[name]

    def read(row: Row) -> Value:
        value = row.get(name)
        if isinstance(value, list):
            return join_parts(words.get(str(part), str(part)) for part in value)
        return None if value is None else words.get(str(value), str(value))

    return ExportColumn(header, read)


def parts(name: str, part: str, header: str) -> ExportColumn:
    """A column that shows one part of every item of a list: all names, all numbers.

    Columns of one list are paired by their places, so a part that an item lacks keeps its place.
    """

    def read(row: Row) -> Value:
        return join_parts(parts_of(row, name, part))

    return ExportColumn(header, read)


def labelled_parts(name: str, part: str, words: str, header: str) -> ExportColumn:
    """The same for codes, by their Chinese labels."""
    labels = LABELS[words]

    def read(row: Row) -> Value:
        found = parts_of(row, name, part)
        return join_parts(None if code is None else labels.get(str(code), code) for code in found)

    return ExportColumn(header, read)


def parts_of(row: Row, name: str, part: str) -> list[object]:
    items = row.get(name)
    return [item.get(part) for item in items] if isinstance(items, list) else []


def inner(name: str, part: str, header: str) -> ExportColumn:
    """A column that shows one member of an object."""

    def read(row: Row) -> Value:
        value = row.get(name)
        return plain(value.get(part)) if isinstance(value, Mapping) else None

    return ExportColumn(header, read)


def show_exported(row: Row) -> dict[str, object]:
    """A row as an export holds it: without its version.

    A version never goes back, so that an ETag never means two states; what an export holds does go
    back, to the byte, when an import is taken back.
    """
    return {name: value for name, value in show_columns(row).items() if name != "version"}


def show_columns(row: Row) -> dict[str, object]:
    """A record's columns in the shapes of JSON, without what is the registry's own business."""
    return {name: show_plain(value) for name, value in row.items() if name not in INTERNAL}


def show_plain(value: object) -> object:
    """Money and days as on the wire; all else as it is."""
    if isinstance(value, Decimal):
        return format_yuan(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value

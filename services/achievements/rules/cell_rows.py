"""A row of a table as fields: each cell read by the meaning of its column."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial

from kit.errors import Fault
from services.achievements.rules.cells import (
    Cell,
    CellFault,
    Json,
    is_blank,
    read_bool,
    read_code,
    read_codes,
    read_date,
    read_indicators,
    read_list,
    read_long_text,
    read_month,
    read_people,
    read_phrase,
    read_text,
    read_whole_number,
    read_yuan,
)
from services.achievements.rules.headers import Column
from services.achievements.rules.labels import LABELS, NOTHING, read_label
from services.achievements.rules.lists import NONE

_READERS: Mapping[str, Callable[[Cell], Json]] = {
    "source_id": read_code,
    "abstract": read_long_text,
    "biography": read_long_text,
    "indicators": read_long_text,
    "purpose": read_long_text,
    "fee_note": read_long_text,
    "keywords": read_list,
    "fields": read_list,
    "organizations": read_list,
    "organization_usccs": read_codes,
    "contributors": read_people,
    "contributor_orcids": read_codes,
    "patents": read_codes,
    "orcid": read_code,
    "trl": read_whole_number,
    "year": read_whole_number,
    "is_shared": read_bool,
    "completed_on": read_date,
    "embargo_until": read_date,
    "owner_uscc": read_code,
    "above_designated_size_since": read_date,
    "is_industrial": read_bool,
    "is_above_designated_size": read_bool,
    "effective_on": read_date,
    "uscc": read_code,
    "commissioned_on": read_date,
    "contact_phone": read_code,
    "classification": read_code,
    "description": read_long_text,
    "established_on": read_date,
    "capacity": read_whole_number,
    "in_district": read_bool,
    "co_builders": read_list,
    "co_builder_usccs": read_codes,
    "awarded_on": read_date,
    "certificate_number": read_code,
    "winners": read_people,
    "problem": read_long_text,
    "indicator_lines": read_indicators,
    "trl_wanted": read_whole_number,
    "term_months": read_whole_number,
    "invited": read_codes,
    "seller_uscc": read_code,
    "buyer_uscc": read_code,
    "signed_on": read_date,
    "summary": read_long_text,
    "registration_number": read_code,
    "valid_from": read_date,
    "valid_to": read_date,
    "seller_country": read_code,
    "seller_region": read_code,
    "seller_nature": read_code,
    "buyer_country": read_code,
    "buyer_region": read_code,
    "buyer_nature": read_code,
    "registered_on": read_date,
    "research_started": read_month,
    "research_ended": read_month,
    "evaluated_on": read_date,
    "discipline": read_code,
    "internal_number": read_code,
    "research_fields": read_long_text,
    "accessories": read_long_text,
    "postcode": read_code,
    "service_year": read_whole_number,
    "service_hours": read_whole_number,
    "known_users": read_long_text,
    "results": read_long_text,
}


# 无 says that there is none; an empty cell, that nobody has said.
_NOBODY_IS_A_WORD = frozenset({"co_builders"})


@dataclass(frozen=True, slots=True)
class CellRow:
    """A row of cells read into fields, with what could not be read."""

    values: dict[str, Json]
    faults: tuple[Fault, ...]


def read_source_id(column: Column, cells: Sequence[Cell]) -> str | None:
    """The owner's number alone, where its cell can be read."""
    cell = _cell_of(column, cells)
    if is_blank(cell):
        return None
    with suppress(CellFault):
        return read_code(cell)
    return None


def read_cells(columns: Sequence[Column], cells: Sequence[Cell]) -> CellRow:
    """Read one row by the meaning of its columns; blanks are left out."""
    values: dict[str, Json] = {}
    faults: list[Fault] = []
    for column in columns:
        cell = _cell_of(column, cells)
        if is_blank(cell):
            if column.field in _NOBODY_IS_A_WORD and str(cell or "").strip():
                values[column.field] = []
            continue
        try:
            values[column.field] = _reader_of(column.field, column.scale)(cell)
        except CellFault as fault:
            faults.append(Fault(f"/{column.field}", fault.code, fault.message))
    return CellRow(values, tuple(faults))


def _cell_of(column: Column, cells: Sequence[Cell]) -> Cell:
    """A row may end before its last columns."""
    return cells[column.place] if column.place < len(cells) else None


@cache
def _reader_of(field: str, scale: int | None) -> Callable[[Cell], Json]:
    if field.endswith("_yuan"):
        return partial(read_yuan, scale=scale)
    if field in _LABELLED_LISTS:
        return lambda cell: [_label_part(field, part) for part in read_list(cell)]
    if field in LABELS:
        return lambda cell: _label(field, read_text(cell))
    return _READERS.get(field, read_phrase)


# Beside a list of numbers a label may be unknown; its place is kept for the next one.
_LABELLED_LISTS = frozenset(
    {"transfer_ways", "ways", "hidden_fields", "property_kinds", "property_statuses"}
)


def _label_part(field: str, text: str) -> str:
    unknown = field.startswith("property_") and text in NOTHING
    return NONE if unknown else _label(field, text)


def _label(field: str, text: str) -> str:
    code = read_label(field, text)
    if code is None:
        known = "、".join(LABELS[field].values())
        raise CellFault(
            "enum", f"“{text}”不在可选值之内：{known}", f"{text!r} is not one of: {known}"
        )
    return code

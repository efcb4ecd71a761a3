"""Headers of files as people write them: which column means which field, and where they stand.

A header is compared without width, case, blanks, marks of being required, and what stands in
brackets; a unit in brackets (万元, 千元) is kept apart, because it changes the value.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kit.errors import Fault, InvalidInput
from kit.text import Text
from services.achievements.rules.form_columns import EVERY_FORM_COLUMN
from services.achievements.rules.header_words import REQUIRED, SECOND_MEANINGS, SYNONYMS
from services.achievements.rules.kinds import ImportKind

HEADER_SEARCH_DEPTH = 30
_BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]")
_ORDINAL = re.compile(
    r"^\s*(?:其中\s*[:：]\s*)?(?:\d{1,2}|[一二三四五六七八九十]+)\s*[.．、)]\s*(?=\D)"
)
_NOISE = re.compile(r"[\s*＊:：_/\\.、。-]+")
STATUS_HEADER = "导入状态"
"""Above what an error workbook says of each row; sent again, it means nothing."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column that means something: its place, its field, its header, the unit it names.

    `scale` is what its numbers are multiplied with; None where money stands without any unit.
    """

    place: int
    field: str
    header: str
    scale: int | None = 1


@dataclass(frozen=True, slots=True)
class Heading:
    """The header row of a table: where it stands and what its columns mean."""

    row: int
    columns: tuple[Column, ...]

    @property
    def fields(self) -> frozenset[str]:
        """What the table speaks of."""
        return frozenset(column.field for column in self.columns)


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person says a header means: a field (none: leave it aside) and the unit of money.

    `scale` is None where the person did not speak of a unit.
    """

    header: str
    field: str | None
    scale: int | None = None


def check_corrections(kind: ImportKind, corrections: Sequence[Correction]) -> None:
    """Refuse corrections to fields that the kind does not have, or two for one header."""
    faults: list[Fault] = []
    seen = set[str]()
    for place, one in enumerate(corrections):
        if one.field is not None and one.field not in SYNONYMS[kind]:
            message = Text(f"没有“{one.field}”这个字段", f"there is no field {one.field!r}")
            faults.append(Fault(f"/columns/{place}/field", "field_unknown", message))
        if plain_header(one.header) in seen or not plain_header(one.header):
            message = Text("表头为空或重复", "the header is empty or repeated")
            faults.append(Fault(f"/columns/{place}/header", "header_repeated", message))
        seen.add(plain_header(one.header))
    if faults:
        raise InvalidInput(
            "invalid_input", faults[0].message, faults=faults, fields=list(SYNONYMS[kind])
        )


def without_units(corrections: Sequence[Correction]) -> list[Correction]:
    """What bare headers mean, but not in which unit: the sender says that with the file."""
    return [
        one
        if one.field is None or scale_of_header(one.field, one.header) is not None
        else replace(one, scale=None)
        for one in corrections
    ]


def correct_units(
    corrections: Sequence[Correction], columns: Sequence[Column], scale: int
) -> list[Correction]:
    """The corrections, and with them that these columns of money count in this unit."""
    named = [Correction(column.header, column.field, scale) for column in columns]
    headers = {plain_header(one.header) for one in named}
    return [one for one in corrections if plain_header(one.header) not in headers] + named


def plain_header(header: str) -> str:
    """A header without its number in a form, brackets, blanks, marks, width and case."""
    text = _ORDINAL.sub("", _BRACKETS.sub("", unicodedata.normalize("NFKC", header)))
    return _NOISE.sub("", text).casefold()


_SECOND_MEANINGS = {
    kind: {plain_header(header): one for header, one in SECOND_MEANINGS.get(kind, {}).items()}
    for kind in ImportKind
}
_UNIT_NOTE = re.compile(r"单位\s*:?\s*(?:人民币)?\s*(亿元|百万元|万元|千元|元)")
_UNITS = {"亿元": 100_000_000, "百万元": 1_000_000, "万元": 10_000, "千元": 1_000, "元": 1}


def scale_of_header(field: str, header: str) -> int | None:
    """What a number below this header is to be multiplied with to be yuan; None: it does not say.

    The forms of the trade count in 元, 千元 and 万元 (107-2 in 千元, look-alikes in 万元), so that
    a bare header says nothing.
    """
    if not field.endswith("_yuan"):
        return 1
    text = unicodedata.normalize("NFKC", header).casefold()
    named = [scale for unit, scale in _UNITS.items() if unit in text]
    return named[0] if named else (1 if "yuan" in text else None)


def name_unit(heading: Heading, scale: int | None) -> Heading:
    """The heading, with a unit for the money of which no header says it."""
    columns = [
        replace(column, scale=scale) if column.scale is None else column
        for column in heading.columns
    ]
    return Heading(heading.row, tuple(columns))


def _names(kind: ImportKind) -> dict[str, str]:
    fields = SYNONYMS[kind]
    # In English a header of money may say its unit in brackets, which do not count.
    bare = {field.removesuffix("_yuan"): field for field in fields if field.endswith("_yuan")}
    said = {name: field for field, names in fields.items() for name in (field, *names)}
    return {plain_header(name): field for name, field in (bare | said).items()}


def read_heading(
    kind: ImportKind, row: int, cells: Sequence[object], corrections: Sequence[Correction] = ()
) -> Heading:
    """What a row would mean if it were the header; the first of two like columns counts.

    What a person corrected counts before what everybody means by a header.
    """
    corrected = {plain_header(one.header): one for one in corrections}
    names: dict[str, str | None] = {**_names(kind)}
    names |= {header: one.field for header, one in corrected.items()}
    plain = [plain_header(cell) if isinstance(cell, str) else "" for cell in cells]
    second = _SECOND_MEANINGS[kind]
    sure = {names.get(one) for one in plain if one in corrected or one not in second}
    taken = set[str]()
    columns: list[Column] = []
    for place, (cell, name) in enumerate(zip(cells, plain, strict=True)):
        first, header, known = names.get(name), str(cell).strip(), corrected.get(name)
        other = None if known else second.get(name)
        for field in _meanings(first, other, is_said=first in sure):
            if field is not None and field not in taken:
                taken.add(field)
                columns.append(Column(place, field, header, _scale_of(field, header, known)))
    return Heading(row, tuple(columns))


def _meanings(
    first: str | None, second: tuple[str, bool] | None, *, is_said: bool
) -> list[str | None]:
    """What a header means: the first where no other header says it, and the second beside it."""
    if first is None or second is None:
        return [first]
    field, as_well = second
    return [*([] if is_said else [first]), *([field] if as_well or is_said else [])]


def _scale_of(field: str, header: str, known: Correction | None) -> int | None:
    """A unit that a person named counts, unless this header names another than the one he saw."""
    own = scale_of_header(field, header)
    if known is None or known.scale is None:
        return own
    seen = own is None or own == scale_of_header(field, known.header)
    return known.scale if seen else own


def find_heading(
    kind: ImportKind, rows: Sequence[Sequence[object]], corrections: Sequence[Correction] = ()
) -> Heading:
    """The header row among the first rows of a sheet, below titles and merged cells."""
    headings = [read_heading(kind, number, cells, corrections) for number, cells in enumerate(rows)]
    best = max(headings, key=lambda heading: (len(heading.columns), -heading.row), default=None)
    known = {column.field for column in best.columns} if best else set()
    missing = [field for field in REQUIRED[kind] if field not in known]
    if best is None or missing:
        wanted = "、".join(chinese_name(kind, field) for field in missing or REQUIRED[kind])
        raise InvalidInput(
            "header_not_found",
            Text(
                f"前 {HEADER_SEARCH_DEPTH} 行中没有找到完整的表头，缺少列：{wanted}",
                f"no complete header in the first {HEADER_SEARCH_DEPTH} rows; missing columns:"
                f" {', '.join(missing or REQUIRED[kind])}",
            ),
            missing=list(missing or REQUIRED[kind]),
        )
    return name_unit(best, read_unit_above(rows[: best.row]))


def read_unit_above(rows: Sequence[Sequence[object]]) -> int | None:
    """The unit that a form names once above its table: 单位：万元; None where none or two do."""
    said = {
        _UNITS[found]
        for cells in rows
        for cell in cells
        if isinstance(cell, str)
        for found in _UNIT_NOTE.findall(unicodedata.normalize("NFKC", cell))
    }
    return said.pop() if len(said) == 1 else None


def chinese_name(kind: ImportKind, field: str) -> str:
    """What a column is called in Chinese."""
    names = SYNONYMS[kind][field]
    return next((name for name in names if not name.isascii()), names[0])


# A part of a record that a table tells in columns of other names.
TOLD_AS: Mapping[str, frozenset[str]] = {
    "seller": frozenset({"seller_name", "seller_uscc", "seller_kind"}),
    "buyer": frozenset({"buyer_name", "buyer_uscc", "buyer_kind"}),
    "indicators": frozenset({"indicators", "indicator_lines"}),
    "form": EVERY_FORM_COLUMN,
    "kind": frozenset({"kind", "organization_kind"}),
}  # fmt: skip
# A list whose parts stand in several columns: the part that tells its items apart, and the columns.
PARTS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "organizations": ("name", {"name": "organizations", "uscc": "organization_usccs"}),
    "contributors": ("name", {"name": "contributors", "orcid": "contributor_orcids"}),
    "co_builders": ("name", {"name": "co_builders", "uscc": "co_builder_usccs"}),
    "intellectual_property": (
        "number",
        {"number": "patents", "kind": "property_kinds", "status": "property_statuses"},
    ),
}
_FIELD_OF_PART = {
    **{(name, part): one for name, (_, of) in PARTS.items() for part, one in of.items()},
    ("form", "field"): "form_field",
    ("indicators", "name"): "indicator_lines",
    ("indicators", "target"): "indicator_lines",
}


_SIDES = ("seller", "buyer")
_OF_A_SIDE = ("name", "uscc", "kind")


def field_of_pointer(pointer: str) -> str:
    """The column that a fault's JSON pointer belongs to."""
    parts = pointer.strip("/").split("/")
    first, last = parts[0], parts[-1]
    if first in _SIDES and last in _OF_A_SIDE:
        return f"{first}_{last}"
    return _FIELD_OF_PART.get((first, last), last if first == "form" else first)

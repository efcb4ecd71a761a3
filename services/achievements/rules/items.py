"""From the cells of a row to an item of the wire, kind by kind."""

from itertools import zip_longest

from kit.identifiers import IdentifierError, check_patent_number, patent_kind
from services.achievements.rules.cells import Json
from services.achievements.rules.contracts import kind_of_nature
from services.achievements.rules.form_columns import FORM_COLUMNS, form_key
from services.achievements.rules.kinds import ImportKind
from services.achievements.rules.labels import NOTHING

_WIRE_NAMES = {"organization_kind": "kind"}
_APART = frozenset(
    {"organization_usccs", "contributor_orcids", "patents", "property_kinds", "property_statuses"}
)
_PROPERTY_OF_PATENT = {
    "invention": "invention_patent",
    "utility": "utility_model",
    "design": "design_patent",
}


def compose_item(kind: ImportKind, values: dict[str, Json]) -> dict[str, Json]:
    """The item that the wire would carry, from the fields of one row."""
    item = _compose_record(kind, values)
    names = FORM_COLUMNS.get(kind, ())
    form: dict[str, Json] = {form_key(name): values[name] for name in names if name in values}
    if form:
        item = {name: value for name, value in item.items() if name not in names} | {"form": form}
    return item


def _compose_record(kind: ImportKind, values: dict[str, Json]) -> dict[str, Json]:
    match kind:
        case ImportKind.ACHIEVEMENTS:
            return _compose_achievement(values)
        case ImportKind.RD_EXPENDITURES:
            return _compose_rd_expenditure(values)
        case ImportKind.PLATFORMS:
            return _compose_platform(values)
        case ImportKind.CONTRACTS:
            return _compose_contract(values)
        case ImportKind.DEMANDS:
            return _rename(values, "indicator_lines", "indicators")
        case ImportKind.ORGANIZATIONS:
            return {_WIRE_NAMES.get(name, name): value for name, value in values.items()}
        case ImportKind.INSTRUMENTS | ImportKind.RESEARCHERS | ImportKind.AWARDS:
            return values


def _compose_achievement(values: dict[str, Json]) -> dict[str, Json]:
    item = {name: value for name, value in values.items() if name not in _APART}
    item["organizations"] = _pair(
        values.get("organizations"), values.get("organization_usccs"), "uscc"
    )
    if "contributors" in values:
        people = _pair(values["contributors"], values.get("contributor_orcids"), "orcid")
        item["contributors"] = people
    if "patents" in values or "property_kinds" in values:
        item["intellectual_property"] = [
            _property(number, kind, status)
            for number, kind, status in zip_longest(
                _known(values.get("patents")),
                _known(values.get("property_kinds")),
                _known(values.get("property_statuses")),
            )
        ]
    return item


def _compose_rd_expenditure(values: dict[str, Json]) -> dict[str, Json]:
    # One organisation reports a year once, so the year is its own number where none is given.
    year = values.get("year")
    return {"source_id": str(year) if year is not None else None} | values


def _compose_platform(values: dict[str, Json]) -> dict[str, Json]:
    item = {name: value for name, value in values.items() if name != "co_builder_usccs"}
    if "co_builders" in values:
        usccs = values.get("co_builder_usccs")
        item["co_builders"] = _pair(values["co_builders"], usccs, "uscc")
    return item


def _compose_contract(values: dict[str, Json]) -> dict[str, Json]:
    sides = {side: _compose_side(side, values) for side in ("seller", "buyer")}
    taken = {f"{side}_{part}" for side in sides for part in _OF_A_SIDE}
    return {name: value for name, value in values.items() if name not in taken} | sides


_OF_A_SIDE = ("name", "uscc", "kind")


def _compose_side(side: str, values: dict[str, Json]) -> Json:
    named = {part: values[f"{side}_{part}"] for part in _OF_A_SIDE if f"{side}_{part}" in values}
    nature = values.get(f"{side}_nature")
    if "kind" not in named and isinstance(nature, str):
        named["kind"] = kind_of_nature(nature)
    return named


def _rename(values: dict[str, Json], old: str, new: str) -> dict[str, Json]:
    return {new if name == old else name: value for name, value in values.items()}


def _pair(names: Json, codes: Json, code_name: str) -> list[dict[str, str | None]]:
    known = _known(codes)
    return [
        {"name": name, code_name: known[place] if place < len(known) else None}
        for place, name in enumerate(_texts(names))
    ]


def _property(number: str | None, kind: str | None, status: str | None) -> dict[str, str | None]:
    return {"kind": kind or _kind_of(number), "number": number, "status": status}


def _kind_of(number: str | None) -> str:
    try:
        return _PROPERTY_OF_PATENT[patent_kind(check_patent_number(number or ""))]
    except IdentifierError:
        # Left as it is: the law of achievements will say which part is wrong.
        return "invention_patent"


def _known(value: Json) -> list[str | None]:
    """Parts in their places; None where one is not known."""
    return [None if part in NOTHING else part for part in _texts(value)]


def _texts(value: Json) -> list[str]:
    if not isinstance(value, list):
        return []
    return [part for part in value if isinstance(part, str)]

"""Records as unqualified Dublin Core: fifteen elements, each as often as needed."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from services.achievements.rules.kinds import Kind
from services.achievements.rules.labels import LABELS
from services.achievements.rules.oai import show_identifier

Row = Mapping[Any, Any]
Element = tuple[str, str]
_CHINESE = "zh-CN"


def as_dublin_core(kind: Kind, row: Row) -> list[Element]:
    """Name and text of each element, in the order of the standard's list as far as it goes."""
    found = [*_WRITERS[kind](row), ("identifier", show_identifier(row["id"]))]
    found.append(("publisher", str(row["owner_uscc"])))
    found.append(("language", _CHINESE))
    return [(name, text) for name, text in found if text]


def _achievement(row: Row) -> Iterator[Element]:
    yield "title", row["title"]
    yield from (("creator", person["name"]) for person in row["contributors"])
    yield from (("contributor", one["name"]) for one in row["organizations"])
    yield from (("subject", word) for word in row["keywords"])
    if row["field"]:
        yield "subject", LABELS["field"].get(row["field"], row["field"])
    yield "description", row["abstract"] or ""
    yield "date", _day(row["completed_on"])
    yield "type", "科技成果"
    yield from (("relation", one["number"] or "") for one in row["intellectual_property"])


def _instrument(row: Row) -> Iterator[Element]:
    yield "title", row["name"]
    yield "title", row["english_name"] or ""
    yield "creator", row["manufacturer"] or ""
    yield "subject", row["classification"] or ""
    yield "description", row["purpose"] or row["indicators"] or ""
    yield "date", _day(row["commissioned_on"])
    yield "type", "科研仪器设备"
    yield "coverage", row["address"] or ""


def _platform(row: Row) -> Iterator[Element]:
    yield "title", row["name"]
    yield "subject", row["kind"]
    yield "description", row["description"] or ""
    yield "date", _day(row["established_on"])
    yield "type", "研发平台"
    yield "coverage", row["address"] or ""


def _award(row: Row) -> Iterator[Element]:
    yield "title", row["title"]
    yield from (("creator", str(name)) for name in row["winners"])
    yield "subject", row["scheme"]
    yield "description", row["level"]
    yield "date", _day(row["awarded_on"])
    yield "type", "科技奖励"


def _day(value: object) -> str:
    return "" if value is None else str(value)


_WRITERS: Mapping[Kind, Callable[[Row], Iterator[Element]]] = {
    Kind.ACHIEVEMENTS: _achievement,
    Kind.INSTRUMENTS: _instrument,
    Kind.PLATFORMS: _platform,
    Kind.AWARDS: _award,
}

"""From any item of the wire to facts, kind by kind; what cannot be read becomes faults."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import orjson
from pydantic import ValidationError

from kit.errors import Fault, InvalidInput
from kit.schemas import WireModel
from kit.text import Text
from kit.validation import faults_of
from services.achievements.rules.kinds import Kind
from services.achievements.rules.rows import Facts, Row
from services.achievements.schemas.achievements import AchievementBody
from services.achievements.schemas.awards import AwardBody
from services.achievements.schemas.contracts import ContractRow
from services.achievements.schemas.demands import DemandBody
from services.achievements.schemas.instruments import InstrumentBody
from services.achievements.schemas.organizations import OrganizationLine
from services.achievements.schemas.platforms import PlatformBody
from services.achievements.schemas.rd_expenditures import RdExpenditureBody
from services.achievements.schemas.researchers import ResearcherBody

Body = (
    AchievementBody
    | InstrumentBody
    | ResearcherBody
    | RdExpenditureBody
    | PlatformBody
    | AwardBody
    | DemandBody
    | ContractRow
    | OrganizationLine
)

_BODIES: Mapping[Kind, type[Body]] = {
    Kind.ACHIEVEMENTS: AchievementBody,
    Kind.INSTRUMENTS: InstrumentBody,
    Kind.RESEARCHERS: ResearcherBody,
    Kind.RD_EXPENDITURES: RdExpenditureBody,
    Kind.PLATFORMS: PlatformBody,
    Kind.AWARDS: AwardBody,
    Kind.DEMANDS: DemandBody,
    Kind.CONTRACTS: ContractRow,
    Kind.ORGANIZATIONS: OrganizationLine,
}


_NUL = Text("含有空字符", "holds a NUL character")


class Upsert(Protocol):
    """A body whose `source_id` stands in the address."""

    source_id: str | None


def read_item(kind: Kind, index: int, item: object) -> Row:
    """An item as a row: its facts, or why it cannot be read."""
    try:
        facts = _BODIES[kind].model_validate(item).facts()
    except ValidationError as error:
        return Row(index, _source_id_of(item), None, tuple(faults_of(error)))
    return Row(index, facts.source_id, facts)


def read_items(kind: Kind, items: Sequence[object]) -> list[Row]:
    """Items in their order; one with a NUL, which no database keeps, is refused alone."""
    whole = not _has_nul(items)
    return [
        read_item(kind, index, item)
        if whole or not _has_nul(item)
        else Row(index, None, None, (Fault("", "text_invalid", _NUL),))
        for index, item in enumerate(items)
    ]


def _has_nul(value: object) -> bool:
    """Whether a text or a name somewhere within JSON holds a NUL; once the whole is asked first."""
    text = orjson.dumps(value)
    return b"\\u0000" in text.replace(b"\\\\", b"")


def read_facts(kind: Kind, item: object) -> Facts:
    """The facts of one item, or InvalidInput with all its faults."""
    row = read_item(kind, 0, item)
    if row.facts is None:
        raise InvalidInput("invalid_input", row.faults[0].message, faults=row.faults)
    return row.facts


def read_kept(kind: Kind, row: Mapping[str, object]) -> Facts:
    """The facts of a row as it lies in the table, its other columns left aside."""
    return read_facts(kind, {name: row[name] for name in _BODIES[kind].model_fields if name in row})


def complete_upsert(kind: Kind, source_id: str, body: WireModel) -> Facts:
    """The facts of an upsert; a `source_id` in the body must be that of the address."""
    content = {name: getattr(body, name) for name in body.model_fields_set}
    named = content.pop("source_id", None)
    if named is not None and named != source_id:
        message = Text(
            f"正文中的 source_id“{named}”与地址中的“{source_id}”不一致",
            f"source_id {named!r} in the body is not {source_id!r} of the address",
        )
        fault = Fault("/source_id", "source_id_mismatch", message)
        raise InvalidInput("invalid_input", message, faults=[fault])
    return read_facts(kind, {**content, "source_id": source_id})


def _source_id_of(item: object) -> str | None:
    source_id = item.get("source_id", item.get("uscc")) if isinstance(item, dict) else None
    return source_id[:200] if isinstance(source_id, str) else None

"""What changed between two versions of a thing, and who did it."""

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import NamedTuple

from services.achievements.rules.copying import join_lines, render_line, render_value

JsonValue = object


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, for which organisation, why, and within which import."""

    client_id: str
    organization_uscc: str
    organization_name: str
    reason: str | None = None
    import_id: str | None = None


class Change(NamedTuple):
    """One change of one thing; `changes` names each field's value before and after."""

    thing_id: str
    version: int
    act: str
    changes: Mapping[str, object] | None = None


HISTORY_COLUMNS = (
    "id", "thing_id", "version", "act", "changes", "noun", "at",
    "client_id", "organization_uscc", "organization_name", "reason", "import_id",
)  # fmt: skip


def render_history(
    noun: str, actor: Actor, at: datetime, changes: Iterable[tuple[str, Change]]
) -> bytes:
    """Lines of history (each under its id) in the text format of COPY."""
    who = render_line((noun, at, *astuple(actor)))
    return join_lines(
        f"{id_}\t{change.thing_id}\t{change.version}\t{change.act}"
        f"\t{render_value(change.changes)}\t{who}"
        for id_, change in changes
    )


def describe_changes(
    before: Mapping[str, JsonValue], after: Mapping[str, JsonValue]
) -> dict[str, dict[str, JsonValue]]:
    """The fields that differ, each with its value before and after."""
    return {
        name: {"from": before.get(name), "to": value}
        for name, value in after.items()
        if before.get(name) != value
    }

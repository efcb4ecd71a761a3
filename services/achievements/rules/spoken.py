"""What a table says of a record that is there already.

A table speaks only of the fields it has columns for: the others stay as they are. And it says them
in its own dress: width, blanks and the zeros after a point make no change of what is said.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from decimal import Decimal
from typing import Any

from services.achievements.rules.form_columns import EVERY_FORM_COLUMN, form_key
from services.achievements.rules.headers import PARTS, TOLD_AS
from services.achievements.rules.rows import Facts
from services.achievements.rules.text import normalise_text


@dataclass(frozen=True, slots=True)
class Spoken:
    """The columns of a table, by their fields."""

    columns: frozenset[str]

    def speaks_of(self, name: str) -> bool:
        """Whether a field of the record has a column."""
        told_as = PARTS[name][1].values() if name in PARTS else TOLD_AS.get(name, {name})
        return not self.columns.isdisjoint(told_as)


def complete_facts(facts: Facts, before: Facts, spoken: Spoken) -> Facts:
    """The facts of a row beside what is there: what the table does not say, or says again."""
    changes: dict[str, Any] = {}
    for field in fields(facts):
        told, known = getattr(facts, field.name), getattr(before, field.name)
        if field.name in PARTS and spoken.speaks_of(field.name):
            told = _complete_parts(told, known, field.name, spoken)
        if field.name == "form" and spoken.speaks_of("form"):
            told = _complete_form(told, known, spoken)
        if not spoken.speaks_of(field.name) or _plain(told) == _plain(known):
            told = known
        changes[field.name] = told
    return replace(facts, **changes)


def _complete_form(told: Any, known: Any, spoken: Spoken) -> Any:
    """A form of which some fields have no column keeps these."""
    spoken_of = {form_key(column) for column in spoken.columns & EVERY_FORM_COLUMN}
    kept = {name: value for name, value in (known or {}).items() if name not in spoken_of}
    return kept | (told or {}) or None


def _complete_parts(told: Any, known: Any, name: str, spoken: Spoken) -> Any:
    """A list whose codes have no column keeps them, item by item."""
    key, columns = PARTS[name]
    lacking = [part for part, column in columns.items() if column not in spoken.columns]
    if not told or not known or not lacking:
        return told
    there = {_plain(getattr(one, key)): one for one in known}
    return tuple(_take_over(one, there.get(_plain(getattr(one, key))), lacking) for one in told)


def _take_over(item: Any, known: Any, lacking: list[str]) -> Any:
    if known is None:
        return item
    return replace(item, **{part: getattr(known, part) for part in lacking})


def _plain(value: object) -> object:
    """A value without its dress."""
    if isinstance(value, str):
        return normalise_text(value)
    if isinstance(value, Decimal):
        return value.normalize()
    if isinstance(value, tuple):
        return tuple(_plain(part) for part in value)
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    if is_dataclass(value):
        return tuple(_plain(getattr(value, one.name)) for one in fields(value))
    return value

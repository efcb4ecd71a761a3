"""Which of the five types fits a contract, and what lacks before it can be recognised.

Readable signals from dated data (`contract_types.yaml`) give points to types; the reasons are the
signals that were found, with the words they were found in. It is advice: the registrar decides.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kit.text import Text
from services.achievements.rules.contracts import ContractType

_CLAUSES = re.compile(r"[，。；！？\n]+")


@dataclass(frozen=True, slots=True)
class TypeEntry:
    """A type with its definition in law; `quote` is None where the text has not been read."""

    type: ContractType
    name: Text
    clause: str
    quote: str | None
    verified: bool


@dataclass(frozen=True, slots=True)
class Signal:
    """Words that speak for a type; `where` is title, text or any."""

    type: ContractType
    points: int
    where: str
    pattern: re.Pattern[str]
    text: Text


@dataclass(frozen=True, slots=True)
class Requirement:
    """What the registration form wants; no `types` means all."""

    field: str
    label: Text
    types: frozenset[ContractType]
    clause: str
    required: bool
    verified: bool


@dataclass(frozen=True, slots=True)
class TypeGuide:
    """The whole data file."""

    id: str
    version: str
    types: Mapping[ContractType, TypeEntry]
    signals: tuple[Signal, ...]
    names_only: re.Pattern[str]
    negations: re.Pattern[str]
    requirements: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A signal and the words in which it was found."""

    signal: Signal
    words: str
    where: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """The fitting type, the points of all, and why; None where nothing speaks for any type."""

    type: ContractType | None
    points: Mapping[ContractType, int]
    found: tuple[Found, ...]

    @property
    def lead(self) -> int:
        """How many points the first is ahead of the second: few means that a person looks."""
        first, second, *_ = sorted(self.points.values(), reverse=True)
        return first - second


def assess_type(guide: TypeGuide, title: str, summary: str | None) -> Assessment:
    """Add up what speaks for each type, each signal once, in the name and in the content."""
    parts = [("title", title)]
    parts += [("text", clause) for clause in _CLAUSES.split(summary or "")]
    read = [(where, part) for where, part in parts if not guide.names_only.search(part)]
    found = [hit for signal in guide.signals for hit in _find(guide, signal, read)]
    points = {
        kind: sum(hit.signal.points for hit in found if hit.signal.type is kind)
        for kind in ContractType
    }
    best = max(points, key=lambda kind: points[kind])
    return Assessment(best if points[best] else None, points, tuple(found))


def _find(guide: TypeGuide, signal: Signal, parts: Sequence[tuple[str, str]]) -> Sequence[Found]:
    for where, part in parts:
        if signal.where not in ("any", where):
            continue
        hit = signal.pattern.search(part)
        if hit is not None and not guide.negations.search(part, 0, hit.end()):
            return [Found(signal, hit.group(), where)]
    return []


def list_lacking(
    guide: TypeGuide, kind: ContractType, content: Mapping[str, object]
) -> tuple[Requirement, ...]:
    """What is not filled yet; `form.x` stands for the field x of the form."""
    return tuple(
        one
        for one in guide.requirements
        if (not one.types or kind in one.types) and _read_field(content, one.field) in (None, "")
    )


def _read_field(content: Mapping[str, object], field: str) -> object:
    value: object = content
    for name in field.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value

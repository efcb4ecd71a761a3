"""Which of the five types fits a contract, and what lacks before it can be recognised.

Readable signals from dated data (`contract_types.yaml`) give points to types; the reasons are the
signals that were found, with the words they were found in. Where the words leave it open, it asks,
and an answer gives points as a signal does. It is advice: the registrar decides.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kit.errors import Fault, InvalidInput
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
class Choice:
    """One answer to a question, and the points it gives."""

    code: str
    text: Text
    points: Mapping[ContractType, int]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked where the words leave the type open."""

    code: str
    text: Text
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class TypeGuide:
    """The whole data file."""

    id: str
    version: str
    types: Mapping[ContractType, TypeEntry]
    signals: tuple[Signal, ...]
    names_only: re.Pattern[str]
    negations: re.Pattern[str]
    questions: tuple[Question, ...]
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


SURE = 4
"""Points ahead of the second from which the advice is called clear."""
Answers = Mapping[str, str]
"""Answers that were given: codes of choices by codes of questions."""


def assess_type(
    guide: TypeGuide, title: str, summary: str | None, answers: Answers | None = None
) -> Assessment:
    """Add up what speaks for each type: each signal once, in name and content, and the answers."""
    parts = [("title", title)]
    parts += [("text", clause) for clause in _CLAUSES.split(summary or "")]
    read = [(where, part) for where, part in parts if not guide.names_only.search(part)]
    found = [hit for signal in guide.signals for hit in _find(guide, signal, read)]
    chosen = read_answers(guide, answers or {})
    points = {
        kind: sum(hit.signal.points for hit in found if hit.signal.type is kind)
        + sum(one.points.get(kind, 0) for one in chosen)
        for kind in ContractType
    }
    best = max(points, key=lambda kind: points[kind])
    return Assessment(best if points[best] else None, points, tuple(found))


def read_answers(guide: TypeGuide, answers: Answers) -> tuple[Choice, ...]:
    """The choices that were made; raises InvalidInput for questions or choices nobody offers."""
    offered = {(q.code, one.code): one for q in guide.questions for one in q.choices}
    message = Text("没有这个问题或选项", "there is no such question or choice")
    faults = [
        Fault(f"/answers/{code}", "answer_unknown", message)
        for code, choice in answers.items()
        if (code, choice) not in offered
    ]
    if faults:
        raise InvalidInput("invalid_input", message, faults=faults)
    return tuple(offered[given] for given in answers.items())


def ask_questions(guide: TypeGuide, found: Assessment, answers: Answers) -> tuple[Question, ...]:
    """What is still to be asked: nothing where it is clear, else what tells the first apart."""
    if found.lead >= SURE:
        return ()
    best = max(found.points.values())
    close = {kind for kind, points in found.points.items() if points > best - SURE}
    return tuple(
        one for one in guide.questions if one.code not in answers and _tells_apart(one, close)
    )


def _tells_apart(question: Question, kinds: set[ContractType]) -> bool:
    """Whether its choices speak for some of these types and not for others."""
    spoken = [{kind for kind in kinds if kind in one.points} for one in question.choices]
    return any(one and one != kinds for one in spoken)


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

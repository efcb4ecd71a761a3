"""Which of the five types fits a contract, and what lacks before it can be recognised.

Readable signals from dated data (`contract_types.yaml`) give points to types; the reasons are the
signals that were found, with the words they were found in, and how summaries of a type are worded,
learned from labelled examples. Where that leaves it open, it asks,
and an answer gives points as a signal does. It is advice: the registrar decides.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kit.errors import Fault, InvalidInput
from kit.text import Text
from services.achievements.rules.contract_words import Lessons, list_telling, weigh_wording
from services.achievements.rules.contracts import ContractType

_ANY = re.compile("")
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
class Hints:
    """Words of everyday speech that point to a type: a point each, up to so many a type."""

    most: int
    text: Text
    patterns: Mapping[ContractType, re.Pattern[str]]


@dataclass(frozen=True, slots=True)
class TypeGuide:
    """The whole data file."""

    id: str
    version: str
    types: Mapping[ContractType, TypeEntry]
    signals: tuple[Signal, ...]
    names_only: re.Pattern[str]
    negations: re.Pattern[str]
    hints: Hints
    lessons: Lessons
    wording: Text
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
    """The fitting type, the points of all, and why; None where none is ahead of the others."""

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
LEAST_LEAD = 2
"""Points ahead below which nothing is said but asked."""
Answers = Mapping[str, str]
"""Answers that were given: codes of choices by codes of questions."""


def assess_type(
    guide: TypeGuide, title: str, summary: str | None, answers: Answers | None = None
) -> Assessment:
    """Add up what speaks for each type: each signal once, in name and content, and the answers."""
    parts = [("title", title)]
    parts += [("text", clause) for clause in _CLAUSES.split(summary or "")]
    read = [
        (where, guide.negations.split(part)[0])
        for where, part in parts
        if not guide.names_only.search(part)
    ]
    found = [hit for signal in guide.signals for hit in _find(signal, read)]
    found += [hint for kind in ContractType for hint in _find_hints(guide.hints, kind, read)]
    chosen = read_answers(guide, answers or {})
    text = "\n".join(part for _, part in read)
    wording = weigh_wording(guide.lessons, text)
    points = {
        kind: sum(hit.signal.points for hit in found if hit.signal.type is kind)
        + sum(one.points.get(kind, 0) for one in chosen)
        + wording[kind]
        for kind in ContractType
    }
    first, second = sorted(points, key=lambda kind: -points[kind])[:2]
    found += _show_wording(guide, first, wording, text)
    leads = points[first] - points[second] >= LEAST_LEAD
    return Assessment(first if leads else None, points, tuple(found))


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


def _find(signal: Signal, parts: Sequence[tuple[str, str]]) -> Sequence[Found]:
    for where, part in parts:
        if signal.where not in ("any", where):
            continue
        hit = signal.pattern.search(part)
        if hit is not None:
            return [Found(signal, hit.group(), where)]
    return []


def _show_wording(
    guide: TypeGuide, kind: ContractType, wording: Mapping[ContractType, int], text: str
) -> Sequence[Found]:
    """What of the wording speaks for a type, as a reason beside the signals."""
    telling = list_telling(guide.lessons, text, kind)
    if not wording[kind] or not telling:
        return []
    signal = Signal(kind, wording[kind], "any", _ANY, guide.wording)
    return [Found(signal, "、".join(telling), "any")]


def _find_hints(
    hints: Hints, kind: ContractType, parts: Sequence[tuple[str, str]]
) -> Sequence[Found]:
    """The everyday words of a type, each once."""
    pattern = hints.patterns[kind]
    words = {hit: where for where, part in parts for hit in pattern.findall(part)}
    signal = Signal(kind, 1, "any", pattern, hints.text)
    return [Found(signal, word, where) for word, where in words.items()][: hints.most]


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

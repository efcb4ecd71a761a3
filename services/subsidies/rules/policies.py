"""A policy as rules read it: dated numbers, conditions with their words, open questions.

The numbers live in the pack's files; here is only the shape.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from kit.text import Text


class RuleCode(StrEnum):
    """政策细则的六条"""

    AWARD = "award"
    RD_PLATFORM = "rd_platform"
    KEY_LABORATORY = "key_laboratory"
    CONTRACT_MATCH = "contract_match"
    POC_MATCH = "poc_match"
    PILOT_MATCH = "pilot_match"


class PolicyStatus(StrEnum):
    """政策状态"""

    DRAFT = "draft"
    IN_FORCE = "in_force"
    ENDED = "ended"


REVIEW = "review"
"""The default of a switch that leaves the reading to a person."""


@dataclass(frozen=True, slots=True, eq=False)
class Parameter:
    """One number of a policy, from a day to a day, with the words that say it."""

    code: str
    label: Text
    value: Decimal
    unit: str
    from_day: date
    to_day: date | None
    clause: str
    quote: str
    link: str | None = None
    outside_source: str | None = None
    confidence: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read what the text leaves open."""

    key: str
    holds: bool
    text: Text


@dataclass(frozen=True, slots=True, eq=False)
class Switch:
    """What the text leaves open, how it is read here, why, and who may decide it.

    `touches` is the condition whose quotation shows the gap; `quote` its own words, if any.
    """

    code: str
    title: Text
    rules: tuple[str, ...]
    default: str
    owner: Text
    reason: Text
    readings: tuple[Reading, ...]
    touches: str | None = None
    quote: str | None = None

    @property
    def needs_person(self) -> bool:
        return self.default == REVIEW

    def chosen(self) -> Reading | None:
        """The reading in use; None where a person must choose."""
        return next((reading for reading in self.readings if reading.key == self.default), None)


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """One condition of a rule: the quotation and what is said when it holds, fails, …

    Compared by identity, as switches and policies are: each is compiled once per pack.
    """

    code: str
    clause: str
    quote: str
    texts: Mapping[str, Text]
    asks: str | None = None
    act: Text | None = None
    switch: Switch | None = None


@dataclass(frozen=True, slots=True, eq=False)
class RuleText:
    """One rule of a policy in readable form."""

    code: str
    clause: str
    title: Text
    conditions: Mapping[str, Condition]


@dataclass(frozen=True, slots=True)
class Question:
    """What a form asks for one field."""

    code: str
    type: str
    text: Text
    help: Text
    choices: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KnownLevels:
    """The levels an award has by its own law, from a day to a day."""

    from_day: date | None
    to_day: date | None
    known: tuple[str, ...]
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class AwardScheme:
    """An award, and whether the policy prices it, excludes it or leaves it open."""

    code: str
    label: Text
    treatment: str
    levels: tuple[KnownLevels, ...] = ()
    switch: Switch | None = None
    priced_as: str | None = None

    def levels_on(self, day: date) -> KnownLevels | None:
        for levels in self.levels:
            if (levels.from_day is None or levels.from_day <= day) and (
                levels.to_day is None or day <= levels.to_day
            ):
                return levels
        return None


@dataclass(frozen=True, slots=True)
class Source:
    """The stored text that every quotation is checked against."""

    file: str
    title: str
    sha256: str
    text: str
    link: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Policy:
    """A dated policy, compiled once."""

    id: str
    version: str
    title: Text
    issuer: Text
    number: str | None
    status: PolicyStatus
    from_day: date
    to_day: date | None
    computable: bool
    clauses: Text
    contact: Text
    source: Source
    pack_hash: str
    replaces: str | None = None
    parameters: tuple[Parameter, ...] = ()
    switches: Mapping[str, Switch] = field(default_factory=dict)
    rules: Mapping[str, RuleText] = field(default_factory=dict)
    questions: Mapping[str, Question] = field(default_factory=dict)
    schemes: Mapping[str, AwardScheme] = field(default_factory=dict)
    dated: Mapping[str, tuple[Parameter, ...]] = field(default_factory=dict)
    unknown_amounts: Condition | None = None

    def in_force(self, day: date) -> bool:
        return self.from_day <= day and (self.to_day is None or day <= self.to_day)

    def parameter(self, code: str, day: date) -> Parameter | None:
        """The number with this code on that day."""
        for parameter in self.dated.get(code, ()):
            if parameter.from_day <= day and (parameter.to_day is None or day <= parameter.to_day):
                return parameter
        return None

    def number_of(self, code: str, day: date) -> Decimal:
        """The value on that day; a pack without it is not live (`liurong policy check`)."""
        parameter = self.parameter(code, day)
        if parameter is None:
            raise LookupError(f"policy {self.id} has no {code} on {day}")
        return parameter.value

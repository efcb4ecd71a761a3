"""The files of a policy pack as they must be written: every key known, every value of its type.

A word too much, a date in quotation marks or an amount without them is an error with its place.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from kit.text import Text
from services.subsidies.rules.policies import PolicyStatus


class PackModel(BaseModel):
    """Strict: YAML has types of its own."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _read_pair(value: object) -> object:
    if isinstance(value, list) and len(value) == 2:
        chinese, english = value
        if isinstance(chinese, str) and isinstance(english, str) and chinese and english:
            return Text(chinese, english)
    raise ValueError("words are a list of two texts, Chinese and English")


def _read_number(value: object) -> object:
    if isinstance(value, str):
        return Decimal(value)
    raise ValueError("a number of a policy is written in quotation marks")


Word = Annotated[str, StringConstraints(min_length=1)]
Pair = Annotated[Text, BeforeValidator(_read_pair)]
Number = Annotated[
    Decimal, BeforeValidator(_read_number), Field(ge=0, allow_inf_nan=False, decimal_places=6)
]
Link = Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$")]
Confidence = Literal["A", "B", "C", "D"]


class SourceEntry(PackModel):
    """The stored text of the measures."""

    file: Word
    title: Word
    sha256: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
    link: Link | None


class PackFile(PackModel):
    """pack.yaml"""

    id: Word
    version: Word
    title: Pair
    issuer: Pair
    number: Word | None
    status: Annotated[PolicyStatus, Field(strict=False)]
    from_day: date = Field(alias="from")
    to_day: date | None = Field(alias="to")
    computable: bool
    replaces: Word | None
    clauses: Pair
    contact: Pair
    source: SourceEntry


class ParameterEntry(PackModel):
    """parameters.yaml: one number from a day to a day."""

    code: Word
    label: Pair
    value: Number
    unit: Literal["yuan", "ratio"]
    from_day: date = Field(alias="from")
    to_day: date | None = Field(alias="to")
    clause: Word
    quote: Word
    link: Link | None = None
    outside_source: Word | None = None
    confidence: Confidence | None = None


class ReadingEntry(PackModel):
    """One way to read what the text leaves open."""

    key: Word
    holds: bool
    text: Pair


class SwitchEntry(PackModel):
    """switches.yaml: what the text leaves open."""

    code: Word
    title: Pair
    rules: list[Word]
    default: Word
    owner: Pair
    reason: Pair
    readings: Annotated[list[ReadingEntry], Field(min_length=1)]
    touches: Word | None = None
    quote: Word | None = None


class ConditionEntry(PackModel):
    """One condition of a rule, with what is said when it holds, fails, …"""

    quote: Word
    asks: Word | None = None
    switch: Word | None = None
    act: Pair | None = None
    holds: Pair | None = None
    fails: Pair | None = None
    unknown: Pair | None = None
    waits: Pair | None = None
    wrong: Pair | None = None


class RuleEntry(PackModel):
    """rules.yaml: one rule; `extends` takes over another's conditions, save those in `without`."""

    clause: Word
    title: Pair
    extends: Word | None = None
    without: list[Word] = []
    conditions: dict[str, ConditionEntry]


class UnknownAmounts(PackModel):
    """What is said of every thing where the amounts are not in the stored text."""

    unknown: Pair


class UncountedRules(PackModel):
    """rules.yaml of a pack without amounts."""

    clause: Word
    quote: Word
    amounts_not_in_text: UnknownAmounts


class QuestionEntry(PackModel):
    """questions.yaml: what a form asks for one field."""

    type: Literal["choice", "boolean", "money", "date", "text", "ratio", "integer"]
    text: Pair
    help: Pair
    choices: dict[str, Pair] = {}


class LevelsEntry(PackModel):
    """The levels that an award has by its own law, from a day to a day."""

    from_day: date | None = Field(alias="from")
    to_day: date | None = Field(alias="to")
    known: list[Word]
    source: Word
    confidence: Confidence


class SchemeEntry(PackModel):
    """awards.yaml: one award."""

    label: Pair
    treatment: Literal["priced", "excluded", "review"]
    levels: list[LevelsEntry] = []
    switch: Word | None = None
    priced_as: Word | None = None


def case_entries(content: Any) -> list[dict[str, Any]]:
    """cases.yaml: entries without an id hold shared shapes."""
    return [entry for entry in content or [] if "id" in entry]

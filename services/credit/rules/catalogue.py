"""The catalogue of credit facts: what may be known, from whom, shown to whom, how long.

Shape only; the entries are data (`catalogue.yaml`), after 山东省社会信用条例 art. 10 and 20.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kit.text import Text


class Disclosure(StrEnum):
    """披露方式 (条例 art. 20): 公开公示 / 授权查询 / 政务共享."""

    PUBLIC = "public"
    WITH_CONSENT = "with_consent"
    GOVERNMENT_ONLY = "government_only"


class Nature(StrEnum):
    """How a fact stands in time: 期间数值 / 持续状态 / 一次事件."""

    MEASURE = "measure"
    STATE = "state"
    EVENT = "event"


class Polarity(StrEnum):
    """正面或中性 / 失信信息."""

    NEUTRAL = "neutral"
    NEGATIVE = "negative"


class ValueKind(StrEnum):
    """What a value is, and with it its form on the wire."""

    YUAN = "yuan"
    RATIO = "ratio"
    COUNT = "count"
    FLAG = "flag"
    CODE = "code"
    TEXT = "text"
    DATE = "date"


class Freshness(StrEnum):
    """新 / 渐旧 / 陈旧 / 缺失."""

    FRESH = "fresh"
    AGING = "aging"
    STALE = "stale"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Label:
    """A code with its name in two languages (a category, a purpose)."""

    code: str
    name: Text


@dataclass(frozen=True, slots=True)
class Item:
    """目录事项: one entry of the catalogue.

    `shown_years`: how long after the end of the conduct a negative fact may be shown (None: the
    item does not run out). `inherited`: passes to the enterprise that survives a merger.
    """

    code: str
    category: str
    name: Text
    suppliers: tuple[str, ...]
    disclosure: Disclosure
    nature: Nature
    value: ValueKind
    choices: tuple[str, ...]
    polarity: Polarity
    verified: bool
    fresh_days: int
    aging_days: int
    shown_years: int | None = None
    inherited: bool = False


@dataclass(frozen=True, slots=True)
class Severity:
    """失信程度: how soon after publication a repair may be asked for, and the longest showing."""

    code: str
    name: Text
    least_months: int
    most_months: int
    verified: bool


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms that are data: days a request waits, years a negative fact may be shown, working days
    in which an objection or a repair is answered (alone, or with another unit)."""

    consent_answer_days: int
    negative_years: int
    answer_working_days: int
    answer_working_days_with_another_unit: int


@dataclass(frozen=True, slots=True)
class Catalogue:
    """信用信息目录 of one version."""

    id: str
    version: str
    terms: Terms
    purposes: Mapping[str, Label]
    categories: Mapping[str, Label]
    items: Mapping[str, Item]
    severities: Mapping[str, Severity]


def grade_freshness(item: Item, observed_on: date, on: date) -> Freshness:
    """How old a value observed on one day is on another, in the classes of its item."""
    age = (on - observed_on).days
    if age <= item.fresh_days:
        return Freshness.FRESH
    return Freshness.AGING if age <= item.aging_days else Freshness.STALE

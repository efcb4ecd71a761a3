"""Platforms (研发平台与载体): one kind of thing with one life, whatever it is called."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from kit.errors import Fault
from kit.text import Text
from services.achievements.rules.visibility import Guarded


class PlatformKind(StrEnum):
    """平台种类"""

    PROOF_OF_CONCEPT_CENTER = "proof_of_concept_center"
    PILOT_SCALE_BASE = "pilot_scale_base"
    KEY_LABORATORY = "key_laboratory"
    ENTERPRISE_RD = "enterprise_rd"
    MAKERSPACE = "makerspace"
    INCUBATOR = "incubator"
    ACCELERATOR = "accelerator"
    PARK = "park"


class PlatformLevel(StrEnum):
    """平台级别"""

    NATIONAL = "national"
    PROVINCIAL = "provincial"
    MUNICIPAL = "municipal"
    DISTRICT = "district"


@dataclass(frozen=True, slots=True)
class CoBuilder:
    """共建单位; a foreign partner has no uscc."""

    name: str
    uscc: str | None = None


@dataclass(frozen=True, slots=True)
class PlatformFacts(Guarded):
    """一个平台; None means that nobody has said, `co_builders` () that it is built alone."""

    source_id: str
    kind: PlatformKind
    name: str
    level: PlatformLevel | None = None
    established_on: date | None = None
    address: str | None = None
    floor_area_m2: Decimal | None = None
    description: str | None = None
    capacity: int | None = None
    in_district: bool | None = None
    co_builders: tuple[CoBuilder, ...] | None = None


def judge_platform(facts: PlatformFacts, today: date) -> list[Fault]:
    """What is wrong with a platform that can be read."""
    if facts.established_on is not None and facts.established_on > today:
        message = Text(
            f"设立日期 {facts.established_on} 晚于今天 {today}",
            f"established on {facts.established_on}, which is after today, {today}",
        )
        return [Fault("/established_on", "date_in_future", message)]
    return []


def count_builders(co_builders: object) -> int | None:
    """How many build a platform, its owner included; None where nobody has said."""
    return len(co_builders) + 1 if isinstance(co_builders, list) else None


def searchable_text(facts: PlatformFacts) -> list[tuple[str, int]]:
    """The texts a platform is found by."""
    return [(facts.name, 2), (facts.description or "", 1), (facts.address or "", 1)]

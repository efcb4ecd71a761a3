"""Organisations (机构): who owns, buys, sells, certifies."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kit.errors import Fault
from kit.text import Text


class OrganizationKind(StrEnum):
    """机构类型"""

    UNIVERSITY = "university"
    INSTITUTE = "institute"
    HOSPITAL = "hospital"
    ENTERPRISE = "enterprise"
    BANK = "bank"
    INSURER = "insurer"
    FUND = "fund"
    SERVICE_AGENCY = "service_agency"
    EXCHANGE = "exchange"
    GOVERNMENT = "government"
    OTHER = "other"


class EndKind(StrEnum):
    """终止方式：被合并、注销"""

    MERGED = "merged"
    DISSOLVED = "dissolved"


DATED_FACTS = ("name", "district", "in_district", "is_industrial", "is_above_designated_size")
"""What is said of an organisation with the day from which it holds."""

FactValue = str | bool | None


@dataclass(frozen=True, slots=True)
class DatedFact:
    """What holds of an organisation from a day on; `from_on` None: ever since anybody knows."""

    fact: str
    value: FactValue
    from_on: date | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Ending:
    """How an organisation ended; a merged one goes on in its successor."""

    ended_on: date
    kind: EndKind
    successor_uscc: str | None


@dataclass(frozen=True, slots=True)
class OrganizationFacts:
    """一个机构; None means that nobody has said."""

    uscc: str
    name: str
    kind: OrganizationKind
    district: str | None = None
    in_district: bool | None = None
    is_industrial: bool | None = None
    is_above_designated_size: bool | None = None
    above_designated_size_since: date | None = None

    @property
    def source_id(self) -> str:
        """Its key, as records have one."""
        return self.uscc


def judge_organization(facts: OrganizationFacts, today: date) -> list[Fault]:
    """规上 and its date go together, and the date is not in the future."""
    since = facts.above_designated_size_since
    if since is not None and facts.is_above_designated_size is not True:
        message = Text(
            "填写了纳入规上的日期，但未标明为规上",
            "there is a date of reaching the designated size, but the flag does not say so",
        )
        return [Fault("/above_designated_size_since", "contradiction", message)]
    if since is not None and since > today:
        message = Text(f"日期 {since} 晚于今天 {today}", f"{since} is after today, {today}")
        return [Fault("/above_designated_size_since", "date_in_future", message)]
    return []


def date_changes(
    before: Mapping[str, FactValue],
    facts: OrganizationFacts,
    effective_on: date | None,
) -> list[tuple[str, FactValue, date | None]]:
    """What is said anew, each with the day from which it holds; the size has a day of its own."""
    return [
        (
            name,
            getattr(facts, name),
            facts.above_designated_size_since or effective_on
            if name == "is_above_designated_size"
            else effective_on,
        )
        for name in DATED_FACTS
        if getattr(facts, name) != before.get(name)
    ]


def describe_on(facts: Iterable[DatedFact], day: date) -> dict[str, FactValue]:
    """What held on a day, as far as it was said; a later word about the same day counts."""
    order = sorted(facts, key=lambda one: (one.from_on or date.min, one.recorded_at))
    return {one.fact: one.value for one in order if one.from_on is None or one.from_on <= day}


def list_former_names(facts: Sequence[DatedFact], name: str) -> list[str]:
    """The names that an organisation had, oldest first, without the one it has."""
    named = [one for one in facts if one.fact == "name" and one.value != name]
    order = sorted(named, key=lambda one: (one.from_on or date.min, one.recorded_at))
    return list(dict.fromkeys(str(one.value) for one in order))


def judge_ending(ending: Ending, uscc: str, today: date) -> list[Fault]:
    """A merger names the other organisation, a dissolution none; nothing ends in the future."""
    merged = ending.kind is EndKind.MERGED
    if merged is (ending.successor_uscc is None):
        message = Text(
            "被合并须写明存续单位，注销不写", "a merger names the successor, a dissolution does not"
        )
        return [Fault("/successor_uscc", "contradiction", message)]
    if ending.successor_uscc == uscc:
        message = Text("单位不能并入自己", "an organisation is not merged into itself")
        return [Fault("/successor_uscc", "same_organization", message)]
    if ending.ended_on > today:
        message = Text(
            f"日期 {ending.ended_on} 晚于今天 {today}", f"{ending.ended_on} is after today, {today}"
        )
        return [Fault("/ended_on", "date_in_future", message)]
    return []

"""Rows judged together: one bad row never harms the others, and none is taken twice."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple, assert_never

from kit.errors import Fault
from kit.text import Text
from services.achievements.rules import (
    achievements,
    awards,
    contracts,
    demands,
    instruments,
    organizations,
    platforms,
    rd_expenditures,
    researchers,
)
from services.achievements.rules.achievements import AchievementFacts
from services.achievements.rules.awards import AwardFacts
from services.achievements.rules.contracts import ContractFacts
from services.achievements.rules.demands import DemandFacts
from services.achievements.rules.instruments import InstrumentFacts
from services.achievements.rules.organizations import OrganizationFacts
from services.achievements.rules.platforms import PlatformFacts
from services.achievements.rules.rd_expenditures import RdExpenditureFacts
from services.achievements.rules.researchers import ResearcherFacts
from services.achievements.rules.visibility import Guarded, without_hidden

Facts = (
    AchievementFacts
    | InstrumentFacts
    | ResearcherFacts
    | RdExpenditureFacts
    | PlatformFacts
    | AwardFacts
    | DemandFacts
    | ContractFacts
    | OrganizationFacts
)


class RowResult(StrEnum):
    """What became of a row: 新增、更新、未变、失败、文件内重复"""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    DUPLICATE = "duplicate"


class Row(NamedTuple):
    """A row as read: its place, its source_id if it could be made out, and facts or faults."""

    number: int
    source_id: str | None
    facts: Facts | None
    faults: tuple[Fault, ...] = ()


class Verdict(NamedTuple):
    """A row and whether it may be kept."""

    row: Row
    result: RowResult | None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What became of one row of many."""

    index: int
    source_id: str | None
    result: RowResult
    id: str | None
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that does not go in: where it stands, what is wrong, what it says.

    The fields are the columns of the list.
    """

    row: int
    source_id: str | None
    result: str
    faults: list[dict[str, str]]
    values: dict[str, object]


def leave_out(
    row: int,
    source_id: str | None,
    result: RowResult,
    faults: Iterable[Fault],
    values: dict[str, object],
) -> LeftOut:
    """A line of the list of rows that did not go in."""
    listed = [
        {"pointer": f.pointer, "code": f.code, "zh": f.message.zh, "en": f.message.en}
        for f in faults
    ]
    return LeftOut(row, source_id, result.value, listed, values)


def judge_facts(facts: Facts, today: date) -> list[Fault]:
    """What is wrong with a thing of any kind that can be read; empty where nothing is."""
    match facts:
        case AchievementFacts():
            return achievements.judge_achievement(facts, today)
        case InstrumentFacts():
            return instruments.judge_instrument(facts, today)
        case ResearcherFacts():
            # The ORCID was checked while reading; nothing else can contradict itself.
            return []
        case RdExpenditureFacts():
            return rd_expenditures.judge_rd_expenditure(facts, today)
        case PlatformFacts():
            return platforms.judge_platform(facts, today)
        case AwardFacts():
            return awards.judge_award(facts, today)
        case DemandFacts():
            return demands.judge_demand(facts)
        case ContractFacts():
            return contracts.judge_contract(facts, today)
        case OrganizationFacts():
            return organizations.judge_organization(facts, today)
        case _:
            assert_never(facts)


def searchable_text(facts: Facts) -> list[tuple[str, int]]:
    """The texts a thing of any kind is found by, each with its weight; what is hidden is none."""
    match _as_shown(facts):
        case AchievementFacts() as shown:
            return achievements.searchable_text(shown)
        case InstrumentFacts() as shown:
            return instruments.searchable_text(shown)
        case ResearcherFacts() as shown:
            return researchers.searchable_text(shown)
        case RdExpenditureFacts() as shown:
            return rd_expenditures.searchable_text(shown)
        case PlatformFacts() as shown:
            return platforms.searchable_text(shown)
        case AwardFacts() as shown:
            return awards.searchable_text(shown)
        case DemandFacts() as shown:
            return demands.searchable_text(shown)
        case ContractFacts() as shown:
            return contracts.searchable_text(shown)
        case OrganizationFacts() as shown:
            return [(shown.name, 2)]
        case never:
            assert_never(never)


def names_in(facts: Facts) -> Sequence[str | None]:
    """The names of people and organisations a thing of any kind is found by, as wholes."""
    match _as_shown(facts):
        case AchievementFacts() as shown:
            return achievements.names_in(shown)
        case InstrumentFacts() as shown:
            return [shown.manufacturer]
        case ResearcherFacts() as shown:
            return [shown.name, shown.english_name]
        case PlatformFacts() as shown:
            return [shown.name]
        case AwardFacts() as shown:
            return shown.winners
        case ContractFacts() as shown:
            return contracts.names_in(shown)
        case RdExpenditureFacts() | DemandFacts() | OrganizationFacts():
            return ()
        case never:
            assert_never(never)


def _as_shown(facts: Facts) -> Facts:
    return without_hidden(facts) if isinstance(facts, Guarded) else facts


def judge_rows(rows: Iterable[Row], today: date) -> Iterator[Verdict]:
    """One verdict per row of a batch; result None means that the row holds and may be kept."""
    seen = set[str]()
    for row in rows:
        faults = judge_row(row, today)
        if faults or row.source_id is None:
            yield Verdict(row, RowResult.FAILED, tuple(faults))
        elif row.source_id in seen:
            yield refuse_repeated(row)
        else:
            seen.add(row.source_id)
            yield Verdict(row, None)


def judge_row(row: Row, today: date) -> Sequence[Fault]:
    """What is wrong with a row by itself; empty where it holds."""
    return row.faults if row.facts is None else judge_facts(row.facts, today)


def refuse_repeated(row: Row) -> Verdict:
    """The verdict on a row whose source_id came before."""
    return Verdict(row, RowResult.DUPLICATE, (_repeated(row.source_id or ""),))


def refuse_clash(verdict: Verdict, clashes: Mapping[str, Fault]) -> Verdict:
    """The verdict on a row that holds by itself, but not beside the others."""
    fault = clashes.get(verdict.row.source_id or "")
    if fault is None or verdict.result is not None:
        return verdict
    return Verdict(verdict.row, RowResult.FAILED, (fault,))


def _repeated(source_id: str) -> Fault:
    return Fault(
        "/source_id",
        "source_id_repeated",
        Text(
            f"编号“{source_id}”在本批中已出现过，以第一次为准",
            f"{source_id!r} came before in the same batch; the first one counts",
        ),
    )

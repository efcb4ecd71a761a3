"""What other houses are told of records, whoever kept them and however many there are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kit.envelope import Event
from services.achievements.rules.achievements import AchievementFacts, without_hidden
from services.achievements.rules.awards import AwardFacts
from services.achievements.rules.kinds import Kind
from services.achievements.rules.rd_expenditures import RdExpenditureFacts
from services.achievements.rules.rows import Facts
from services.achievements.rules.visibility import is_told
from services.achievements.schemas.events import (
    AchievementRegistered,
    AchievementsRegistered,
    AchievementsWithdrawn,
    AwardRecorded,
    PublishedAchievement,
    PublishedProperty,
    RdExpenditureRecorded,
    RecordsWithdrawn,
    WithdrawnRecord,
)

MOST_ITEMS = 1000


@dataclass(frozen=True, slots=True)
class Touched:
    """A record that an act created or changed; new is also what was not open to others before."""

    id: str
    is_new: bool
    facts: Facts


def list_news(uscc: str, on: date, touched: Sequence[Touched], *, many: bool) -> Iterator[Event]:
    """The events of one act of an organisation; a bulk act is one event (per 1,000 things)."""
    published = list(_publish_all([one for one in touched if one.is_new], on))
    if many:
        for start in range(0, len(published), MOST_ITEMS):
            items = published[start : start + MOST_ITEMS]
            yield AchievementsRegistered(uscc=uscc, count=len(items), items=items)
    else:
        yield from (AchievementRegistered(uscc=uscc, **dict(one)) for one in published)
    for one in touched:
        yield from _money_and_honour(uscc, on, one)


class Removal(StrEnum):
    """Why things were taken out: 快照中不再出现、导入被撤销"""

    NOT_IN_SNAPSHOT = "not_in_snapshot"
    ROLLED_BACK = "rolled_back"


def list_removals(
    uscc: str, on: date, kind: Kind, lost: Sequence[Touched], because: Removal
) -> Iterator[Event]:
    """The event of things taken out in one piece; of achievements what others had heard of."""
    if kind is not Kind.ACHIEVEMENTS:
        yield RecordsWithdrawn(
            uscc=uscc,
            kind=kind.value,
            because=because.value,
            withdrawn_on=on,
            count=len(lost),
            items=[WithdrawnRecord(id=one.id, source_id=one.facts.source_id) for one in lost],
        )
        return
    items = list(_publish_all(lost, on))
    if items:
        yield AchievementsWithdrawn(
            uscc=uscc, because=because.value, withdrawn_on=on, count=len(items), items=items
        )


def _publish_all(touched: Sequence[Touched], on: date) -> Iterator[PublishedAchievement]:
    for one in touched:
        # What is not open to others never leaves its owner, not even as news.
        if isinstance(one.facts, AchievementFacts) and is_told(
            one.facts.visibility, one.facts.embargo_until, on
        ):
            yield _publish(one.id, one.facts, on)


def _publish(achievement_id: str, facts: AchievementFacts, on: date) -> PublishedAchievement:
    return PublishedAchievement(
        achievement_id=achievement_id,
        title=facts.title,
        occurred_on=facts.completed_on or on,
        trl=facts.trl,
        intellectual_property=[
            PublishedProperty(kind=item.kind, number=item.number, status=item.status)
            for item in without_hidden(facts).intellectual_property
        ],
    )


def _money_and_honour(uscc: str, on: date, one: Touched) -> Iterator[Event]:
    if isinstance(one.facts, RdExpenditureFacts):
        yield RdExpenditureRecorded(
            uscc=uscc, year=one.facts.year, total_yuan=one.facts.total_yuan, occurred_on=on
        )
    if isinstance(one.facts, AwardFacts):
        yield AwardRecorded(
            uscc=uscc,
            award_id=one.id,
            scheme=one.facts.scheme,
            level=one.facts.level,
            title=one.facts.title,
            awarded_on=one.facts.awarded_on,
        )

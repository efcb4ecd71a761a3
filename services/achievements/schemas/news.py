"""What other houses are told of records, whoever kept them and however many there are."""

from collections.abc import Iterator, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from kit.envelope import Event
from services.achievements.rules.achievements import AchievementFacts
from services.achievements.rules.awards import AwardFacts
from services.achievements.rules.kinds import Kind
from services.achievements.rules.rd_expenditures import RdExpenditureFacts
from services.achievements.rules.rows import Facts
from services.achievements.rules.visibility import Guarded, Visibility, is_told, without_hidden
from services.achievements.schemas.events import (
    AchievementRegistered,
    AchievementsRegistered,
    AchievementsWithdrawn,
    AwardRecorded,
    AwardsWithdrawn,
    PublishedAchievement,
    PublishedAward,
    PublishedProperty,
    RecordsWithdrawn,
    WithdrawnRecord,
)

MOST_ITEMS = 1000


class Touched(NamedTuple):
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
    yield from (AwardRecorded(uscc=uscc, **dict(one)) for one in _publish_awards(touched))


class Removal(StrEnum):
    """Why things were taken from the others: 快照中不再出现、导入被撤销、转为涉密、改为别的年度"""

    NOT_IN_SNAPSHOT = "not_in_snapshot"
    ROLLED_BACK = "rolled_back"
    CLASSIFIED = "classified"
    OTHER_YEAR = "other_year"


def why_lost(before: Facts, facts: Facts) -> Removal | None:
    """Why others lose a thing that was changed; None where they do not."""
    if not leaves_owner(facts):
        return Removal.CLASSIFIED
    if isinstance(before, RdExpenditureFacts) and isinstance(facts, RdExpenditureFacts):
        return None if before.year == facts.year else Removal.OTHER_YEAR
    return None


def list_removals(
    uscc: str, on: date, kind: Kind, lost: Sequence[Touched], because: Removal
) -> Iterator[Event]:
    """The events of things taken out in one piece, as far as others had heard of them."""
    achievements = list(_publish_all(lost, on))
    awards = list(_publish_awards(lost))
    others = [
        WithdrawnRecord(id=one.id, source_id=one.facts.source_id)
        for one in lost
        if leaves_owner(one.facts)
    ]
    said = {"uscc": uscc, "because": because.value, "withdrawn_on": on}
    if achievements:
        yield AchievementsWithdrawn(**said, count=len(achievements), items=achievements)
    if awards:
        yield AwardsWithdrawn(**said, count=len(awards), items=awards)
    gone = kind is not Kind.ACHIEVEMENTS and because is not Removal.OTHER_YEAR
    if others and gone:
        yield RecordsWithdrawn(**said, kind=kind.value, count=len(others), items=others)


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


def _publish_awards(lost: Sequence[Touched]) -> Iterator[PublishedAward]:
    for one in lost:
        if isinstance(one.facts, AwardFacts) and leaves_owner(one.facts):
            yield PublishedAward(
                award_id=one.id,
                scheme=one.facts.scheme,
                level=one.facts.level,
                title=one.facts.title,
                awarded_on=one.facts.awarded_on,
            )


def leaves_owner(facts: Facts) -> bool:
    """What is classified stays with its owner, also as news to the bureau's own houses."""
    return not (isinstance(facts, Guarded) and facts.visibility is Visibility.CLASSIFIED)

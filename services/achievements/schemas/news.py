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
    RecordsWithdrawn,
    WithdrawnRecord,
)

MOST_ITEMS = 1000


class Touched(NamedTuple):
    """A record that an act created or changed; new is also what was not open to others before."""

    id: str
    is_new: bool
    facts: Facts


Published = PublishedAchievement | PublishedAward


def list_news(uscc: str, on: date, touched: Sequence[Touched], *, many: bool) -> Iterator[Event]:
    """The events of one act of an organisation; a bulk act is one event (per 1,000 things)."""
    news = (one for one in touched if one.is_new or isinstance(one.facts, AwardFacts))
    published = [describe(one.id, one.facts, on) for one in news]
    return announce(uscc, [one for one in published if one is not None], many=many)


def announce(uscc: str, published: Sequence[Published], *, many: bool) -> Iterator[Event]:
    """The same of what is described already."""
    achievements, awards = _part(published)
    if many:
        for start in range(0, len(achievements), MOST_ITEMS):
            items = achievements[start : start + MOST_ITEMS]
            yield AchievementsRegistered(uscc=uscc, count=len(items), items=items)
    else:
        yield from (AchievementRegistered(uscc=uscc, **dict(one)) for one in achievements)
    yield from (AwardRecorded(uscc=uscc, **dict(one)) for one in awards)


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
    described = [describe(one.id, one.facts, on) for one in lost]
    achievements, awards = _part([one for one in described if one is not None])
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


def _part(
    published: Sequence[Published],
) -> tuple[list[PublishedAchievement], list[PublishedAward]]:
    return (
        [one for one in published if isinstance(one, PublishedAchievement)],
        [one for one in published if isinstance(one, PublishedAward)],
    )


def describe(thing_id: str, facts: Facts, on: date) -> Published | None:
    """A thing as others hear of it; None where they do not."""
    # What is not open to others never leaves its owner, not even as news.
    if isinstance(facts, AchievementFacts) and is_told(facts.visibility, facts.embargo_until, on):
        return _describe_achievement(thing_id, facts, on)
    if isinstance(facts, AwardFacts) and leaves_owner(facts):
        return _describe_award(thing_id, facts)
    return None


def _describe_achievement(
    achievement_id: str, facts: AchievementFacts, on: date
) -> PublishedAchievement:
    # In one go: an import does this for every row, and each model of its own costs a call.
    return PublishedAchievement.model_validate(
        {
            "achievement_id": achievement_id,
            "title": facts.title,
            "occurred_on": facts.completed_on or on,
            "trl": facts.trl,
            "intellectual_property": [
                {"kind": item.kind, "number": item.number, "status": item.status}
                for item in without_hidden(facts).intellectual_property
            ],
        }
    )


def _describe_award(award_id: str, facts: AwardFacts) -> PublishedAward:
    return PublishedAward(
        award_id=award_id,
        scheme=facts.scheme,
        level=facts.level,
        title=facts.title,
        awarded_on=facts.awarded_on,
    )


def leaves_owner(facts: Facts) -> bool:
    """What is classified stays with its owner, also as news to the bureau's own houses."""
    return not (isinstance(facts, Guarded) and facts.visibility is Visibility.CLASSIFIED)

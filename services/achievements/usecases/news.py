"""What other houses are told of records: one event for one act, however many it touched."""

from collections.abc import Sequence

from kit.auth import Principal
from kit.clock import today
from kit.db import WriteSession
from kit.events import record_event
from services.achievements.rules.achievements import AchievementFacts
from services.achievements.rules.awards import AwardFacts
from services.achievements.rules.platforms import PlatformFacts
from services.achievements.rules.rd_expenditures import RdExpenditureFacts
from services.achievements.rules.rows import Facts, RowResult
from services.achievements.rules.visibility import Visibility
from services.achievements.schemas.events import (
    AchievementRegistered,
    AchievementsRegistered,
    AwardRecorded,
    PublishedAchievement,
    PublishedProperty,
    RdExpenditureRecorded,
)
from services.achievements.store.records import Kept
from services.achievements.usecases.platform_news import tell_of_certified

MOST_ITEMS = 1000
Touched = Sequence[tuple[Kept, Facts]]


def tell_of_records(
    session: WriteSession, principal: Principal, touched: Touched, *, many: bool
) -> None:
    """Record the events of an act on records."""
    published = [
        _publish(done, facts)
        for done, facts in touched
        if isinstance(facts, AchievementFacts)
        and done.result is RowResult.CREATED
        # What is classified never leaves its owner, not even as news.
        and facts.visibility is not Visibility.CLASSIFIED
    ]
    if many and published:
        for start in range(0, len(published), MOST_ITEMS):
            items = published[start : start + MOST_ITEMS]
            event = AchievementsRegistered(uscc=principal.uscc, count=len(items), items=items)
            record_event(session, event, subject=principal.uscc)
    elif published:
        one = AchievementRegistered(uscc=principal.uscc, **dict(published[0]))
        record_event(session, one, subject=principal.uscc)
    for done, facts in touched:
        _tell_of_money_and_honour(session, principal, done, facts)
    changed = [done.id for done, facts in touched if isinstance(facts, PlatformFacts)]
    if changed:
        tell_of_certified(session, changed)


def _publish(done: Kept, facts: AchievementFacts) -> PublishedAchievement:
    return PublishedAchievement(
        achievement_id=done.id,
        title=facts.title,
        occurred_on=facts.completed_on or today(),
        trl=facts.trl,
        intellectual_property=[
            PublishedProperty(kind=item.kind, number=item.number, status=item.status)
            for item in facts.intellectual_property
        ],
    )


def _tell_of_money_and_honour(
    session: WriteSession, principal: Principal, done: Kept, facts: Facts
) -> None:
    if isinstance(facts, RdExpenditureFacts):
        spent = RdExpenditureRecorded(
            uscc=principal.uscc,
            year=facts.year,
            total_yuan=facts.total_yuan,
            occurred_on=today(),
        )
        record_event(session, spent, subject=principal.uscc)
    if isinstance(facts, AwardFacts):
        award = AwardRecorded(
            uscc=principal.uscc,
            award_id=done.id,
            scheme=facts.scheme,
            level=facts.level,
            title=facts.title,
            awarded_on=facts.awarded_on,
        )
        record_event(session, award, subject=principal.uscc)

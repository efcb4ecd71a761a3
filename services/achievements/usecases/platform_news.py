"""What other houses are told of certified platforms: that they are, and what changed since."""

from collections.abc import Sequence

from sqlalchemy import RowMapping

from kit.clock import today
from kit.db import WriteSession
from kit.events import record_event
from services.achievements.rules.platforms import count_builders
from services.achievements.rules.six_haves import SixHave
from services.achievements.rules.visibility import Visibility
from services.achievements.schemas.events import (
    PlatformCertified,
    PlatformsWithdrawn,
    PublishedPlatform,
)
from services.achievements.schemas.news import Removal
from services.achievements.store.platforms import list_certified, list_evidence_of


def tell_of_certified(session: WriteSession, platform_ids: Sequence[str]) -> None:
    """Tell anew of those that are certified; the newest word counts, so a change is heard too."""
    for row, platform in _list_published(session, platform_ids):
        # What is classified never leaves its owner.
        if row["visibility"] != Visibility.CLASSIFIED:
            news = PlatformCertified(uscc=row["owner_uscc"], **dict(platform))
            record_event(session, news, subject=news.uscc)


def tell_of_lost_platforms(
    session: WriteSession, platform_ids: Sequence[str], because: Removal
) -> None:
    """Tell that certified platforms of one owner go; asked while they are still there."""
    found = _list_published(session, platform_ids)
    if found:
        uscc, platforms = found[0][0]["owner_uscc"], [platform for _, platform in found]
        news = PlatformsWithdrawn(
            uscc=uscc,
            because=because.value,
            withdrawn_on=today(),
            count=len(platforms),
            items=platforms,
        )
        record_event(session, news, subject=uscc)


def _list_published(
    session: WriteSession, platform_ids: Sequence[str]
) -> list[tuple[RowMapping, PublishedPlatform]]:
    rows = list_certified(session, platform_ids)
    given = list_evidence_of(session, [str(row["platform_id"]) for row in rows])
    return [(row, _publish(row, given[str(row["platform_id"])])) for row in rows]


def _publish(row: RowMapping, given: set[str]) -> PublishedPlatform:
    told = {name: row[name] for name in PublishedPlatform.model_fields if name in row}
    return PublishedPlatform.model_validate(
        told
        | {
            "level": row["certified_level"],
            "co_builders": count_builders(row["co_builders"]),
            "six_haves": {have.value: have.value in given for have in SixHave},
        }
    )

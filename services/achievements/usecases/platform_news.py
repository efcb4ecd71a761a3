"""What other houses are told of certified platforms: that they are, and what changed since."""

from collections.abc import Sequence

from sqlalchemy import RowMapping

from kit.db import WriteSession
from kit.events import record_event
from services.achievements.rules.platforms import count_builders
from services.achievements.rules.six_haves import SixHave
from services.achievements.schemas.events import PlatformCertified
from services.achievements.store.platforms import list_certified, list_evidence_of


def tell_of_certified(session: WriteSession, platform_ids: Sequence[str]) -> None:
    """Tell anew of those that are certified; the newest word counts, so a change is heard too."""
    rows = list_certified(session, platform_ids)
    given = list_evidence_of(session, [str(row["platform_id"]) for row in rows])
    for row in rows:
        news = _certified(row, given[str(row["platform_id"])])
        record_event(session, news, subject=news.uscc)


def _certified(row: RowMapping, given: set[str]) -> PlatformCertified:
    told = {name: row[name] for name in PlatformCertified.model_fields if name in row}
    return PlatformCertified.model_validate(
        told
        | {
            "uscc": row["owner_uscc"],
            "level": row["certified_level"],
            "co_builders": count_builders(row["co_builders"]),
            "six_haves": {have.value: have.value in given for have in SixHave},
        }
    )

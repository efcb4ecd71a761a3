"""Achievements: search, change, doubles, and what a financing case needs of one."""

from collections.abc import Mapping

from sqlalchemy import RowMapping

from kit.auth import Principal
from kit.db import ReadSession, WriteSession
from kit.versions import require_match
from services.achievements.rules.kinds import Kind
from services.achievements.rules.visibility import Viewer
from services.achievements.schemas.achievements import (
    AchievementAnswer,
    AchievementContent,
    AchievementPatch,
)
from services.achievements.schemas.kinds import read_facts
from services.achievements.store.achievements import (
    list_doubles,
)
from services.achievements.store.organizations import find_organization
from services.achievements.store.records import get_record, lock_record
from services.achievements.usecases.callers import require_owner, viewer_of
from services.achievements.usecases.records import keep_facts, require_sound

_KIND = Kind.ACHIEVEMENTS
_SERVICE = Viewer(None, sees_all=True)


def change_achievement(
    session: WriteSession,
    principal: Principal,
    achievement_id: str,
    patch: AchievementPatch,
    if_match: str | None,
) -> RowMapping:
    """Change some fields of an achievement (RFC 7396); the rest stays."""
    row = lock_record(session, _KIND, achievement_id, viewer_of(principal))
    require_owner(principal, row["owner_uscc"])
    require_match(if_match, row["version"])
    facts = read_facts(_KIND, _merge(row, patch))
    require_sound(facts)
    keep_facts(session, principal, _KIND, [facts], reason=patch.reason)
    return get_record(session, _KIND, achievement_id, viewer_of(principal))


def _merge(row: RowMapping, patch: AchievementPatch) -> dict[str, object]:
    names = {"source_id", *AchievementContent.model_fields}
    now = AchievementAnswer.model_validate(dict(row)).model_dump(mode="json", include=names)
    wanted = patch.model_dump(mode="json", exclude_unset=True, exclude={"reason"})
    return now | wanted


def find_doubles(
    session: ReadSession, principal: Principal | None, achievement_id: str
) -> list[Mapping[str, object]]:
    """Other achievements that may be the same; certain ones share a patent or DOI."""
    viewer = viewer_of(principal)
    get_record(session, _KIND, achievement_id, viewer)
    found: dict[str, dict[str, object]] = {}
    for row in list_doubles(session, achievement_id, viewer):
        scheme = str(row["key"]).partition(":")[0]
        certainty = "probable" if scheme == "title" else "certain"
        if row["id"] not in found or certainty == "certain":
            found[row["id"]] = {**row, "because": scheme, "certainty": certainty}
    return list(found.values())


def describe_for_case(session: ReadSession, achievement_id: str) -> Mapping[str, object]:
    """What the gateway needs of an achievement, with its owner."""
    row = get_record(session, _KIND, achievement_id, _SERVICE)
    owner = find_organization(session, row["owner_uscc"])
    named = (
        {"name": owner["name"], "kind": owner["kind"]} if owner else {"name": "", "kind": "other"}
    )
    return {**row, "owner": {"uscc": row["owner_uscc"], **named}}

"""Achievements: the keys under which doubles meet, and the cases they take part in."""

from collections.abc import Mapping, Sequence

from sqlalchemy import RowMapping, and_, delete, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from kit.db import WriteSession
from services.achievements.rules.kinds import Kind
from services.achievements.rules.visibility import HideableField, Viewer
from services.achievements.store.bulk import copy_rows
from services.achievements.store.visibility import shows_field, visible_to
from services.achievements.tables import RECORD_TABLES, AchievementCase, Base, DuplicateKey

_TABLE = RECORD_TABLES[Kind.ACHIEVEMENTS]
_KEYS = Base.metadata.tables["duplicate_keys"]


def keep_duplicate_keys(
    session: WriteSession, keys: Mapping[str, Sequence[str]], replaced: Sequence[str]
) -> None:
    """Set the keys under which achievements (by id) meet their doubles; some had others before."""
    if replaced:
        session.execute(delete(DuplicateKey).where(DuplicateKey.achievement_id.in_(replaced)))
    pairs = ((key, id_) for id_, own in keys.items() for key in own)
    copy_rows(session, _KEYS, ("key", "achievement_id"), pairs)


def list_doubles(session: Session, achievement_id: str, viewer: Viewer) -> Sequence[RowMapping]:
    """Other achievements this viewer may see that share a key he may know of both."""
    own, mine = _TABLE.alias("own"), _KEYS.alias("mine")
    by_title = DuplicateKey.key.startswith("title:")
    known = and_(
        *(shows_field(one, viewer, HideableField.INTELLECTUAL_PROPERTY) for one in (own, _TABLE))
    )
    query = (
        select(_TABLE.c.id, _TABLE.c.title, _TABLE.c.owner_uscc, DuplicateKey.key)
        .join(DuplicateKey, DuplicateKey.achievement_id == _TABLE.c.id)
        .join(mine, and_(mine.c.key == DuplicateKey.key, mine.c.achievement_id == achievement_id))
        .join(own, own.c.id == achievement_id)
        .where(_TABLE.c.id != achievement_id, or_(by_title, known), visible_to(_TABLE, viewer))
        .order_by(_TABLE.c.id)
        .limit(50)
    )
    return session.execute(query).mappings().all()


def find_case(session: Session, case_id: str) -> RowMapping | None:
    """A financing case that the gateway has told of."""
    table = AchievementCase.__table__
    query = select(table).where(table.c.case_id == case_id)
    return session.execute(query).mappings().one_or_none()


def keep_case(session: WriteSession, case: Mapping[str, object]) -> None:
    """What is known of a financing case; a later event says more."""
    statement = insert(AchievementCase).values(case)
    changed = {name: statement.excluded[name] for name in case if name != "case_id"}
    session.execute(
        statement.on_conflict_do_update(index_elements=[AchievementCase.case_id], set_=changed)
    )

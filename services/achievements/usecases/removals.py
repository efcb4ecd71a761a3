"""Taking records out of the register in bulk, with all that hangs on them."""

from collections.abc import Iterator, Sequence

from sqlalchemy import RowMapping

from kit.db import WriteSession
from services.achievements.rules.content import jsonable
from services.achievements.rules.history import Actor, Change
from services.achievements.rules.kinds import Kind
from services.achievements.schemas.kinds import read_kept
from services.achievements.schemas.news import Removal, Touched
from services.achievements.store.achievements import keep_duplicate_keys
from services.achievements.store.history import add_history
from services.achievements.store.records import withdraw_records
from services.achievements.usecases.platform_news import tell_of_lost_platforms
from services.achievements.usecases.record_news import tell_of_removed

_PIECE = 1000
_ACTS = {Removal.NOT_IN_SNAPSHOT: "withdrawn", Removal.ROLLED_BACK: "rolled_back"}


def remove_records(
    session: WriteSession, kind: Kind, actor: Actor, ids: Sequence[str], because: Removal
) -> Iterator[Sequence[RowMapping]]:
    """Take records out, a piece at a time, and tell the others; answers the rows as they were."""
    for start in range(0, len(ids), _PIECE):
        piece = ids[start : start + _PIECE]
        if kind is Kind.PLATFORMS:
            tell_of_lost_platforms(session, piece, because)
        gone = withdraw_records(session, kind, piece)
        keep_duplicate_keys(session, {}, replaced=[row["id"] for row in gone])
        changes = [Change(row["id"], row["version"] + 1, _ACTS[because]) for row in gone]
        add_history(session, kind.value, actor, changes)
        lost = [
            Touched(row["id"], is_new=False, facts=read_kept(kind, jsonable(dict(row))))
            for row in gone
        ]
        tell_of_removed(session, kind, actor.organization_uscc, lost, because)
        yield gone

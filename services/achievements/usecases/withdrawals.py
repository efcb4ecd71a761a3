"""A snapshot is all there is: what its sender owns and it no longer names is withdrawn."""

from sqlalchemy import RowMapping

from kit.auth import Principal
from kit.db import WriteSession
from kit.errors import RuleBroken
from kit.text import Text
from services.achievements.rules.kinds import ImportKind
from services.achievements.rules.seen import SeenIds
from services.achievements.rules.uploads import refuse_mass_withdrawal
from services.achievements.schemas.news import Removal
from services.achievements.store.imports import has_nameless_rows
from services.achievements.store.records import list_owned
from services.achievements.store.undo import WITHDRAWN, add_undo
from services.achievements.usecases.callers import actor_of
from services.achievements.usecases.removals import remove_records


def withdraw_missing(
    session: WriteSession, principal: Principal, job: RowMapping, named: SeenIds
) -> int:
    """Withdraw what the snapshot does not name (by source_id); answers how much.

    A row that failed still names its thing. Raises RuleBroken, having withdrawn nothing, where too
    much would go, or where a row cannot even be told apart.
    """
    kind = ImportKind(job["kind"]).kind
    if has_nameless_rows(session, job["id"]):
        raise RuleBroken(
            "snapshot_incomplete",
            Text(
                "快照中有读不出编号的行，无法判断哪些记录已不在其中，未撤下任何记录",
                "some rows of the snapshot have no readable source_id, so what it leaves out cannot"
                " be told; nothing was withdrawn",
            ),
        )
    owned, missing = 0, list[str]()
    for piece in list_owned(session, kind, principal.uscc):
        owned += len(piece)
        still = named.holds([source_id for _, source_id in piece])
        missing += [id_ for (id_, _), is_there in zip(piece, still, strict=True) if not is_there]
    refuse_mass_withdrawal(len(missing), owned, job["most_withdrawals"])
    missing.sort()
    actor = actor_of(principal, reason="快照中已不再出现", import_id=job["id"])
    for gone in remove_records(session, kind, actor, missing, Removal.NOT_IN_SNAPSHOT):
        add_undo(session, job["id"], [(row["id"], WITHDRAWN, dict(row)) for row in gone])
    return len(missing)

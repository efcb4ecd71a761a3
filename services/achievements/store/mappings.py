"""What an organisation's own headers mean, once a person has said so."""

from collections.abc import Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from kit.clock import now
from kit.db import WriteSession
from services.achievements.rules.headers import Correction
from services.achievements.rules.kinds import ImportKind
from services.achievements.tables import Base

_TABLE = Base.metadata.tables["header_mappings"]


def list_corrections(session: Session, owner_uscc: str, kind: ImportKind) -> list[Correction]:
    """An organisation's corrections for files of a kind."""
    query = (
        select(_TABLE.c.header, _TABLE.c.field, _TABLE.c.scale)
        .where(_TABLE.c.owner_uscc == owner_uscc, _TABLE.c.kind == kind.value)
        .order_by(_TABLE.c.header)
    )
    return [Correction(*row) for row in session.execute(query)]


def replace_corrections(
    session: WriteSession, owner_uscc: str, kind: ImportKind, corrections: Sequence[Correction]
) -> None:
    """Remember these corrections and no others."""
    old = delete(_TABLE).where(_TABLE.c.owner_uscc == owner_uscc, _TABLE.c.kind == kind.value)
    session.execute(old)
    rows = [
        {
            "owner_uscc": owner_uscc,
            "kind": kind.value,
            "header": one.header,
            "field": one.field,
            "scale": one.scale,
            "corrected_at": now(),
        }
        for one in corrections
    ]
    if rows:
        session.execute(insert(_TABLE), rows)

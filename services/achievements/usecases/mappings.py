"""Headers that people correct: remembered for their organisation, used from the next file on."""

from collections.abc import Sequence

from kit.auth import Principal
from kit.db import ReadSession, WriteSession
from services.achievements.rules.headers import Correction, check_corrections
from services.achievements.rules.kinds import ImportKind
from services.achievements.store.mappings import list_corrections, replace_corrections


def read_mapping(session: ReadSession, principal: Principal, kind: ImportKind) -> list[Correction]:
    """What the caller's organisation has corrected for a kind of file."""
    return list_corrections(session, principal.uscc, kind)


def correct_mapping(
    session: WriteSession, principal: Principal, kind: ImportKind, corrections: Sequence[Correction]
) -> list[Correction]:
    """Remember what headers mean, or that a column is to be left aside."""
    check_corrections(kind, corrections)
    replace_corrections(session, principal.uscc, kind, corrections)
    return list_corrections(session, principal.uscc, kind)

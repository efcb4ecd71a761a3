"""Disclosure: what a case shows of 信 goes as soon as no consent stands, for every party at once.

Credit is asked at the moment of the look. If it does not answer, nothing is shown: in doubt, no.
"""

from anyio.to_thread import run_sync

from gateway.clients.consents import ask_consent_standing
from gateway.rules.access import may_always_see_credit, may_see_case
from gateway.rules.cases import Case
from gateway.usecases.cases import find_visible_case
from kit.auth import Principal
from kit.db import Database
from kit.directory import Directory
from kit.errors import DomainError


async def may_show_credit(
    directory: Directory, database: Database, caller: Principal, case_id: str
) -> bool:
    """Whether the caller may see the credit result of the case now."""
    case = await run_sync(_read_case, database, caller, case_id)
    if case.credit is None and case.enhancement_reason is None:
        return True
    if may_always_see_credit(case, caller.role.value, caller.uscc):
        return True
    if not may_see_case(case, caller.role.value, caller.uscc):
        # An agency that was appointed to the case is named in no consent.
        return False
    parties = sorted({track.holder.uscc for track in case.tracks if not track.superseded})
    try:
        return await ask_consent_standing(directory, case.uscc, parties)
    except DomainError:
        return False


def _read_case(database: Database, caller: Principal, case_id: str) -> Case:
    with database.read() as session:
        return find_visible_case(session, caller, case_id)

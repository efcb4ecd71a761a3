"""What the registry enters again after it took it back is a fact of its own beside the revoked one.

A fact that was revoked stays so, whatever is sent again; and word of the first entry may come late.
The time of the event tells the two apart: told after the revocation, it is a new entry.
"""

from dataclasses import replace
from datetime import datetime

from kit.db import WriteSession
from services.credit.rules.recording import NewFact
from services.credit.rules.standing import Standing
from services.credit.store.acts import find_revocation_document
from services.credit.store.facts import find_current


def find_entry(session: WriteSession, fact: NewFact, told_at: datetime | None = None) -> NewFact:
    """The fact under the number of its newest entry; told after its revocation, of the next one."""
    entry, number = fact, 1
    while (revoked_at := _find_revocation(session, entry)) is not None:
        if told_at is not None and told_at <= revoked_at:
            break
        following = replace(fact, source_id=f"{fact.source_id}#{number + 1}")
        if told_at is None and not find_current(session, [following.key]):
            break
        entry, number = following, number + 1
    return entry


def _find_revocation(session: WriteSession, fact: NewFact) -> datetime | None:
    current = find_current(session, [fact.key]).get(fact.key)
    if current is None or current.standing is not Standing.REVOKED:
        return None
    document = find_revocation_document(session, current.id)
    return None if document is None else datetime.fromisoformat(document)

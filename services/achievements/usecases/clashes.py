"""What a record may be only beside the others: laws that need more than the record itself."""

from collections.abc import Sequence

from kit.clock import today
from kit.db import WriteSession
from kit.errors import Fault, InvalidInput
from kit.text import Text
from services.achievements.rules.content import fingerprint
from services.achievements.rules.demands import (
    DemandFacts,
    DemandState,
    not_draft,
    require_draft,
)
from services.achievements.rules.kinds import Kind
from services.achievements.rules.platforms import PlatformFacts
from services.achievements.rules.rows import Facts
from services.achievements.rules.six_haves import count_most_tenants
from services.achievements.store.demands import find_settled
from services.achievements.store.platforms import list_stays_by_source

Clashes = dict[str, Fault]


def require_no_clash(session: WriteSession, owner_uscc: str, kind: Kind, facts: Facts) -> None:
    """Refuse facts that cannot stand beside what the owner has already."""
    if isinstance(facts, DemandFacts):
        for state in _find_settled(session, owner_uscc, [facts]).values():
            require_draft(state)
        return
    for fault in find_clashes(session, owner_uscc, kind, [facts]).values():
        raise InvalidInput("invalid_input", fault.message, faults=[fault])


def find_clashes(
    session: WriteSession, owner_uscc: str, kind: Kind, facts: Sequence[Facts]
) -> Clashes:
    """By source_id: which of some facts cannot stand beside what is there."""
    if kind is Kind.PLATFORMS:
        limited = [one for one in facts if isinstance(one, PlatformFacts)]
        return _find_overfull(session, owner_uscc, limited)
    if kind is Kind.DEMANDS:
        demands = [one for one in facts if isinstance(one, DemandFacts)]
        settled = _find_settled(session, owner_uscc, demands)
        return {
            source_id: Fault("", "demand_not_draft", not_draft(state))
            for source_id, state in settled.items()
        }
    return {}


def _find_settled(
    session: WriteSession, owner_uscc: str, facts: Sequence[DemandFacts]
) -> dict[str, DemandState]:
    """Demands that are no drafts any more, and that these facts would change."""
    hashes = {one.source_id: fingerprint(one) for one in facts}
    return find_settled(session, owner_uscc, hashes)


def _find_overfull(
    session: WriteSession, owner_uscc: str, facts: Sequence[PlatformFacts]
) -> Clashes:
    """A platform's capacity is not set below the tenants it has or expects."""
    capacities = {one.source_id: one.capacity for one in facts if one.capacity is not None}
    clashes: Clashes = {}
    for source_id, stays in list_stays_by_source(session, owner_uscc, list(capacities)).items():
        most = count_most_tenants(stays, today())
        if most > capacities[source_id]:
            message = Text(
                f"容量不能少于现有或已约定的入驻单位数 {most}",
                f"the capacity is below the {most} tenants that are there or agreed",
            )
            clashes[source_id] = Fault("/capacity", "below_tenants", message)
    return clashes

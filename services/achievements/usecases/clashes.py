"""What a record may be only beside the others: laws that need more than the record itself."""

from collections.abc import Sequence

from kit.clock import today
from kit.db import WriteSession
from kit.errors import Fault, InvalidInput, RuleBroken, no_such
from kit.text import Text
from services.achievements.rules import contracts, demands
from services.achievements.rules.content import fingerprint
from services.achievements.rules.contracts import ContractFacts, ContractState
from services.achievements.rules.demands import DemandState
from services.achievements.rules.kinds import CHANGED_AS_DRAFTS, Kind
from services.achievements.rules.platforms import PlatformFacts
from services.achievements.rules.rows import Facts
from services.achievements.rules.six_haves import count_most_tenants
from services.achievements.rules.visibility import Viewer
from services.achievements.store.contracts import find_open_achievements, find_others
from services.achievements.store.platforms import list_stays_by_source
from services.achievements.store.records import find_settled

Clashes = dict[str, Fault]
_KEPT = Text("该合同已由对方登记", "the other side keeps this contract already")


def require_no_clash(session: WriteSession, owner_uscc: str, kind: Kind, facts: Facts) -> None:
    """Refuse facts that cannot stand beside what the owner has already."""
    for state in _find_settled(session, kind, owner_uscc, [facts]).values():
        raise _refuse_settled(kind, state)
    for fault in find_clashes(session, owner_uscc, kind, [facts]).values():
        raise InvalidInput("invalid_input", fault.message, faults=[fault])


def find_clashes(
    session: WriteSession, owner_uscc: str, kind: Kind, facts: Sequence[Facts]
) -> Clashes:
    """By source_id: which of some facts cannot stand beside what is there."""
    if kind is Kind.PLATFORMS:
        limited = [one for one in facts if isinstance(one, PlatformFacts)]
        return _find_overfull(session, owner_uscc, limited)
    deals = [one for one in facts if isinstance(one, ContractFacts)]
    settled = _find_settled(session, kind, owner_uscc, facts)
    return _find_foreign(session, owner_uscc, deals) | {
        source_id: Fault("", error.code, error.detail)
        for source_id, error in ((one, _refuse_settled(kind, settled[one])) for one in settled)
    }


def _find_settled(
    session: WriteSession, kind: Kind, owner_uscc: str, facts: Sequence[Facts]
) -> dict[str, str]:
    """Demands and contracts that are no drafts any more, and that these facts would change."""
    if kind not in CHANGED_AS_DRAFTS:
        return {}
    hashes = {one.source_id: fingerprint(one) for one in facts}
    return find_settled(session, kind, owner_uscc, hashes)


def _refuse_settled(kind: Kind, state: str) -> RuleBroken:
    if kind is Kind.DEMANDS:
        return demands.refuse_settled(DemandState(state))
    return contracts.refuse_settled(ContractState(state))


def _find_foreign(
    session: WriteSession, owner_uscc: str, facts: Sequence[ContractFacts]
) -> Clashes:
    """Contracts of others, contracts the other side keeps already, and unknown achievements."""
    named = [one.achievement_id for one in facts if one.achievement_id is not None]
    known = find_open_achievements(session, named, Viewer(owner_uscc))
    others = find_others(session, owner_uscc, [one.source_id for one in facts])
    clashes: Clashes = {}
    for one in facts:
        if one.achievement_id is not None and one.achievement_id not in known:
            error = no_such("科技成果", "achievement", one.achievement_id)
            clashes[one.source_id] = Fault("/achievement_id", "not_found", error.detail)
        if one.source_id in others:
            clashes[one.source_id] = Fault("/source_id", "kept_by_other_side", _KEPT)
        if not contracts.is_side(one, owner_uscc):
            clashes[one.source_id] = Fault("/seller", "not_a_side", contracts.NOT_A_SIDE)
    return clashes


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

"""What subsidies hears from the registry: facts, and the entitlements that follow from them.

Events may come twice, late or in any order: the newest word about a thing counts, and outcomes
are calculated when they are read.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from kit.db import WriteSession
from kit.events import Envelope, read_data, receive
from services.subsidies.rules.identities import gather_families
from services.subsidies.rules.policies import RuleCode
from services.subsidies.schemas.inbox import (
    AwardHeard,
    AwardItem,
    AwardsWithdrawnHeard,
    ContractHeard,
    GradeHeard,
    MergerHeard,
    OrganizationHeard,
    PlatformHeard,
    PlatformItem,
    PlatformsWithdrawnHeard,
)
from services.subsidies.store.entitlements import add_entitlement, list_for_subject
from services.subsidies.store.facts import (
    add_award,
    add_contract,
    add_merger,
    add_organization,
    add_platform,
    add_platform_grade,
    list_mergers,
    lock_mergers,
    lock_organizations,
)
from services.subsidies.usecases.entitlements import (
    open_contract_entitlements,
    open_platform_entitlements,
)
from services.subsidies.usecases.mergers import examine_organizations
from services.subsidies.usecases.suspected_doubles import Noter

Handler = Callable[[WriteSession, Envelope], None]


def take_in_event(session: WriteSession, envelope: Envelope) -> None:
    """Each event has one effect; those that say nothing of subsidies have none."""
    handle = HANDLERS.get(envelope.type)
    if handle is not None and receive(session, envelope):
        handle(session, envelope)


def note_organization(session: WriteSession, envelope: Envelope) -> None:
    """机构登记: what the registry knows of an organisation; one that ended goes on in another."""
    heard = read_data(envelope, OrganizationHeard)
    columns = heard.model_dump(exclude={"successor_uscc"})
    add_organization(session, columns | {"heard_at": envelope.time})
    if heard.successor_uscc is not None:
        merger = MergerHeard(
            merger_id=f"registry:{heard.uscc}",
            absorbed_uscc=heard.uscc,
            surviving_uscc=heard.successor_uscc,
            recorded_by=envelope.source,
        )
        _learn_merger(session, merger, envelope.time)


def note_contract(session: WriteSession, envelope: Envelope) -> None:
    """技术合同登记 → an entitlement of rule 4 for each party, waiting for the city's payment."""
    heard = read_data(envelope, ContractHeard)
    lock_organizations(session, (heard.seller.uscc, heard.buyer.uscc))
    columns = heard.model_dump(exclude={"contract_id", "seller", "buyer"})
    add_contract(
        session,
        columns | {"id": heard.contract_id, "heard_at": envelope.time},
        _parties(heard),
    )
    open_contract_entitlements(session, heard.contract_id)


def note_cancellation(session: WriteSession, envelope: Envelope) -> None:
    """撤销登记 → the contract counts as not registered, so its entitlements are none any more.

    They stay on record: what was applied for or paid under them is decided by people.
    """
    data = {**envelope.data, "registered_by": None, "registered_on": None}
    note_contract(session, envelope.model_copy(update={"data": data}))


def _parties(heard: ContractHeard) -> list[dict[str, str | None]]:
    sides = {"seller": heard.seller, "buyer": heard.buyer}
    by_uscc = {
        party.uscc: {
            "contract_id": heard.contract_id,
            "uscc": party.uscc,
            "side": side,
            "name": party.name,
            "kind": party.kind,
        }
        for side, party in sides.items()
    }
    return list(by_uscc.values())


def note_award(session: WriteSession, envelope: Envelope) -> None:
    """获奖登记 → an entitlement of rule 1."""
    heard = read_data(envelope, AwardHeard)
    lock_organizations(session, (heard.uscc,))
    _keep_award(session, envelope, heard.uscc, heard, None)
    if not list_for_subject(session, RuleCode.AWARD, heard.award_id, heard.uscc):
        add_entitlement(session, RuleCode.AWARD, heard.award_id, heard.uscc)


def note_withdrawn_awards(session: WriteSession, envelope: Envelope) -> None:
    """奖励撤下 → their entitlements are none any more, also where the award is heard of later.

    They stay on record: what was applied for or paid under them is decided by people.
    """
    heard = read_data(envelope, AwardsWithdrawnHeard)
    lock_organizations(session, (heard.uscc,))
    for award in heard.items:
        _keep_award(session, envelope, heard.uscc, award, heard.withdrawn_on)


def _keep_award(
    session: WriteSession,
    envelope: Envelope,
    uscc: str,
    award: AwardItem,
    withdrawn_on: date | None,
) -> None:
    columns = award.model_dump(exclude={"award_id", "uscc"})
    about = {"id": award.award_id, "uscc": uscc, "withdrawn_on": withdrawn_on}
    add_award(session, columns | about | {"heard_at": envelope.time})


def note_platform(session: WriteSession, envelope: Envelope) -> None:
    """平台认定 → an entitlement of the rule of its kind (2, 3, 5 or 6)."""
    heard = read_data(envelope, PlatformHeard)
    lock_organizations(session, (heard.uscc,))
    _keep_platform(session, envelope, heard.uscc, heard, None)
    open_platform_entitlements(session, heard.platform_id)


def note_withdrawn_platforms(session: WriteSession, envelope: Envelope) -> None:
    """平台撤下 → as withdrawn awards."""
    heard = read_data(envelope, PlatformsWithdrawnHeard)
    lock_organizations(session, (heard.uscc,))
    for platform in heard.items:
        _keep_platform(session, envelope, heard.uscc, platform, heard.withdrawn_on)


def _keep_platform(
    session: WriteSession,
    envelope: Envelope,
    uscc: str,
    platform: PlatformItem,
    withdrawn_on: date | None,
) -> None:
    columns = platform.model_dump(exclude={"platform_id", "uscc"})
    about = {"id": platform.platform_id, "uscc": uscc, "withdrawn_on": withdrawn_on}
    add_platform(session, columns | about | {"heard_at": envelope.time})


def note_grade(session: WriteSession, envelope: Envelope) -> None:
    """绩效评价 → a fact of rules 5 and 6."""
    heard = read_data(envelope, GradeHeard)
    key = f"{heard.platform_id}:{heard.year}:{heard.assessed_by}"
    add_platform_grade(session, heard.model_dump() | {"id": key, "heard_at": envelope.time})


def note_merger(session: WriteSession, envelope: Envelope) -> None:
    """单位合并或其更正: the two count as one, or as two again; what is under way is examined."""
    heard = read_data(envelope, MergerHeard)
    _learn_merger(session, heard, envelope.time)


def _learn_merger(session: WriteSession, heard: MergerHeard, heard_at: datetime) -> None:
    """All who are, or were, one with either side are examined."""
    lock_mergers(session, change=True)
    sides = {heard.absorbed_uscc, heard.surviving_uscc}
    before = gather_families(list_mergers(session))
    columns = heard.model_dump(exclude={"merger_id", "recorded_by", "recorded_by_uscc"})
    add_merger(session, columns | {"id": heard.merger_id, "heard_at": heard_at})
    after = gather_families(list_mergers(session))
    concerned = sides.union(*(each.get(one, ()) for each in (before, after) for one in sides))
    examine_organizations(session, Noter(heard.recorded_by, heard.recorded_by_uscc), concerned)


HANDLERS: Mapping[str, Handler] = {
    "achievements.organization-registered": note_organization,
    "achievements.contract-registered": note_contract,
    "achievements.contract-changed": note_contract,
    "achievements.contract-cancelled": note_cancellation,
    "achievements.award-recorded": note_award,
    "achievements.platform-certified": note_platform,
    "achievements.platform-graded": note_grade,
    "achievements.awards-withdrawn": note_withdrawn_awards,
    "achievements.platforms-withdrawn": note_withdrawn_platforms,
    "credit.enterprises-merged": note_merger,
}

"""合并后的复核: what organisations have under way when they turn out to be one, or two again."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial

from kit.clock import now, today
from kit.db import WriteSession
from services.subsidies.rules.applications import ApplicationState
from services.subsidies.rules.identities import gather_families
from services.subsidies.rules.policies import RuleCode
from services.subsidies.rules.suspected_doubles import (
    Candidate,
    DoubleCause,
    DoubleOutcome,
    DoubleState,
    StatedClaim,
    Thing,
    claims_may_be_one,
    find_doubles,
    payments_may_be_one,
    progress_of,
)
from services.subsidies.schemas.suspected_doubles import stand_of
from services.subsidies.store.applications import add_step, rename_once
from services.subsidies.store.city_payments import get_city_payment
from services.subsidies.store.entitlements import find_entitlements
from services.subsidies.store.facts import list_awards, list_mergers, lock_organizations
from services.subsidies.store.suspected_doubles import (
    add_double,
    find_standing_on,
    list_doubles_of,
    list_payees,
    list_payments_to,
    list_standing_of,
)
from services.subsidies.tables import (
    ApplicationRecord,
    AwardRecord,
    CityPaymentRecord,
    SuspectedDoubleRecord,
)
from services.subsidies.usecases.claims import fetch_known
from services.subsidies.usecases.entitlements import feed_entitlements
from services.subsidies.usecases.shelf import open_shelf
from services.subsidies.usecases.suspected_doubles import (
    Noter,
    key_of,
    note_application,
    note_payment,
    open_double,
    state_payment,
)

Families = Mapping[str, frozenset[str]]
Settled = Mapping[frozenset[str], DoubleOutcome | None]


def examine_organizations(session: WriteSession, noter: Noter, usccs: Collection[str]) -> None:
    """合并（或更正）后复核: payments and applications of all whom it concerns, anew.

    Call while no merger, payment or step towards money is under way: `lock_mergers(change=True)`.
    """
    families = gather_families(list_mergers(session))
    for payment_ref in _lapse(session, noter, families, usccs):
        payment = get_city_payment(session, payment_ref)
        lock_organizations(session, (payment.uscc,))
        feed_entitlements(session, payment)
    settled = _list_settled(session, usccs)
    payments = list_payments_to(session, usccs)
    standing = list_standing_of(session, usccs)
    _hold_payments(session, noter, families, payments, settled)
    _hold_applications(session, noter, families, standing, settled)
    _rename_all(session, standing)


def _lapse(
    session: WriteSession, noter: Noter, families: Families, usccs: Collection[str]
) -> list[str]:
    """Suspicions between organisations that are two again; gives the payments they were against.

    What a person found to be one while they counted as one comes back to a person.
    """
    doubles = list_doubles_of(session, usccs)
    payees = list_payees(session, doubles)
    freed: list[str] = []
    for double in doubles:
        suspect, twin = payees[double.id]
        stays = stand_of(double) is DoubleState.DISTINCT or double.cause == DoubleCause.UNMERGED
        if stays or twin in families.get(suspect, frozenset({suspect})):
            continue
        double.lapsed_at = now()
        if double.outcome is not None:
            add_double(session, _reopen(noter, double))
        elif double.payment_ref is not None:
            freed.append(double.payment_ref)
    session.flush()
    return freed


def _reopen(noter: Noter, double: SuspectedDoubleRecord) -> SuspectedDoubleRecord:
    return open_double(
        noter,
        DoubleCause.UNMERGED,
        payment_ref=double.payment_ref,
        twin_payment_ref=double.twin_payment_ref,
        application_id=double.application_id,
        twin_application_id=double.twin_application_id,
    )


def _list_settled(
    session: WriteSession, usccs: Collection[str]
) -> dict[frozenset[str], DoubleOutcome | None]:
    """What was noted before, by the two that it is about."""
    settled: dict[frozenset[str], DoubleOutcome | None] = {}
    for one in list_doubles_of(session, usccs):
        pair = (one.payment_ref, one.twin_payment_ref, one.application_id, one.twin_application_id)
        outcome = None if one.outcome is None else DoubleOutcome(one.outcome)
        settled[frozenset(each for each in pair if each is not None)] = outcome
    return settled


def _hold_payments(
    session: WriteSession,
    noter: Noter,
    families: Families,
    payments: Sequence[CityPaymentRecord],
    settled: Settled,
) -> None:
    standing = find_standing_on(session, [one.payment_ref for one in payments])
    candidates = [
        Candidate(
            one.payment_ref,
            one.uscc,
            _progress(standing.get(one.payment_ref)),
            one.recorded_at,
            state_payment(session, one),
        )
        for one in payments
    ]
    for suspect, twin in _find_in_families(families, candidates, payments_may_be_one, settled):
        note_payment(session, noter, DoubleCause.MERGED, suspect, twin)
        if suspect in standing:
            _keep_hold(session, noter, standing[suspect], twin)


def _hold_applications(
    session: WriteSession,
    noter: Noter,
    families: Families,
    standing: Sequence[ApplicationRecord],
    settled: Settled,
) -> None:
    awards = list_awards(session, {one.subject for one in standing})
    candidates = [
        Candidate(
            one.id,
            one.uscc,
            _progress(one),
            one.opened_at,
            _state_claim(one, awards.get(one.subject)),
        )
        for one in standing
    ]
    may_be_one = partial(claims_may_be_one, per_laboratory=_rewards_each_laboratory())
    by_id = {one.id: one for one in standing}
    for suspect, twin in _find_in_families(families, candidates, may_be_one, settled):
        note_application(session, noter, DoubleCause.MERGED, suspect, twin)
        _keep_hold(session, noter, by_id[suspect], twin)


def _state_claim(application: ApplicationRecord, award: AwardRecord | None) -> StatedClaim:
    rule = RuleCode(application.rule)
    if award is None:
        return StatedClaim(rule)
    return StatedClaim(rule, (award.scheme, award.level), award.awarded_on)


def _rewards_each_laboratory() -> bool:
    policy = open_shelf().find_policy_on(today())
    switch = policy.switches.get("lab_one_off") if policy is not None else None
    return switch is not None and switch.default == "per_lab"


def _progress(application: ApplicationRecord | None) -> int:
    if application is None:
        return 0
    return progress_of(ApplicationState(application.state), application.paid_yuan)


def _find_in_families(
    families: Families,
    candidates: Sequence[Candidate[Thing]],
    may_be_one: Callable[[Thing, Thing], bool],
    settled: Settled,
) -> list[tuple[str, str]]:
    """The ids of suspects and twins, among the members of each family alone."""
    return [
        (suspect.id, twin.id)
        for family in set(families.values())
        for suspect, twin in find_doubles(
            [one for one in candidates if one.uscc in family], may_be_one, settled
        )
    ]


def _keep_hold(
    session: WriteSession, noter: Noter, application: ApplicationRecord, twin: str
) -> None:
    """A step of the application that changes nothing but says why it waits."""
    application.version += 1
    add_step(
        session,
        application,
        act="hold",
        actor=noter.client_id,
        actor_uscc=noter.uscc,
        reason=f"单位合并后疑似与「{twin}」重复，待第二人核定",
    )


def _rename_all(session: WriteSession, standing: Sequence[ApplicationRecord]) -> None:
    """What is rewarded once per organisation stands on the organisation as it is known now."""
    entitlements = find_entitlements(session, [one.entitlement_id for one in standing])
    known = fetch_known(session, list(entitlements.values()))
    for application in standing:
        if application.rule == RuleCode.RD_PLATFORM:
            entitlement = entitlements[application.entitlement_id]
            rename_once(session, application, key_of(session, known, application, entitlement))

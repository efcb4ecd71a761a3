"""免申即享: who is entitled to what, from which facts, calculated when it is read."""

from collections.abc import Iterator, Sequence

from kit.auth import Principal
from kit.clock import today
from kit.db import ReadSession, WriteSession
from kit.errors import Forbidden, no_such
from kit.pages import Page, encode_cursor, read_key
from kit.text import Language, Text
from services.subsidies.rules.entitlements import judge_entitlement
from services.subsidies.rules.facility_match import KINDS
from services.subsidies.rules.ledger import MATCH_RULES
from services.subsidies.rules.policies import RuleCode
from services.subsidies.rules.suspected_doubles import WEIGHS
from services.subsidies.schemas.entitlements import (
    EntitlementAnswer,
    EntitlementQuery,
    describe_entitlement,
)
from services.subsidies.schemas.suspected_doubles import stand_of
from services.subsidies.store.applications import find_standing
from services.subsidies.store.city_payments import list_payments_for_platform, list_payments_of
from services.subsidies.store.entitlements import (
    add_entitlement,
    get_entitlement,
    list_entitlements,
    list_for_subject,
    remove_entitlements_of_others,
)
from services.subsidies.store.facts import (
    find_contract,
    list_contracts,
    list_parties,
    list_platforms,
)
from services.subsidies.store.suspected_doubles import list_doubles_of_payments
from services.subsidies.tables import CityPaymentRecord, EntitlementRecord
from services.subsidies.usecases.claims import fetch_known, state_claim
from services.subsidies.usecases.shelf import open_shelf

CHUNK = 200

PLATFORM_RULES = {
    "enterprise_rd": RuleCode.RD_PLATFORM,
    "key_laboratory": RuleCode.KEY_LABORATORY,
    **KINDS,
}


def open_contract_entitlements(session: WriteSession, contract_id: str) -> list[str]:
    """Make a contract's entitlements what its parties and payments say; call under their lock."""
    contract = list_contracts(session, [contract_id])[contract_id]
    parties = [party.uscc for party in list_parties(session, contract_id)]
    remove_entitlements_of_others(session, RuleCode.CONTRACT_MATCH, contract_id, parties)
    for uscc in parties:
        payments = list_payments_of(session, contract.id, contract.contract_number, uscc)
        _open(session, RuleCode.CONTRACT_MATCH, contract_id, uscc, payments)
    return [one.id for one in list_for_subject(session, RuleCode.CONTRACT_MATCH, contract_id)]


def open_platform_entitlements(session: WriteSession, platform_id: str) -> None:
    """Make a platform's entitlements what its kind, holder and payments say; under their lock."""
    platform = list_platforms(session, [platform_id]).get(platform_id)
    if platform is None:
        return
    wanted = PLATFORM_RULES.get(platform.kind)
    for rule in PLATFORM_RULES.values():
        holders = [platform.uscc] if rule is wanted else []
        remove_entitlements_of_others(session, rule, platform_id, holders)
    if wanted is None:
        return
    payments: list[CityPaymentRecord] = []
    if wanted in MATCH_RULES:
        payments = list_payments_for_platform(session, platform_id, platform.uscc)
    _open(session, wanted, platform_id, platform.uscc, payments)


def _open(
    session: WriteSession,
    rule: RuleCode,
    subject: str,
    uscc: str,
    payments: Sequence[CityPaymentRecord],
) -> None:
    """One entitlement per payment; one that waits while there is none."""
    known = list_for_subject(session, rule, subject, uscc)
    wanted = [payment.payment_ref for payment in payments] or [""]
    there = {record.payment_ref: record for record in known}
    for ref in wanted:
        if ref in there:
            continue
        waiting = there.pop("", None)
        if waiting is not None:
            waiting.payment_ref = ref
            there[ref] = waiting
        else:
            there[ref] = add_entitlement(session, rule, subject, uscc, ref)


def feed_entitlements(session: WriteSession, payment: CityPaymentRecord) -> None:
    """Where the thing is not known yet, its event will find the payment instead."""
    if payment.platform_id is not None:
        open_platform_entitlements(session, payment.platform_id)
        return
    contract = find_contract(
        session, contract_id=payment.contract_id, contract_number=payment.contract_number
    )
    if contract is not None:
        open_contract_entitlements(session, contract.id)


def show_entitlements(
    session: ReadSession, caller: Principal, query: EntitlementQuery, language: Language
) -> Page[EntitlementAnswer]:
    """An organisation sees its own; the bureau and the auditor see all."""
    uscc = _whose(caller, query.uscc)
    after = read_key(query.cursor)
    found = list(_sweep(session, query, uscc, after, language))
    page = found[: query.limit]
    more = len(found) > len(page)
    return Page(items=page, next_cursor=encode_cursor(page[-1].id) if more else None)


def _sweep(
    session: ReadSession,
    query: EntitlementQuery,
    uscc: str | None,
    after: str | None,
    language: Language,
) -> Iterator[EntitlementAnswer]:
    """One more than a page of what is asked for; outcomes are known only when calculated."""
    wanted, filtered = query.limit + 1, query.outcome is not None or query.applied is not None
    size = CHUNK if filtered else wanted
    while wanted > 0:
        records = list_entitlements(
            session,
            uscc=uscc,
            rule=query.rule,
            falling=query.sort.startswith("-"),
            after=after,
            limit=size,
        )
        for answer in _judge_all(session, records, language):
            if wanted > 0 and _is_wanted(answer, query):
                wanted -= 1
                yield answer
        if len(records) < size:
            return
        after = records[-1].id


def _is_wanted(answer: EntitlementAnswer, query: EntitlementQuery) -> bool:
    applied = answer.application_id is not None
    return query.outcome in (None, answer.outcome) and query.applied in (None, applied)


def show_entitlement(
    session: ReadSession, caller: Principal, entitlement_id: str, language: Language
) -> EntitlementAnswer:
    """One entitlement; those of others do not exist for an organisation."""
    record = get_entitlement(session, entitlement_id)
    if not caller.sees_all and record.uscc != caller.uscc:
        raise no_such("应得", "entitlement", entitlement_id)
    return next(_judge_all(session, [record], language))


def _whose(caller: Principal, uscc: str | None) -> str | None:
    if caller.sees_all:
        return uscc
    if uscc is not None and uscc != caller.uscc:
        raise Forbidden(
            "organization_not_yours",
            Text("只能查看本单位的应得", "an organisation sees its own entitlements only"),
        )
    return caller.uscc


def _judge_all(
    session: ReadSession, records: Sequence[EntitlementRecord], language: Language
) -> Iterator[EntitlementAnswer]:
    policy = open_shelf().find_policy_on(today())
    if policy is None:
        return
    known = fetch_known(session, records)
    keys = {record.id: known.name_once(record) for record in records}
    standing = find_standing(session, keys.values())
    doubles = list_doubles_of_payments(session, {record.payment_ref for record in records})
    for record in records:
        claim, facts = state_claim(record, known)
        contract = known.contracts.get(record.subject)
        application = standing.get(keys[record.id])
        yield describe_entitlement(
            judge_entitlement(claim, policy, known.withdrawn_on(record.subject)),
            policy,
            language,
            id=record.id,
            uscc=record.uscc,
            on=claim.on,
            title=known.title_of(record.subject),
            contract_number=contract.contract_number if contract else None,
            case_id=contract.case_id if contract else None,
            payment_ref=record.payment_ref or None,
            opened_at=record.opened_at,
            application_id=application.id if application else None,
            application_state=application.state if application else None,
            suspected_doubles=[
                double.id
                for double in doubles.get(record.payment_ref, [])
                if stand_of(double) in WEIGHS
            ],
            known=facts,
        )

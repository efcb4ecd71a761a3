"""免申即享: who is entitled to what, from which facts, calculated when it is read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from kit.auth import Principal
from kit.clock import today
from kit.db import ReadSession, WriteSession
from kit.errors import Forbidden, no_such
from kit.pages import Page, decode_cursor, encode_cursor
from kit.text import Language, Text
from services.subsidies.rules import facts
from services.subsidies.rules.entitlements import (
    NOTHING_PAID,
    district_by_uscc,
    judge_entitlement,
)
from services.subsidies.rules.policies import RuleCode
from services.subsidies.schemas.entitlements import (
    EntitlementAnswer,
    EntitlementQuery,
    KnownFact,
    describe_entitlement,
)
from services.subsidies.store.city_payments import list_payments, list_payments_of
from services.subsidies.store.entitlements import (
    add_entitlement,
    get_entitlement,
    list_entitlements,
    list_for_subject,
    remove_entitlements_of_others,
)
from services.subsidies.store.facts import (
    list_awards,
    list_contracts,
    list_organizations,
    list_parties,
    list_sides,
)
from services.subsidies.store.policies import open_shelf
from services.subsidies.tables import (
    AwardRecord,
    CityPaymentRecord,
    ContractPartyRecord,
    ContractRecord,
    EntitlementRecord,
    OrganizationRecord,
)

REGISTRY = "registry"
BUREAU = "city_payment"
USCC = "uscc"


def open_contract_entitlements(session: WriteSession, contract_id: str) -> list[str]:
    """Make a contract's entitlements what its parties and payments say; call under their lock."""
    contract = list_contracts(session, [contract_id])[contract_id]
    parties = [party.uscc for party in list_parties(session, contract_id)]
    remove_entitlements_of_others(session, RuleCode.CONTRACT_MATCH, contract_id, parties)
    for uscc in parties:
        _open_for_party(session, contract, uscc)
    return [one.id for one in list_for_subject(session, RuleCode.CONTRACT_MATCH, contract_id)]


def _open_for_party(session: WriteSession, contract: ContractRecord, uscc: str) -> None:
    payments = list_payments_of(session, contract.id, contract.contract_number, uscc)
    known = list_for_subject(session, RuleCode.CONTRACT_MATCH, contract.id, uscc)
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
            there[ref] = add_entitlement(session, RuleCode.CONTRACT_MATCH, contract.id, uscc, ref)


def show_entitlements(
    session: ReadSession, caller: Principal, query: EntitlementQuery, language: Language
) -> Page[EntitlementAnswer]:
    """An organisation sees its own; the bureau and the auditor see all."""
    uscc = _whose(caller, query.uscc)
    after = str(decode_cursor(query.cursor, 1)[0]) if query.cursor is not None else None
    records = list_entitlements(
        session, uscc=uscc, rule=query.rule, after=after, limit=query.limit + 1
    )
    page = records[: query.limit]
    more = len(records) > len(page)
    return Page(
        items=list(_judge_all(session, page, language)),
        next_cursor=encode_cursor(page[-1].id) if more else None,
    )


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


def state_claim(session: ReadSession | WriteSession, record: EntitlementRecord) -> facts.Claim:
    """The facts recorded for one entitlement, as of today."""
    return _claim_of(record, _fetch(session, [record]), today(), _Gathered())


@dataclass(frozen=True, slots=True)
class _Known:
    """The facts behind a page of entitlements, fetched together."""

    organizations: dict[str, OrganizationRecord]
    contracts: dict[str, ContractRecord]
    sides: dict[tuple[str, str], ContractPartyRecord]
    payments: dict[str, CityPaymentRecord]
    awards: dict[str, AwardRecord]


@dataclass(slots=True)
class _Gathered:
    """A claim under construction, and where each of its facts came from."""

    known: list[KnownFact] = field(default_factory=list)

    def note(self, fact: str, value: object, source: str, at: datetime | None) -> None:
        """Keep a fact that is known with its origin."""
        if value is not None:
            said = str(value).lower() if isinstance(value, bool) else str(value)
            self.known.append(KnownFact(fact, said, source, at))


def _judge_all(
    session: ReadSession, records: Sequence[EntitlementRecord], language: Language
) -> Iterator[EntitlementAnswer]:
    known = _fetch(session, records)
    on = today()
    policy = open_shelf().find_policy_on(on)
    if policy is None:
        return
    for record in records:
        gathered = _Gathered()
        claim = _claim_of(record, known, on, gathered)
        item = judge_entitlement(claim, policy)
        contract = known.contracts.get(record.subject)
        award = known.awards.get(record.subject)
        yield describe_entitlement(
            item,
            policy,
            language,
            id=record.id,
            uscc=record.uscc,
            on=on,
            title=contract.title if contract else award.title if award else None,
            contract_number=contract.contract_number if contract else None,
            case_id=contract.case_id if contract else None,
            payment_ref=record.payment_ref or None,
            opened_at=record.opened_at,
            known=gathered.known,
        )


def _fetch(session: ReadSession | WriteSession, records: Sequence[EntitlementRecord]) -> _Known:
    subjects = {record.subject for record in records}
    return _Known(
        organizations=list_organizations(session, {record.uscc for record in records}),
        contracts=list_contracts(session, subjects),
        sides=list_sides(session, subjects),
        payments=list_payments(session, {one.payment_ref for one in records if one.payment_ref}),
        awards=list_awards(session, subjects),
    )


def _claim_of(
    record: EntitlementRecord, known: _Known, on: date, gathered: _Gathered
) -> facts.Claim:
    side = known.sides.get((record.subject, record.uscc))
    applicant = _applicant(record.uscc, known.organizations.get(record.uscc), side, gathered)
    if record.rule == RuleCode.AWARD:
        award = _award(known.awards[record.subject], gathered)
        return facts.Claim(on=on, applicant=applicant, awards=(award,))
    payment = known.payments.get(record.payment_ref)
    contract = _contract(known.contracts[record.subject], payment, gathered)
    return facts.Claim(on=on, applicant=applicant, contracts=(contract,))


def _applicant(
    uscc: str,
    organization: OrganizationRecord | None,
    side: ContractPartyRecord | None,
    gathered: _Gathered,
) -> facts.Applicant:
    at = organization.heard_at if organization else None
    kind = (organization.kind if organization else None) or (side.kind if side else None)
    gathered.note("kind", kind, REGISTRY, at)
    in_district = organization.in_district if organization else None
    gathered.note("in_district", in_district, REGISTRY, at)
    if in_district is None:
        in_district = district_by_uscc(uscc)
        gathered.note("in_district", in_district, USCC, None)
    return facts.Applicant(
        kind=kind,
        in_district=in_district,
        is_industrial=organization.is_industrial if organization else None,
        is_above_designated_size=organization.is_above_designated_size if organization else None,
        uscc=uscc,
    )


def _award(award: AwardRecord, gathered: _Gathered) -> facts.Award:
    for name in ("scheme", "level", "awarded_on"):
        gathered.note(name, getattr(award, name), REGISTRY, award.heard_at)
    return facts.Award(award.id, award.scheme, award.level, award.awarded_on)


def _contract(
    contract: ContractRecord, payment: CityPaymentRecord | None, gathered: _Gathered
) -> facts.Contract:
    for name in ("type", "registered_by", "registered_on"):
        gathered.note(name, getattr(contract, name), REGISTRY, contract.heard_at)
    subsidy = NOTHING_PAID
    if payment is not None:
        for name in ("approved_yuan", "disbursed_yuan", "disbursed_on", "payment_ref"):
            gathered.note(name, getattr(payment, name), BUREAU, payment.recorded_at)
        subsidy = facts.CitySubsidy(
            payment.approved_yuan,
            payment.disbursed_yuan,
            payment.disbursed_on,
            payment.payment_ref,
        )
    return facts.Contract(
        contract.id, contract.type, contract.registered_by, contract.registered_on, subsidy
    )

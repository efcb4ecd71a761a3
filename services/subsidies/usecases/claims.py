"""The recorded facts of entitlements as the rules read them, each with its source."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from kit.clock import today
from kit.db import ReadSession, WriteSession
from services.subsidies.rules import facts
from services.subsidies.rules.applications import ApplicationState
from services.subsidies.rules.entitlements import NOTHING_PAID, district_by_uscc
from services.subsidies.rules.identities import describe_traits, gather_families, name_once
from services.subsidies.rules.policies import RuleCode
from services.subsidies.schemas.entitlements import KnownFact
from services.subsidies.store.applications import list_committed
from services.subsidies.store.city_payments import list_payments
from services.subsidies.store.facts import (
    list_awards,
    list_contracts,
    list_grades,
    list_mergers,
    list_organizations,
    list_platforms,
    list_sides,
)
from services.subsidies.tables import (
    ApplicationRecord,
    AwardRecord,
    CityPaymentRecord,
    ContractPartyRecord,
    ContractRecord,
    EntitlementRecord,
    OrganizationRecord,
    PlatformGradeRecord,
    PlatformRecord,
)
from services.subsidies.usecases.shelf import open_shelf

REGISTRY = "registry"
BUREAU = "city_payment"
LEDGER = "applications"
USCC = "uscc"
DERIVED = "derived"


@dataclass(frozen=True, slots=True)
class Known:
    """The facts behind some entitlements, fetched together."""

    organizations: dict[str, OrganizationRecord]
    contracts: dict[str, ContractRecord]
    sides: dict[tuple[str, str], ContractPartyRecord]
    payments: dict[str, CityPaymentRecord]
    awards: dict[str, AwardRecord]
    platforms: dict[str, PlatformRecord]
    grades: dict[str, PlatformGradeRecord]
    families: dict[str, frozenset[str]]
    committed: dict[str, list[ApplicationRecord]]
    measures_from: date | None

    def family_of(self, uscc: str) -> frozenset[str]:
        """The organisation with all it was merged with."""
        return self.families.get(uscc, frozenset({uscc}))

    def name_once(self, record: EntitlementRecord) -> str:
        """What the entitlement is for, to be paid once."""
        rule, root = RuleCode(record.rule), min(self.family_of(record.uscc))
        return name_once(
            rule, record.subject, record.payment_ref, root, self._traits(rule, record.subject)
        )

    def _traits(self, rule: RuleCode, subject: str) -> str:
        if rule is RuleCode.AWARD:
            award = self.awards[subject]
            return describe_traits(award.title, award.scheme, award.level, award.awarded_on)
        if rule is RuleCode.KEY_LABORATORY:
            platform = self.platforms[subject]
            return describe_traits(platform.name, platform.level)
        return ""

    def withdrawn_on(self, subject: str) -> date | None:
        """When the registry took the thing out, if it did."""
        thing = self.awards.get(subject) or self.platforms.get(subject)
        return None if thing is None else thing.withdrawn_on

    def title_of(self, subject: str) -> str | None:
        """What a person calls the thing."""
        if subject in self.contracts:
            return self.contracts[subject].title
        if subject in self.awards:
            return self.awards[subject].title
        return self.platforms[subject].name if subject in self.platforms else None


@dataclass(slots=True)
class Gathered:
    """A claim under construction, and where each of its facts came from."""

    known: list[KnownFact] = field(default_factory=list)

    def note(self, fact: str, value: object, source: str, at: datetime | None) -> None:
        """Keep a fact that is known with its origin."""
        if value is not None:
            said = str(value).lower() if isinstance(value, bool) else str(value)
            self.known.append(KnownFact(fact, said, source, at))


def fetch_known(session: ReadSession | WriteSession, records: Sequence[EntitlementRecord]) -> Known:
    """Everything some entitlements rest on, in a fixed number of questions."""
    subjects = {record.subject for record in records}
    usccs = {record.uscc for record in records}
    families = dict(gather_families(list_mergers(session)))
    all_usccs = usccs.union(*(families.get(uscc, frozenset()) for uscc in usccs))
    policy = open_shelf().find_policy_on(today())
    committed: dict[str, list[ApplicationRecord]] = {}
    for application in list_committed(session, all_usccs):
        committed.setdefault(application.uscc, []).append(application)
    return Known(
        organizations=list_organizations(session, usccs),
        contracts=list_contracts(session, subjects),
        sides=list_sides(session, subjects),
        payments=list_payments(session, {one.payment_ref for one in records if one.payment_ref}),
        awards=list_awards(session, subjects),
        platforms=list_platforms(session, subjects),
        grades=list_grades(session, subjects),
        families=families,
        committed=committed,
        measures_from=policy.from_day if policy is not None else None,
    )


def state_claim(
    record: EntitlementRecord, known: Known, *, without: Collection[str] = ()
) -> tuple[facts.Claim, list[KnownFact]]:
    """The claim for one thing as of today, and its facts, `without` some applications."""
    gathered = Gathered()
    rule = RuleCode(record.rule)
    things: dict[str, tuple[object, ...]]
    if rule is RuleCode.AWARD:
        things = {"awards": (_award(known.awards[record.subject], gathered),)}
    elif rule is RuleCode.CONTRACT_MATCH:
        contract = known.contracts[record.subject]
        subsidy = _subsidy(known.payments.get(record.payment_ref), gathered)
        things = {"contracts": (_contract(contract, subsidy, gathered),)}
    else:
        things = _platform(record, rule, known, gathered)
    on = today()
    return (
        facts.Claim(
            on=on,
            applicant=_applicant(record, known, gathered),
            prior_payments=tuple(_earlier(record, known, without, on, gathered)),
            **things,  # type: ignore[arg-type]
        ),
        gathered.known,
    )


def _earlier(
    record: EntitlementRecord, known: Known, without: Collection[str], on: date, gathered: Gathered
) -> Iterable[facts.PriorPayment]:
    """What the organisation, or one merged with it, was paid or is promised."""
    for uscc in sorted(known.family_of(record.uscc)):
        for application in known.committed.get(uscc, []):
            if application.id in without:
                continue
            paid = application.state == ApplicationState.PAID
            amount = application.paid_yuan if paid else application.amount_yuan
            if application.rule == record.rule:
                gathered.note("prior_payment", amount, LEDGER, application.opened_at)
            yield facts.PriorPayment(
                rule=application.rule,
                amount_yuan=amount,
                paid_on=on,
                payment_ref=application.payment_ref or None,
                subject=application.subject,
            )


def _platform(
    record: EntitlementRecord, rule: RuleCode, known: Known, gathered: Gathered
) -> dict[str, tuple[object, ...]]:
    platform = known.platforms[record.subject]
    newly = _is_new(platform, known.measures_from, gathered)
    for name in ("kind", "level", "established_on", "certified_on"):
        gathered.note(f"platform.{name}", getattr(platform, name), REGISTRY, platform.heard_at)
    if rule is RuleCode.RD_PLATFORM:
        for name, there in platform.six_haves.items():
            gathered.note(f"six_haves.{name}", there, REGISTRY, platform.heard_at)
        rd_platform = facts.RdPlatform(
            platform.id,
            newly,
            platform.established_on,
            platform.certified_on,
            facts.SixHaves(**platform.six_haves),
        )
        return {"rd_platforms": (rd_platform,)}
    if rule is RuleCode.KEY_LABORATORY:
        laboratory = facts.KeyLaboratory(
            platform.id,
            platform.level,
            newly,
            platform.certified_on,
            platform.co_builders,
        )
        return {"key_laboratories": (laboratory,)}
    return {"facilities": (_facility(record, platform, known, gathered),)}


def _is_new(platform: PlatformRecord, since: date | None, gathered: Gathered) -> bool | None:
    """新设立、新建: as stated; else new where set up under the measures, else to be asked."""
    stated, day = platform.newly_established, platform.established_on
    gathered.note("platform.newly_established", stated, REGISTRY, platform.heard_at)
    if stated is None and day is not None and since is not None and day >= since:
        gathered.note("platform.newly_established", True, DERIVED, platform.heard_at)
        return True
    return stated


def _facility(
    record: EntitlementRecord, platform: PlatformRecord, known: Known, gathered: Gathered
) -> facts.Facility:
    grade = known.grades.get(platform.id)
    performance = facts.Performance()
    if grade is not None:
        for name in ("assessed_by", "grade", "year"):
            gathered.note(f"performance.{name}", getattr(grade, name), REGISTRY, grade.heard_at)
        performance = facts.Performance(grade.assessed_by, grade.grade, grade.year)
    subsidy = _subsidy(known.payments.get(record.payment_ref), gathered)
    return facts.Facility(platform.id, platform.kind, platform.in_district, performance, subsidy)


def _applicant(record: EntitlementRecord, known: Known, gathered: Gathered) -> facts.Applicant:
    organization = known.organizations.get(record.uscc)
    side = known.sides.get((record.subject, record.uscc))
    at = organization.heard_at if organization else None
    kind = (organization.kind if organization else None) or (side.kind if side else None)
    gathered.note("kind", kind, REGISTRY, at)
    in_district = organization.in_district if organization else None
    gathered.note("in_district", in_district, REGISTRY, at)
    if in_district is None:
        in_district = district_by_uscc(record.uscc)
        gathered.note("in_district", in_district, USCC, None)
    if record.rule == RuleCode.RD_PLATFORM and organization is not None:
        for name in ("is_industrial", "is_above_designated_size"):
            gathered.note(name, getattr(organization, name), REGISTRY, at)
    return facts.Applicant(
        kind=kind,
        in_district=in_district,
        is_industrial=organization.is_industrial if organization else None,
        is_above_designated_size=organization.is_above_designated_size if organization else None,
        uscc=record.uscc,
    )


def _award(award: AwardRecord, gathered: Gathered) -> facts.Award:
    for name in ("scheme", "level", "awarded_on"):
        gathered.note(name, getattr(award, name), REGISTRY, award.heard_at)
    return facts.Award(award.id, award.scheme, award.level, award.awarded_on)


def _contract(
    contract: ContractRecord, subsidy: facts.CitySubsidy, gathered: Gathered
) -> facts.Contract:
    for name in ("type", "registered_by", "registered_on"):
        gathered.note(name, getattr(contract, name), REGISTRY, contract.heard_at)
    return facts.Contract(
        contract.id, contract.type, contract.registered_by, contract.registered_on, subsidy
    )


def _subsidy(payment: CityPaymentRecord | None, gathered: Gathered) -> facts.CitySubsidy:
    if payment is None:
        return NOTHING_PAID
    for name in ("approved_yuan", "disbursed_yuan", "disbursed_on", "payment_ref"):
        gathered.note(name, getattr(payment, name), BUREAU, payment.recorded_at)
    return facts.CitySubsidy(
        payment.approved_yuan, payment.disbursed_yuan, payment.disbursed_on, payment.payment_ref
    )

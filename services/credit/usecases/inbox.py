"""What credit hears from the registry, subsidies and the financing flow becomes facts by itself."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from kit.auth import Principal, Role
from kit.db import WriteSession, new_id
from kit.events import Envelope, receive
from kit.money import format_yuan
from services.credit.rules.facts import REGISTRY, WireValue
from services.credit.rules.recording import NewFact
from services.credit.rules.standing import FactAct, Standing
from services.credit.schemas.inbox import (
    AchievementHeard,
    AchievementsHeard,
    AchievementsWithdrawnHeard,
    AwardHeard,
    AwardItem,
    AwardsWithdrawnHeard,
    CancelledContractHeard,
    ClawBackHeard,
    ContractHeard,
    LoanHeard,
    OneAchievementHeard,
    OrganizationHeard,
    PartyHeard,
    PlatformHeard,
    PlatformItem,
    PlatformsWithdrawnHeard,
    RdExpenditureHeard,
    RdExpenditureWithdrawnHeard,
    SubsidyHeard,
    SupportHeard,
)
from services.credit.store.catalogue import get_catalogue
from services.credit.store.facts import Origin
from services.credit.store.subjects import name_subject
from services.credit.usecases.acts import Order, act_on_fact, hold_fact
from services.credit.usecases.entries import find_entry
from services.credit.usecases.facts import record_facts

# The registry acts on its own facts; nobody else may revoke them.
_REGISTRY = Principal(REGISTRY, Role.SERVICE, REGISTRY, "科技成果登记", "")
_WITHDRAWN = {
    "rolled_back": "导入被撤销",
    "not_in_snapshot": "单位的最新快照中不再出现",
    "classified": "转为涉密，不再对外",
    "other_year": "更正为别的年度",
}
Handler = Callable[[WriteSession, Envelope], None]


def take_in_event(session: WriteSession, envelope: Envelope) -> None:
    """Each event has one effect; those that say nothing of credit have none."""
    handle = HANDLERS.get(envelope.type)
    if handle is not None and receive(session, envelope):
        handle(session, envelope)


def note_organization(session: WriteSession, envelope: Envelope) -> None:
    """机构登记: the subject gets its name."""
    heard = OrganizationHeard.model_validate(envelope.data)
    name_subject(session, heard.uscc, heard.name)


def note_achievement(session: WriteSession, envelope: Envelope) -> None:
    """成果登记 → a fact of its owner."""
    heard = OneAchievementHeard.model_validate(envelope.data)
    _record_entries(session, envelope, [_achievement_fact(heard.uscc, heard)])


def note_achievements(session: WriteSession, envelope: Envelope) -> None:
    """成果批量登记 → one fact per achievement, recorded at once."""
    heard = AchievementsHeard.model_validate(envelope.data)
    _record_entries(
        session, envelope, [_achievement_fact(heard.uscc, each) for each in heard.items]
    )


def note_withdrawn_achievements(session: WriteSession, envelope: Envelope) -> None:
    """成果撤下 → their facts are revoked, also where their registration comes later."""
    heard = AchievementsWithdrawnHeard.model_validate(envelope.data)
    facts = [_achievement_fact(heard.uscc, each) for each in heard.items]
    _revoke(session, envelope, facts, heard.withdrawn_on, _because(heard.because, "成果撤下"))


def note_contract(session: WriteSession, envelope: Envelope) -> None:
    """技术合同登记 → a fact of the seller and one of the buyer."""
    heard = ContractHeard.model_validate(envelope.data)
    sides = {"seller": heard.seller, "buyer": heard.buyer}
    facts = [_contract_fact(heard, role, party) for role, party in sides.items()]
    _record(session, envelope, facts)
    for party in sorted(sides.values(), key=lambda side: side.uscc):
        name_subject(session, party.uscc, party.name)


def note_cancelled_contract(session: WriteSession, envelope: Envelope) -> None:
    """撤销登记 → the facts of both sides are revoked, also where their registration comes later."""
    heard = CancelledContractHeard.model_validate(envelope.data)
    sides = {"seller": heard.seller, "buyer": heard.buyer}
    facts = [_contract_fact(heard, role, party) for role, party in sides.items()]
    _revoke(session, envelope, facts, heard.cancelled_on, heard.reason)


def _revoke(
    session: WriteSession, envelope: Envelope, facts: list[NewFact], on: date, reason: str
) -> None:
    order = Order(FactAct.REVOKED, on, reason, envelope.time.isoformat(), _REGISTRY)
    newest = [find_entry(session, fact) for fact in facts]
    for step in record_facts(session, newest, Origin(event_id=envelope.id)):
        held = hold_fact(session, step.id, must_stand=False)
        if held.head.standing == Standing.STANDS:
            act_on_fact(session, held, order)


def _because(code: str, otherwise: str) -> str:
    return _WITHDRAWN.get(code, otherwise)


def note_award(session: WriteSession, envelope: Envelope) -> None:
    """获奖登记 → an honour."""
    heard = AwardHeard.model_validate(envelope.data)
    _record_entries(session, envelope, [_award_fact(heard.uscc, heard)])


def note_withdrawn_awards(session: WriteSession, envelope: Envelope) -> None:
    """奖励撤下 → their facts are revoked."""
    heard = AwardsWithdrawnHeard.model_validate(envelope.data)
    facts = [_award_fact(heard.uscc, each) for each in heard.items]
    _revoke(session, envelope, facts, heard.withdrawn_on, _because(heard.because, "奖励撤下"))


def note_platform(session: WriteSession, envelope: Envelope) -> None:
    """平台认定 → a research platform of its holder."""
    heard = PlatformHeard.model_validate(envelope.data)
    _record_entries(session, envelope, [_platform_fact(heard.uscc, heard)])


def note_withdrawn_platforms(session: WriteSession, envelope: Envelope) -> None:
    """平台撤下 → their facts are revoked."""
    heard = PlatformsWithdrawnHeard.model_validate(envelope.data)
    facts = [_platform_fact(heard.uscc, each) for each in heard.items]
    _revoke(session, envelope, facts, heard.withdrawn_on, _because(heard.because, "平台撤下"))


def note_rd_expenditure(session: WriteSession, envelope: Envelope) -> None:
    """研发经费登记 → the year's R&D expenditure; a new figure is a correction."""
    heard = RdExpenditureHeard.model_validate(envelope.data)
    fact = _expenditure_fact(heard.uscc, heard.year, heard.total_yuan, heard.occurred_on)
    _record_entries(session, envelope, [fact])


def note_withdrawn_rd_expenditure(session: WriteSession, envelope: Envelope) -> None:
    """研发经费撤下 → the fact of the year is revoked."""
    heard = RdExpenditureWithdrawnHeard.model_validate(envelope.data)
    fact = _expenditure_fact(heard.uscc, heard.year, heard.total_yuan, heard.withdrawn_on)
    because = _because(heard.because, "研发经费撤下")
    _revoke(session, envelope, [fact], heard.withdrawn_on, because)


def note_subsidy(session: WriteSession, envelope: Envelope) -> None:
    """政策资金兑现 → a fact of the enterprise that was paid."""
    heard = SubsidyHeard.model_validate(envelope.data)
    amount = format_yuan(heard.amount_yuan)
    source_id = f"payment:{heard.payment_id}"
    fact = _fact("subsidy_paid", heard.uscc, source_id, amount, heard.paid_on, {"rule": heard.rule})
    _record(session, envelope, [fact])


def note_claw_back(session: WriteSession, envelope: Envelope) -> None:
    """政策资金追回 → a fact of its own beside the payment; nothing is overwritten."""
    heard = ClawBackHeard.model_validate(envelope.data)
    amount = format_yuan(heard.amount_yuan)
    source_id = f"clawback:{heard.claw_back_id}"
    details = {"rule": heard.rule, "reason": heard.reason[:300]}
    fact = _fact("subsidy_clawed_back", heard.uscc, source_id, amount, heard.received_on, details)
    _record(session, envelope, [fact])


def note_loan_disbursed(session: WriteSession, envelope: Envelope) -> None:
    """放款 → a fact of the borrower."""
    heard = LoanHeard.model_validate(envelope.data)
    source_id = f"loan:{heard.loan_id}:disbursed"
    _note_loan(session, envelope, heard, "loan_disbursed_yuan", source_id, heard.disbursed_yuan)


def note_loan_settled(session: WriteSession, envelope: Envelope) -> None:
    """结清 → a fact of the borrower."""
    heard = LoanHeard.model_validate(envelope.data)
    source_id = f"loan:{heard.loan_id}:settled"
    _note_loan(session, envelope, heard, "loan_settled_yuan", source_id, heard.disbursed_yuan)


def note_loan_overdue(session: WriteSession, envelope: Envelope) -> None:
    """逾期 → a negative fact; each time that something due was not paid is one."""
    heard = LoanHeard.model_validate(envelope.data)
    source_id = f"loan:{heard.loan_id}:overdue:{heard.on.isoformat()}"
    _note_loan(session, envelope, heard, "loan_overdue_yuan", source_id, heard.outstanding_yuan)


def note_guarantee(session: WriteSession, envelope: Envelope) -> None:
    """担保、保险生效 → a fact, where a sum was named."""
    _note_support(session, envelope, "guarantee_issued_yuan")


def note_investment(session: WriteSession, envelope: Envelope) -> None:
    """投资交割 → a fact, where a sum was named."""
    _note_support(session, envelope, "investment_closed_yuan")


HANDLERS: Mapping[str, Handler] = {
    "achievements.organization-registered": note_organization,
    "achievements.achievement-registered": note_achievement,
    "achievements.achievements-registered": note_achievements,
    "achievements.achievements-withdrawn": note_withdrawn_achievements,
    "achievements.contract-registered": note_contract,
    "achievements.contract-changed": note_contract,
    "achievements.contract-cancelled": note_cancelled_contract,
    "achievements.award-recorded": note_award,
    "achievements.platform-certified": note_platform,
    "achievements.rd-expenditure-recorded": note_rd_expenditure,
    "achievements.awards-withdrawn": note_withdrawn_awards,
    "achievements.platforms-withdrawn": note_withdrawn_platforms,
    "achievements.rd-expenditure-withdrawn": note_withdrawn_rd_expenditure,
    "subsidies.subsidy-paid": note_subsidy,
    "subsidies.subsidy-clawed-back": note_claw_back,
    "gateway.loan-disbursed": note_loan_disbursed,
    "gateway.loan-settled": note_loan_settled,
    "gateway.loan-overdue": note_loan_overdue,
    "gateway.guarantee-issued": note_guarantee,
    "gateway.investment-closed": note_investment,
}


def _note_loan(
    session: WriteSession,
    envelope: Envelope,
    heard: LoanHeard,
    item: str,
    source_id: str,
    amount: Decimal,
) -> None:
    details = {"case_id": heard.case_id, "loan_id": heard.loan_id, "lender": heard.bank.uscc}
    fact = _fact(item, heard.uscc, source_id, format_yuan(amount), heard.on, details)
    _record(session, envelope, [fact])


def _note_support(session: WriteSession, envelope: Envelope, item: str) -> None:
    heard = SupportHeard.model_validate(envelope.data)
    if heard.amount_yuan is not None:
        details = {"case_id": heard.case_id, "institution": heard.institution.uscc}
        amount = format_yuan(heard.amount_yuan)
        source_id = f"support:{heard.support_id}"
        fact = _fact(item, heard.uscc, source_id, amount, heard.on, details)
        _record(session, envelope, [fact])


def _record(session: WriteSession, envelope: Envelope, facts: list[NewFact]) -> None:
    record_facts(session, facts, Origin(event_id=envelope.id))


def _record_entries(session: WriteSession, envelope: Envelope, facts: list[NewFact]) -> None:
    """Record what the registry may have taken back before, and enters again."""
    _record(session, envelope, [find_entry(session, fact, envelope.time) for fact in facts])


def _award_fact(uscc: str, heard: AwardItem) -> NewFact:
    tier = {"national": "national", "shandong": "provincial", "jinan": "municipal"}.get(
        heard.scheme.split("_")[0], "other"
    )
    code = f"{tier}_{heard.level}" if tier in ("national", "provincial") else tier
    value = code if code in get_catalogue().items["st_award"].choices else "other"
    details = {"scheme": heard.scheme, "level": heard.level, "title": heard.title[:300]}
    return _fact("st_award", uscc, f"award:{heard.award_id}", value, heard.awarded_on, details)


def _platform_fact(uscc: str, heard: PlatformItem) -> NewFact:
    details = {"kind": heard.kind, "platform_id": heard.platform_id}
    if heard.level is not None:
        details["level"] = heard.level
    name = (heard.name or heard.kind)[:500]
    source_id = f"platform:{heard.platform_id}"
    return _fact("innovation_platform", uscc, source_id, name, heard.certified_on, details)


def _expenditure_fact(uscc: str, year: int, total: Decimal, observed_on: date) -> NewFact:
    amount, begin = format_yuan(total), date(year, 1, 1)
    return _fact("rd_expenditure_yuan", uscc, f"rd:{year}", amount, begin, {}, observed_on)


def _achievement_fact(uscc: str, heard: AchievementHeard) -> NewFact:
    details = {"achievement_id": heard.achievement_id}
    if heard.trl is not None:
        details["trl"] = str(heard.trl)
    source_id = f"achievement:{heard.achievement_id}"
    title = heard.title[:500]
    return _fact("achievement_registered", uscc, source_id, title, heard.occurred_on, details)


def _contract_fact(heard: ContractHeard, role: str, party: PartyHeard) -> NewFact:
    details = {
        "role": role,
        "contract_id": heard.contract_id,
        "contract_number": heard.contract_number,
        "type": heard.type,
        "title": heard.title[:300],
        "value_of": "total" if heard.technology_yuan is None else "technology",
    }
    if heard.case_id is not None:
        details["case_id"] = heard.case_id
    return _fact(
        "technology_contract",
        party.uscc,
        f"contract:{heard.contract_id}:{role}",
        format_yuan(heard.value),
        heard.registered_on,
        details,
    )


def _fact(
    item: str,
    uscc: str,
    source_id: str,
    value: WireValue,
    happened_on: date,
    details: Mapping[str, str],
    observed_on: date | None = None,
) -> NewFact:
    return NewFact(
        id=new_id(),
        uscc=uscc,
        item=item,
        nature=get_catalogue().items[item].nature,
        value=value,
        source=REGISTRY,
        source_document=None,
        source_id=source_id,
        supplier_uscc=REGISTRY,
        observed_on=observed_on or happened_on,
        valid_from=happened_on,
        valid_to=None,
        conduct_ended_on=None,
        details=details,
    )

"""What the other houses publish is what credit hears: the same names, the same forms."""

from datetime import date
from decimal import Decimal

import pytest

from gateway.schemas import events as flow
from kit.events import Event
from services.achievements.schemas import events as registry
from services.credit.schemas import inbox
from services.credit.usecases.inbox import HANDLERS
from services.subsidies.schemas.events import SubsidyClawedBack, SubsidyPaid

USCC, DAY = "91370102MA3D000125", date(2026, 6, 30)
_ONE = {
    "achievement_id": "a",
    "title": "成果",
    "occurred_on": DAY,
    "trl": 6,
    "intellectual_property": [],
}
_PARTY = registry.PublishedParty(uscc=USCC, name="甲", kind="enterprise")
_CONTRACT: dict[str, object] = {
    "contract_id": "c",
    "contract_number": "2026370102000001",
    "contract_type": "license",
    "title": "许可",
    "seller": _PARTY,
    "buyer": _PARTY,
    "total_yuan": Decimal("8.00"),
    "technology_yuan": None,
    "registered_on": DAY,
    "achievement_id": None,
    "case_id": None,
}

_LOAN = {
    "loan_id": "l",
    "case_id": "k",
    "uscc": USCC,
    "bank": {"uscc": USCC, "name": "甲"},
    "disbursed_yuan": Decimal("100.00"),
    "outstanding_yuan": Decimal("60.00"),
    "on": DAY,
}
_SUPPORT = {
    "support_id": "s",
    "case_id": "k",
    "uscc": USCC,
    "institution": {"uscc": USCC, "name": "甲"},
    "amount_yuan": Decimal("100.00"),
    "on": DAY,
}

PUBLISHED: list[tuple[Event, type[inbox.Heard]]] = [
    (
        registry.OrganizationRegistered(
            uscc=USCC,
            name="甲",
            kind="enterprise",
            in_district=True,
            is_industrial=None,
            is_above_designated_size=None,
        ),
        inbox.OrganizationHeard,
    ),
    (registry.AchievementRegistered(uscc=USCC, **_ONE), inbox.OneAchievementHeard),
    (
        registry.AchievementsRegistered(
            uscc=USCC, count=1, items=[registry.PublishedAchievement(**_ONE)]
        ),
        inbox.AchievementsHeard,
    ),
    (
        registry.AchievementsWithdrawn(
            uscc=USCC,
            because="snapshot",
            withdrawn_on=DAY,
            count=1,
            items=[registry.PublishedAchievement(**_ONE)],
        ),
        inbox.AchievementsWithdrawnHeard,
    ),
    (
        registry.ContractRegistered(**_CONTRACT),
        inbox.ContractHeard,
    ),
    (
        registry.ContractChanged(**_CONTRACT, changed_on=DAY, reason="补充协议"),
        inbox.ContractHeard,
    ),
    (
        registry.ContractCancelled(**_CONTRACT, cancelled_on=DAY, reason="解除"),
        inbox.CancelledContractHeard,
    ),
    (
        registry.RdExpenditureRecorded(
            uscc=USCC, year=2025, total_yuan=Decimal("1.00"), occurred_on=DAY
        ),
        inbox.RdExpenditureHeard,
    ),
    (
        registry.RdExpenditureWithdrawn(
            uscc=USCC, year=2025, total_yuan=Decimal("1.00"), because="x", withdrawn_on=DAY
        ),
        inbox.RdExpenditureWithdrawnHeard,
    ),
    (
        registry.AwardsWithdrawn(
            uscc=USCC,
            because="rolled_back",
            withdrawn_on=DAY,
            count=1,
            items=[
                registry.PublishedAward(
                    award_id="w", scheme="other", level="first", title="奖", awarded_on=DAY
                )
            ],
        ),
        inbox.AwardsWithdrawnHeard,
    ),
    (
        registry.PlatformsWithdrawn(
            uscc=USCC,
            because="rolled_back",
            withdrawn_on=DAY,
            count=1,
            items=[
                registry.PublishedPlatform(
                    platform_id="p",
                    kind="enterprise_rd",
                    name="研究院",
                    level="provincial",
                    established_on=None,
                    certified_on=DAY,
                    six_haves={"site": True},
                )
            ],
        ),
        inbox.PlatformsWithdrawnHeard,
    ),
    (
        registry.AwardRecorded(
            uscc=USCC,
            award_id="w",
            scheme="shandong_st_progress",
            level="first",
            title="奖",
            awarded_on=DAY,
        ),
        inbox.AwardHeard,
    ),
    (
        registry.PlatformCertified(
            uscc=USCC,
            platform_id="p",
            kind="enterprise_rd",
            name="研究院",
            level="provincial",
            established_on=None,
            certified_on=DAY,
            six_haves={"site": True},
        ),
        inbox.PlatformHeard,
    ),
    (
        SubsidyPaid(
            uscc=USCC,
            payment_id="p",
            application_id="s",
            rule="award",
            amount_yuan=Decimal("50000.00"),
            paid_on=DAY,
        ),
        inbox.SubsidyHeard,
    ),
    (
        SubsidyClawedBack(
            uscc=USCC,
            claw_back_id="c",
            application_id="s",
            rule="award",
            amount_yuan=Decimal("50000.00"),
            received_on=DAY,
            reason="合同解除",
        ),
        inbox.ClawBackHeard,
    ),
    (flow.LoanDisbursed(**_LOAN), inbox.LoanHeard),
    (flow.LoanSettled(**_LOAN), inbox.LoanHeard),
    (flow.LoanOverdue(**_LOAN), inbox.LoanHeard),
    (flow.GuaranteeIssued(**_SUPPORT), inbox.SupportHeard),
    (flow.InvestmentClosed(**_SUPPORT), inbox.SupportHeard),
]


@pytest.mark.parametrize(("event", "heard"), PUBLISHED, ids=[event.type for event, _ in PUBLISHED])
def test_credit_reads_what_was_published(event: Event, heard: type[inbox.Heard]) -> None:
    read = heard.model_validate_json(event.model_dump_json())

    assert event.type in HANDLERS
    told = event.model_dump(by_alias=True)
    assert all(name in told for name, field in heard.model_fields.items() if field.is_required())
    assert read.model_fields_set <= told.keys()


def test_no_event_that_becomes_a_fact_is_left_out() -> None:
    told = {event.type for event, _ in PUBLISHED}

    assert told >= HANDLERS.keys()

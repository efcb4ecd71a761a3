"""The contract's state machine: total, and honest about what is open."""

from datetime import date
from decimal import Decimal

import pytest

from kit.errors import InvalidInput
from kit.identifiers import check_contract_number
from services.achievements.rules.contracts import (
    CONTRACT_STEPS,
    ContractFacts,
    ContractParty,
    ContractState,
    ContractType,
    judge_contract,
    number_contract,
)
from services.achievements.rules.steps import require_reason

TODAY = date(2026, 11, 23)


def test_registration_is_only_reached_through_recognition() -> None:
    table = CONTRACT_STEPS.table
    before = {at for (at, _), to in table.items() if to is ContractState.REGISTERED}

    assert before == {ContractState.RECOGNIZED}


@pytest.mark.parametrize(
    "state", [ContractState.REGISTERED, ContractState.REFUSED, ContractState.CANCELLED]
)
def test_nothing_is_decided_after_registration_refusal_or_cancellation(
    state: ContractState,
) -> None:
    assert CONTRACT_STEPS.open_acts(state) == ()


def test_a_refusal_says_why() -> None:
    require_reason(None, needed=False)
    with pytest.raises(InvalidInput):
        require_reason(None, needed=True)


def make_contract(
    technology: str | None = None, buyer: str = "B", signed: date = TODAY
) -> ContractFacts:
    return ContractFacts(
        source_id="HT-1",
        title="合同",
        type=ContractType.LICENSE,
        seller=ContractParty("A", "甲", "university"),
        buyer=ContractParty(buyer, "乙", "enterprise"),
        total_yuan=Decimal("100.00"),
        technology_yuan=Decimal(technology) if technology else None,
        signed_on=signed,
    )


def test_the_technology_part_is_not_more_than_the_total() -> None:
    assert judge_contract(make_contract("100.00"), TODAY) == []
    assert [f.code for f in judge_contract(make_contract("100.01"), TODAY)] == [
        "technology_above_total"
    ]


def test_buyer_and_seller_differ_and_the_day_has_come() -> None:
    faults = judge_contract(make_contract(buyer="A", signed=date(2027, 1, 1)), TODAY)

    assert [fault.code for fault in faults] == ["same_party", "date_in_future"]


def test_a_number_of_the_platform_has_the_official_length() -> None:
    assert check_contract_number(number_contract(TODAY, 1)) == "2026370102000001"

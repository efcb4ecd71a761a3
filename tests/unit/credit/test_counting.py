"""What two sources report is counted once; what one source reports twice is two."""

from datetime import date
from decimal import Decimal

from services.credit.rules.facts import Fact
from services.credit.rules.measures import count_once, take_reading
from services.credit.rules.scorecards import How, Measure
from tests.unit.credit.factories import make_fact

ON = date(2026, 6, 30)


def contract(name: str, value: str = "800000.00", number: str = "", source: str = "某局") -> Fact:
    details = {"contract_number": number} if number else {}
    return make_fact("technology_contract", Decimal(value), id=name, source=source, details=details)


def test_a_contract_entered_by_hand_and_registered_too_is_one() -> None:
    by_hand = contract("a", "900000.00", "2026 3701 0200 0001")
    registered = contract("b", number="2026370102000001", source="registry")

    total = take_reading(
        Measure(How.SUM, ("technology_contract",)),
        {"technology_contract": [by_hand, registered]},
        ON,
    )

    assert total is not None
    assert total.value == Decimal("800000.00")
    assert total.facts == (registered,)


def test_without_a_number_the_same_day_and_value_from_another_source_is_the_same() -> None:
    registered = contract("b", number="2026370102000001", source="registry")
    another = contract("c", number="2026370102000002", source="registry")

    assert count_once([contract("a"), registered]) == [registered]
    assert count_once([contract("a", "1.00"), registered])[0].id == "a"
    assert len(count_once([contract("a"), contract("d"), registered])) == 2
    assert len(count_once([contract("a"), contract("d"), registered, another])) == 2


def test_one_source_knows_what_it_reports() -> None:
    twins = [contract("a"), contract("b")]

    assert count_once(twins) == twins
    assert count_once([contract("a", number="1"), contract("b", number="2")]) == [
        contract("a", number="1"),
        contract("b", number="2"),
    ]


def test_events_keep_their_order() -> None:
    facts = [contract("z", "1.00"), contract("a", "2.00"), contract("m", "3.00", "9")]

    assert count_once(facts) == facts

"""The trade's contract: what is said, else what the case knows; nothing is invented."""

import pytest

from gateway.rules.contracts import Achieved, complete_terms, list_said_terms
from kit.errors import InvalidInput
from tests.unit.gateway.histories import make_case

UNIVERSITY = Achieved("123700004955000143", "山东某大学", "university", ("equity", "license"))


def test_an_empty_result_takes_everything_from_the_case():
    case = make_case()

    terms = complete_terms(list_said_terms({}), case, UNIVERSITY)

    assert (terms["type"], terms["total_yuan"]) == ("license", "500000.00")
    assert terms["seller"]["kind"] == "university"
    assert terms["buyer"] == {"uscc": case.uscc, "name": "某公司", "kind": "enterprise"}
    assert terms["technology_yuan"] is None


@pytest.mark.parametrize(
    "result",
    [
        {"contract": {"type": "service", "amount_yuan": "9.00"}},
        {"type": "service", "amount_yuan": "9.00"},
        {"contract_type": "service", "total_yuan": "9.00"},
    ],
)
def test_terms_may_be_said_in_a_contract_or_flat(result):
    terms = complete_terms(list_said_terms(result), make_case(), UNIVERSITY)

    assert (terms["type"], terms["total_yuan"]) == ("service", "9.00")


def test_a_party_may_be_named_by_its_uscc_alone():
    terms = complete_terms({"type": "service", "seller": "91370102MA3D000200"}, make_case(), None)

    assert terms["seller"] == {
        "name": "91370102MA3D000200",
        "kind": "enterprise",
        "uscc": "91370102MA3D000200",
    }


def test_what_nobody_knows_is_named():
    with pytest.raises(InvalidInput) as refusal:
        complete_terms({}, make_case(), None)

    assert [fault.pointer for fault in refusal.value.faults] == [
        "/result/contract/type",
        "/result/contract/seller",
    ]


def test_a_sixth_type_of_contract_is_refused():
    with pytest.raises(InvalidInput):
        complete_terms({"type": "barter"}, make_case(), UNIVERSITY)

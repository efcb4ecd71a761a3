"""A weak profile gets measures; every ground of refusal is checked before, unknowns are asked."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.credit.rules.enhancements import (
    Patent,
    Standing,
    Wish,
    check_patent,
    propose_measures,
)
from services.credit.store.enhancements import get_enhancements

PACK = get_enhancements()
WISH = Wish(Decimal("3000000"), date(2029, 12, 31))
GOOD: dict[str, Any] = {
    "is_owner": True,
    "is_granted": True,
    "is_lapsed": False,
    "is_declared_invalid": False,
    "is_fee_paid": True,
    "is_disputed": False,
    "is_frozen": False,
    "is_invalidation_started": False,
    "is_pledged": False,
    "has_co_owners_consent": True,
    "expires_on": date(2035, 1, 1),
    "has_forfeiture_clause": False,
}


def test_there_are_twelve_grounds_and_a_good_patent_meets_none() -> None:
    assert len(PACK.grounds) == 12
    assert check_patent(PACK.grounds, Patent("p", GOOD), WISH).standing is Standing.OPEN


@pytest.mark.parametrize("ground", PACK.grounds, ids=lambda ground: ground.code)
def test_each_ground_alone_refuses_and_alone_unknown_asks(ground: Any) -> None:
    bad = date(2028, 1, 1) if ground.fact == "expires_on" else ground.refused_when
    refused = check_patent(PACK.grounds, Patent("p", GOOD | {ground.fact: bad}), WISH)
    asked = check_patent(PACK.grounds, Patent("p", GOOD | {ground.fact: None}), WISH)

    assert (refused.standing, [each.code for each in refused.against]) == (
        Standing.REFUSED,
        [ground.code],
    )
    assert (asked.standing, [each.code for each in asked.unknown]) == (
        Standing.NEEDS_INFO,
        [ground.code],
    )


def test_open_measures_come_first() -> None:
    patents = [Patent("p", GOOD)]
    by_code = {
        each.measure.code: each.standing
        for each in propose_measures(PACK, {"tech_sme_number"}, patents, WISH)
    }
    too_much = propose_measures(PACK, set(), [], Wish(Decimal("30000000.01"), None))

    assert set(by_code.values()) == {Standing.OPEN}
    assert [each.standing for each in too_much] == [
        Standing.NEEDS_INFO,
        Standing.REFUSED,
        Standing.REFUSED,
    ]


def test_shares_of_a_measure_add_up() -> None:
    for measure in PACK.measures:
        assert not measure.shares or sum(measure.shares.values()) == 1

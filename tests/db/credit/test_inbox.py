"""What the registry tells becomes facts by itself, once, and moves the next profile."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import text

from kit.auth import Role
from kit.clock import now, today
from kit.db import Database, new_id
from tests.db.credit.conftest import BANK, ENTERPRISE, ENTERPRISE_2, SERVICE, City
from tests.serving import make_principal

Json = Any


def _tell(
    city: City,
    kind: str,
    data: Json,
    event_id: str | None = None,
    house: str = "achievements",
    at: datetime | None = None,
) -> int:
    envelope = {
        "specversion": "1.0",
        "id": event_id or new_id(),
        "source": house,
        "type": f"{house}.{kind}",
        "subject": ENTERPRISE.uscc,
        "time": (at or now()).isoformat(),
        "data": data,
    }
    return city.call(SERVICE, "POST", "/internal/events", envelope).status_code


def _contract(**overrides: Json) -> Json:
    return {
        "contract_id": new_id(),
        "contract_number": "2026370102000001",
        "type": "license",
        "title": "一种检测方法的许可",
        "seller": {"uscc": ENTERPRISE_2.uscc, "name": ENTERPRISE_2.org_name, "kind": "enterprise"},
        "buyer": {"uscc": ENTERPRISE.uscc, "name": ENTERPRISE.org_name, "kind": "enterprise"},
        "total_yuan": "800000.00",
        "technology_yuan": "600000.00",
        "registered_by": "jinan_municipal",
        "registered_on": today().isoformat(),
        "achievement_id": None,
        "case_id": None,
    } | overrides


def _indicator(profile: Json, code: str) -> Json:
    return next(
        indicator
        for dimension in profile["dimensions"]
        for indicator in dimension["indicators"]
        if indicator["code"] == code
    )


def test_a_registered_contract_moves_the_next_profile_of_both_sides(city: City) -> None:
    consents = {uscc: city.grant(uscc=uscc) for uscc in (ENTERPRISE.uscc, ENTERPRISE_2.uscc)}
    event_id, contract = new_id(), _contract()

    statuses = [_tell(city, "contract-registered", contract, event_id) for _ in range(3)]

    assert statuses == [204, 204, 204]
    for uscc, consent_id in consents.items():
        profile = city.look(consent_id, uscc=uscc).json()["profile"]
        count = _indicator(profile, "technology_contracts")
        assert (count["value"], count["points"], count["source"]) == (1, 25, "registry")
        assert _indicator(profile, "technology_contract_value")["value"] == "600000.00"


def test_the_same_contract_in_another_event_is_the_same_fact(city: City) -> None:
    uscc = "12100000495570303U"
    contract = _contract(buyer={"uscc": uscc, "name": "某研究院", "kind": "institute"})
    _tell(city, "contract-registered", contract)
    _tell(city, "contract-registered", contract | {"technology_yuan": "700000.00"})

    profile = city.look(city.grant(uscc=uscc), uscc=uscc).json()["profile"]

    assert _indicator(profile, "technology_contracts")["value"] == 1
    assert _indicator(profile, "technology_contract_value")["value"] == "700000.00"


def test_a_cancelled_contract_is_no_fact_any_more_even_if_its_registration_comes_later(
    city: City,
) -> None:
    uscc = "914403001922038216"
    buyer = {"uscc": uscc, "name": "某科技公司", "kind": "enterprise"}
    kept = _contract(contract_id="kept", buyer=buyer)
    gone = _contract(contract_id="gone", buyer=buyer)
    ended = {"cancelled_on": today().isoformat(), "reason": "双方解除"}
    _tell(city, "contract-registered", kept)
    _tell(city, "contract-cancelled", gone | ended)
    _tell(city, "contract-registered", gone)
    _tell(city, "contract-cancelled", gone | ended)

    profile = city.look(city.grant(uscc=uscc), uscc=uscc).json()["profile"]
    assert _indicator(profile, "technology_contracts")["value"] == 1

    _tell(city, "contract-cancelled", kept | ended)
    profile = city.look(city.grant(uscc=uscc), uscc=uscc).json()["profile"]
    counted = {
        each["code"]: each["value"]
        for dimension in profile["dimensions"]
        for each in dimension["indicators"]
    }
    assert counted.get("technology_contracts") in (None, 0)


def test_a_withdrawn_achievement_is_no_fact_any_more_in_whatever_order_it_is_heard(
    city: City,
) -> None:
    uscc, day = "91110000802100433B", today().isoformat()
    items = [
        {"achievement_id": each, "title": f"撤下的{each}", "occurred_on": day, "trl": None}
        for each in ("gone-1", "gone-2")
    ]
    gone = {"uscc": uscc, "because": "rolled_back", "withdrawn_on": day, "count": 2, "items": items}
    before = now()

    told = [
        _tell(city, "achievements-registered", {"uscc": uscc, "items": items[:1]}),
        _tell(city, "achievements-withdrawn", gone),
        _tell(city, "achievements-registered", {"uscc": uscc, "items": items[1:]}, at=before),
    ]

    assert told == [204, 204, 204]
    assert list_standing(city, "achievement:gone-") == ["revoked", "revoked"]


def list_standing(city: City, source: str) -> list[str]:
    """How the newest records of some facts of the registry stand, in the order of their ids."""
    database = Database(city.settings.database_of("credit"), pool_size=1)
    with database.read() as session:
        standing = session.execute(
            text(
                "SELECT standing FROM facts WHERE source_id LIKE :source || '%'"
                " AND recorded_to IS NULL ORDER BY source_id"
            ),
            {"source": source},
        ).scalars()
        found = list(standing)
    database.close()
    return found


_AWARD = {
    "award_id": "again",
    "scheme": "shandong_st_progress",
    "level": "first",
    "title": "奖",
    "awarded_on": "2024-03-01",
}
_PLATFORM = {
    "platform_id": "again",
    "kind": "enterprise_rd",
    "name": "研究院",
    "certified_on": "2024-03-01",
}
_YEAR = {"year": 2019, "total_yuan": "5000.00"}


@pytest.mark.parametrize(
    ("source", "told", "taken", "entered"),
    [
        ("award:again", "award-recorded", "awards-withdrawn", _AWARD),
        ("platform:again", "platform-certified", "platforms-withdrawn", _PLATFORM),
        ("rd:2019", "rd-expenditure-recorded", "rd-expenditure-withdrawn", _YEAR),
    ],
)
def test_what_the_registry_takes_back_is_revoked_and_stands_once_it_is_entered_again(
    city: City, source: str, told: str, taken: str, entered: Json
) -> None:
    uscc, day = "914403001922038216", today().isoformat()
    news = {"uscc": uscc, "occurred_on": day, **entered}
    gone = {"uscc": uscc, "because": "rolled_back", "withdrawn_on": day, "items": [entered], **news}
    before = now()

    for kind, data in ((told, news), (taken, gone)):
        assert _tell(city, kind, data) == 204
    late = _tell(city, told, news, at=before)
    assert (late, list_standing(city, source)) == (204, ["revoked"])

    assert _tell(city, told, news) == 204
    assert _tell(city, told, news) == 204
    assert list_standing(city, source) == ["revoked", "stands"]

    assert _tell(city, taken, gone) == 204
    assert list_standing(city, source) == ["revoked", "revoked"]


def test_everything_the_registry_tells_finds_its_place(city: City) -> None:
    uscc = "91110000802100433B"
    day = today().isoformat()
    achievement = {
        "title": "一种检测方法",
        "occurred_on": day,
        "trl": 6,
        "intellectual_property": [],
    }
    told = {
        "organization-registered": {"uscc": uscc, "name": "某公司", "kind": "enterprise"},
        "achievement-registered": {"uscc": uscc, "achievement_id": "a1", **achievement},
        "achievements-registered": {
            "uscc": uscc,
            "count": 2,
            "items": [{"achievement_id": each, **achievement} for each in ("a1", "a2")],
        },
        "award-recorded": {
            "uscc": uscc,
            "award_id": "w1",
            "scheme": "shandong_st_progress",
            "level": "first",
            "title": "科技进步奖",
            "awarded_on": day,
        },
        "platform-certified": {
            "uscc": uscc,
            "platform_id": "p1",
            "kind": "enterprise_rd",
            "name": "研发中心",
            "certified_on": day,
        },
        "rd-expenditure-recorded": {
            "uscc": uscc,
            "year": today().year - 1,
            "total_yuan": "5000000.00",
            "occurred_on": day,
        },
        "something-new": {"whatever": 1},
    }

    assert {_tell(city, kind, data) for kind, data in told.items()} == {204}

    profile = city.look(city.grant(uscc=uscc), uscc=uscc).json()["profile"]
    assert _indicator(profile, "registered_achievements")["value"] == 2
    assert _indicator(profile, "awards")["value"] == 1
    assert _indicator(profile, "platforms")["value"] == 1


def test_a_contract_entered_by_hand_and_registered_too_counts_once(city: City) -> None:
    uscc, number = "12100000400000624D", "2026370102000077"
    side = {"uscc": uscc, "name": "某研究院", "kind": "institute"}
    by_hand = {
        "uscc": uscc,
        "item": "technology_contract",
        "value": "800000.00",
        "source": "历下区科学技术局",
        "valid_from": today().isoformat(),
        "details": {"contract_number": "2026 3701 0200 0077"},
    }
    assert city.post_facts(by_hand).json()["items"][0]["result"] == "created"
    _tell(city, "contract-registered", _contract(contract_number=number, seller=side))

    profile = city.look(city.grant(uscc=uscc), uscc=uscc).json()["profile"]

    assert _indicator(profile, "technology_contracts")["value"] == 1
    assert _indicator(profile, "technology_contract_value")["value"] == "600000.00"


def test_what_the_financing_flow_tells_becomes_facts_once(city: City) -> None:
    uscc = "914403001922038216"
    loan = {
        "loan_id": "l1",
        "case_id": "k1",
        "uscc": uscc,
        "bank": {"uscc": BANK.uscc, "name": BANK.org_name},
        "disbursed_yuan": "3000000.00",
        "outstanding_yuan": "1000000.00",
        "on": today().isoformat(),
    }
    support = {
        "support_id": "s1",
        "case_id": "k1",
        "uscc": uscc,
        "institution": {"uscc": BANK.uscc, "name": BANK.org_name},
        "amount_yuan": "500000.00",
        "on": today().isoformat(),
    }
    told = [
        ("loan-disbursed", loan),
        ("loan-disbursed", loan),
        ("loan-overdue", loan),
        ("loan-settled", loan),
        ("guarantee-issued", support),
        ("guarantee-issued", support | {"support_id": "s2", "amount_yuan": None}),
        ("investment-closed", support | {"support_id": "s3"}),
    ]

    assert {_tell(city, kind, data, house="gateway") for kind, data in told} == {204}

    path = f"/v1/enterprises/{uscc}/facts"
    facts = city.call(make_principal(Role.ENTERPRISE, uscc), "GET", path).json()["items"]
    assert sorted((each["item"], each["value"]) for each in facts) == [
        ("guarantee_issued_yuan", "500000.00"),
        ("investment_closed_yuan", "500000.00"),
        ("loan_disbursed_yuan", "3000000.00"),
        ("loan_overdue_yuan", "1000000.00"),
        ("loan_settled_yuan", "3000000.00"),
    ]


def test_a_subsidy_clawed_back_stands_beside_the_payment(city: City) -> None:
    uscc = "914403001922038216"
    said = {"uscc": uscc, "application_id": "a1", "rule": "award", "amount_yuan": "50000.00"}
    paid = said | {"payment_id": "p1", "paid_on": today().isoformat()}
    back = said | {"claw_back_id": "c1", "received_on": today().isoformat(), "reason": "获奖被撤销"}

    told = [("subsidy-paid", paid), ("subsidy-clawed-back", back), ("subsidy-clawed-back", back)]
    assert [_tell(city, kind, data, house="subsidies") for kind, data in told] == [204] * 3

    path = f"/v1/enterprises/{uscc}/facts"
    facts = city.call(make_principal(Role.ENTERPRISE, uscc), "GET", path).json()["items"]
    subsidies = [each for each in facts if each["item"].startswith("subsidy")]
    assert sorted((each["item"], each["value"]) for each in subsidies) == [
        ("subsidy_clawed_back", "50000.00"),
        ("subsidy_paid", "50000.00"),
    ]


def test_only_services_deliver_events(city: City) -> None:
    assert city.call(BANK, "POST", "/internal/events", {}).status_code == 403

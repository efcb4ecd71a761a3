"""免申即享: what follows from events and the city's payments, in whatever order they come."""

from itertools import permutations
from threading import Thread

from kit.db import new_id
from tests.db.subsidies.conftest import (
    AUDITOR,
    ENTERPRISE,
    ENTERPRISE_2,
    OFFICER,
    UNIVERSITY,
    make_contract,
    make_organization,
    make_payment,
)


def seen(items):
    """What matters of entitlements: ids and instants aside."""
    return sorted(
        (one["rule"], one["contract_number"] or "", one["outcome"], one["amount_yuan"] or "-",
         one["amount_kind"] or "-", one["payment_ref"] or "-")
        for one in items
    )  # fmt: skip


def test_a_registered_contract_waits_for_the_city_and_then_has_an_amount(bureau):
    contract = make_contract()
    bureau.tell("organization-registered", make_organization(ENTERPRISE))
    bureau.tell("contract-registered", contract)

    [waiting] = bureau.entitlements(ENTERPRISE.uscc)
    assert (waiting["outcome"], waiting["amount_yuan"]) == ("pending", "0.00")
    assert waiting["next_acts"] == ["市级补助经费拨付"]
    assert waiting["payment_ref"] is None

    paid = bureau.pay(payment_ref="JN-1", contract_number=contract["contract_number"])
    assert paid.status_code == 201
    [due] = bureau.entitlements(ENTERPRISE.uscc)
    assert due["id"] == waiting["id"] == paid.json()["entitlements"][0]
    assert (due["outcome"], due["amount_yuan"], due["amount_kind"]) == (
        "eligible",
        "60000.00",
        "ceiling",
    )
    assert {fact["fact"]: fact["source"] for fact in due["facts"]}["disbursed_yuan"] == (
        "city_payment"
    )
    assert due["reasons"][0]["quote"].startswith("辖区内企业、科研院所")


def test_the_other_party_still_waits_and_a_university_is_then_for_a_person(bureau):
    contract = make_contract()
    bureau.tell("organization-registered", make_organization(UNIVERSITY))
    bureau.tell("contract-registered", contract)
    bureau.pay(contract_id=contract["contract_id"])

    [waiting] = bureau.entitlements(UNIVERSITY.uscc)
    assert waiting["outcome"] == "pending"

    bureau.pay(contract_id=contract["contract_id"], uscc=UNIVERSITY.uscc)
    [open_question] = bureau.entitlements(UNIVERSITY.uscc)
    assert (open_question["outcome"], open_question["amount_yuan"]) == ("needs_review", None)
    assert {one["reading"]: one["amount_yuan"] for one in open_question["options"]} == {
        "university_counts": "60000.00",
        "university_excluded": "0.00",
    }


def test_every_order_of_events_and_payments_gives_the_same_entitlements(bureau):
    bureau.tell("organization-registered", make_organization(ENTERPRISE_2))
    results = set()
    for run, order in enumerate(permutations(range(3))):
        enterprise = ENTERPRISE_2.uscc
        contract = make_contract(
            contract_number=f"{2026370102000000 + run}",
            buyer={"uscc": enterprise, "name": "泉韵", "kind": "enterprise"},
        )
        payments = [
            make_payment(
                payment_ref=f"R{run}-{part}",
                uscc=enterprise,
                disbursed_yuan=f"{part}0000.00",
                contract_number=contract["contract_number"],
            )
            for part in (1, 2)
        ]
        acts = [
            lambda contract=contract: bureau.tell("contract-registered", contract),
            lambda payment=payments[0]: bureau.call(OFFICER, "POST", "/v1/city-payments", payment),
            lambda payment=payments[1]: bureau.call(OFFICER, "POST", "/v1/city-payments", payment),
        ]
        for act in order:
            acts[act]()
        mine = [
            one
            for one in bureau.entitlements(enterprise)
            if one["contract_number"] == contract["contract_number"]
        ]
        results.add(tuple(sorted((one["outcome"], one["amount_yuan"]) for one in mine)))

    assert results == {(("eligible", "10000.00"), ("eligible", "20000.00"))}


def test_an_event_that_comes_twice_changes_nothing(bureau):
    contract, event = make_contract(), new_id()
    bureau.tell("contract-registered", contract, id=event)
    before = seen(bureau.entitlements(ENTERPRISE.uscc))

    bureau.tell("contract-registered", contract, id=event)
    bureau.tell("contract-registered", contract)

    assert seen(bureau.entitlements(ENTERPRISE.uscc)) == before
    assert len(before) == 1


def test_a_late_event_does_not_undo_a_newer_one(bureau):
    newer = make_organization(ENTERPRISE, in_district=False)
    bureau.tell("organization-registered", newer, time="2026-11-23T10:00:00+08:00")
    bureau.tell("organization-registered", make_organization(ENTERPRISE))
    bureau.tell("contract-registered", make_contract())

    [mine] = bureau.entitlements(ENTERPRISE.uscc)

    assert mine["outcome"] == "not_eligible"


def test_a_payment_and_its_contract_at_the_same_moment_find_each_other(bureau):
    for _ in range(8):
        contract = make_contract()
        acts = [
            Thread(target=bureau.tell, args=("contract-registered", contract)),
            Thread(target=bureau.pay, kwargs={"contract_number": contract["contract_number"]}),
        ]
        for act in acts:
            act.start()
        for act in acts:
            act.join()

    outcomes = [one["outcome"] for one in bureau.entitlements(ENTERPRISE.uscc)]
    assert outcomes == ["eligible"] * 8


def test_an_award_is_an_entitlement_at_once(bureau):
    bureau.tell("organization-registered", make_organization(ENTERPRISE))
    award = {
        "uscc": ENTERPRISE.uscc,
        "award_id": "w1",
        "scheme": "shandong_st_progress",
        "level": "second",
        "title": "某成果",
        "awarded_on": "2024-12-01",
    }
    bureau.tell("award-recorded", award)

    [mine] = bureau.entitlements(ENTERPRISE.uscc)

    assert (mine["rule"], mine["outcome"], mine["amount_yuan"]) == ("award", "eligible", "40000.00")


def test_an_organisation_sees_its_own_and_the_bureau_and_auditor_all(bureau):
    bureau.tell("contract-registered", make_contract())

    own = bureau.call(ENTERPRISE, "GET", "/v1/entitlements").json()["items"]
    assert {one["uscc"] for one in own} == {ENTERPRISE.uscc}
    others = bureau.call(ENTERPRISE_2, "GET", f"/v1/entitlements?uscc={ENTERPRISE.uscc}")
    assert others.status_code == 403
    hidden = bureau.call(ENTERPRISE_2, "GET", f"/v1/entitlements/{own[0]['id']}")
    assert hidden.status_code == 404
    assert len(bureau.call(AUDITOR, "GET", "/v1/entitlements").json()["items"]) == 2
    assert bureau.call(None, "GET", "/v1/entitlements").status_code == 401


def test_pages_of_entitlements_hold_each_one_once(bureau):
    for _ in range(5):
        bureau.tell("contract-registered", make_contract())

    ids, cursor = [], ""
    while cursor is not None:
        path = f"/v1/entitlements?limit=3{f'&cursor={cursor}' if cursor else ''}"
        page = bureau.call(OFFICER, "GET", path).json()
        ids += [one["id"] for one in page["items"]]
        cursor = page["next_cursor"]

    assert len(ids) == len(set(ids)) == 10


def test_a_corrected_contract_moves_the_entitlement_to_the_new_party(bureau):
    contract = make_contract()
    bureau.tell("contract-registered", contract)
    buyer = {"uscc": ENTERPRISE_2.uscc, "name": "泉韵", "kind": "enterprise"}
    bureau.tell(
        "contract-registered", contract | {"buyer": buyer}, time="2026-11-23T11:00:00+08:00"
    )

    assert bureau.entitlements(ENTERPRISE.uscc) == []
    assert len(bureau.entitlements(ENTERPRISE_2.uscc)) == 1


def test_a_cancelled_contract_entitles_nobody_whatever_the_order_of_the_news(bureau):
    registered = make_contract(contract_number="2026370102009001")
    late = make_contract(contract_number="2026370102009002")
    for contract in (registered, late):
        cancelled = contract | {"cancelled_on": "2026-11-20", "reason": "双方解除"}
        news = [("contract-registered", contract), ("contract-cancelled", cancelled)]
        times = ["2026-11-01T09:00:00+08:00", "2026-11-20T09:00:00+08:00"]
        told = list(zip(news, times, strict=True))
        for (kind, data), at in told if contract is registered else reversed(told):
            bureau.tell(kind, data, time=at)

    outcomes = {
        one["contract_number"]: one["outcome"] for one in bureau.entitlements(ENTERPRISE.uscc)
    }
    assert outcomes["2026370102009001"] == outcomes["2026370102009002"] == "not_eligible"


def test_a_changed_contract_keeps_its_entitlement_with_the_new_terms(bureau):
    contract = make_contract(contract_number="2026370102009003")
    bureau.tell("contract-registered", contract)
    before = seen(bureau.entitlements(ENTERPRISE.uscc))
    changed = contract | {"title": "变更后的合同", "changed_on": "2026-11-20", "reason": "补充协议"}
    bureau.tell("contract-changed", changed)

    after = bureau.entitlements(ENTERPRISE.uscc)
    assert len(after) == len(before)
    assert "变更后的合同" in {one["title"] for one in after}

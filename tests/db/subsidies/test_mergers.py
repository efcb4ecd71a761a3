"""When two organisations turn out to be one, what may be paid twice is held for an officer."""

import pytest

from tests.db.subsidies.conftest import ENTERPRISE, ENTERPRISE_2, make_contract, make_organization
from tests.db.subsidies.paying import (
    HEADER,
    OFFICER,
    OFFICER_2,
    PATH,
    allot,
    approve,
    ask_sql,
    at_once,
    clear,
    confirm,
    decide,
    doubles,
    due,
    hand_in,
    make_award,
    make_platform,
    order,
    row,
    step,
    tell_merger,
)


@pytest.fixture
def firms(bureau):
    for owner in (ENTERPRISE, ENTERPRISE_2):
        bureau.tell("organization-registered", make_organization(owner))
    return bureau


@pytest.fixture
def payments(firms):
    """One contract, and its subsidy recorded for either party: two payments, until they merge."""
    side = {"uscc": ENTERPRISE_2.uscc, "name": "泉韵", "kind": "enterprise"}
    contract = make_contract(seller=side)
    firms.tell("contract-registered", contract)
    for ref, owner in (("A1", ENTERPRISE), ("B1", ENTERPRISE_2)):
        paid = firms.pay(payment_ref=ref, uscc=owner.uscc, contract_id=contract["contract_id"])
        assert paid.json()["state"] == "counted"
    allot(firms, "1000000.00")
    return firms


def apply_for(bureau, *, ratio=None):
    """The applications for all that is due, approved, by the organisation."""
    items = {item["id"]: item["uscc"] for item in due(bureau)}
    done = confirm(bureau, *items)
    decided = {"match_ratio": ratio} if ratio else {}
    return {
        items[one["entitlement_id"]]: approve(bureau, one["application_id"], **decided)
        for one in done
    }


def pay_out(bureau, application, ref):
    """To the end of the road: on the account."""
    clear(bureau, application)
    batch = order(bureau, application).json()
    paid = hand_in(bureau, batch, HEADER + row(batch["lines"][0], ref=ref))
    assert [one["outcome"] for one in paid.json()["rows"]] == ["paid"]


def payment_state(bureau, ref):
    return bureau.call(OFFICER, "GET", f"/v1/city-payments/{ref}").json()["state"]


def application_of(bureau, application):
    return bureau.call(OFFICER, "GET", f"{PATH}/{application}").json()


def test_payments_recorded_before_the_merger_are_examined_again(payments):
    tell_merger(payments, ENTERPRISE_2, ENTERPRISE)

    [double] = doubles(payments, state="open")
    assert [double[side]["payment_ref"] for side in ("suspect", "twin")] == ["B1", "A1"]
    assert (double["cause"], double["noted_by"]) == ("merged", OFFICER.client_id)
    assert [one["payment_ref"] for one in due(payments)] == ["A1"]
    [held] = payments.entitlements(ENTERPRISE_2.uscc)
    assert (held["outcome"], held["suspected_doubles"]) == ("pending", [double["id"]])
    [refused] = confirm(payments, held["id"])
    assert refused["problem"]["code"] == "not_due"
    assert payment_state(payments, "B1") == "held"


def test_an_organisation_that_ended_goes_on_in_its_successor(payments):
    ended = make_organization(ENTERPRISE_2, successor_uscc=ENTERPRISE.uscc)
    payments.tell("organization-registered", ended, time="2026-11-24T09:00:00+08:00")

    [double] = doubles(payments, state="open")
    assert (double["suspect"]["payment_ref"], double["noted_by"]) == ("B1", "achievements")


def test_what_is_further_from_the_money_is_held_whichever_was_recorded_first(payments):
    [later] = [item for item in due(payments) if item["payment_ref"] == "B1"]
    [confirmed] = confirm(payments, later["id"])
    approve(payments, confirmed["application_id"], match_ratio="1")

    tell_merger(payments, ENTERPRISE_2, ENTERPRISE)

    assert [payment_state(payments, ref) for ref in ("A1", "B1")] == ["held", "counted"]


def test_an_approved_application_stops_until_another_officer_has_decided(payments):
    applications = apply_for(payments, ratio="1")
    tell_merger(payments, ENTERPRISE, ENTERPRISE_2)
    [double] = doubles(payments, state="open")
    held = double["suspect"]["application_id"]

    stopped = step(payments, OFFICER, held, "publish")
    by_the_recorder = decide(payments, double["id"], "distinct", OFFICER)
    seen = application_of(payments, held)
    decided = decide(payments, double["id"], "distinct")

    assert held in applications.values()
    assert (stopped.status_code, stopped.json()["code"]) == (409, "double_suspected")
    assert stopped.json()["suspected_doubles"] == seen["suspected_doubles"] == [double["id"]]
    assert (seen["steps"][-1]["act"], seen["allowed"]) == ("hold", ["refuse", "withdraw"])
    assert by_the_recorder.json()["code"] == "second_person_needed"
    assert [one["act"] for one in double["next"]] == ["decide"]
    assert (decided.json()["state"], decided.json()["next"]) == ("distinct", [])
    clear(payments, held)
    assert order(payments, *applications.values()).status_code == 409
    clear(payments, double["twin"]["application_id"])
    assert order(payments, *applications.values()).status_code == 201


def test_what_was_found_to_be_one_is_refused_and_frees_the_budget(payments):
    applications = apply_for(payments, ratio="1")
    for application in applications.values():
        clear(payments, application)
    tell_merger(payments, ENTERPRISE, ENTERPRISE_2)
    [double] = doubles(payments)
    held = double["suspect"]["application_id"]

    decided = decide(payments, double["id"], "duplicate").json()
    ordered = [order(payments, one).status_code for one in applications.values()]
    refused = step(payments, OFFICER_2, held, "refuse", reason="同一笔市级拨付")

    assert [one["act"] for one in decided["next"]] == ["refuse"]
    assert sorted(ordered) == [201, 409]
    assert refused.json()["state"] == "refused"
    assert ask_sql(payments, "SELECT committed_yuan::text FROM budgets") == "60000.00"


def test_what_was_paid_twice_is_shown_with_the_claw_back_as_the_next_act(payments):
    for number, application in enumerate(apply_for(payments, ratio="1").values()):
        pay_out(payments, application, f"B{number}")
    tell_merger(payments, ENTERPRISE_2, ENTERPRISE)

    [double] = doubles(payments, state="open")
    assert [one["act"] for one in double["next"]] == ["claw_back", "decide"]
    assert double["suspect"]["paid_yuan"] == double["twin"]["paid_yuan"] == "60000.00"
    money = {
        "amount_yuan": "60000.00",
        "received_on": "2026-11-23",
        "bank_ref": "R1",
        "reason": "合并后查明为同一笔市级拨付",
    }
    back = payments.call(OFFICER_2, "POST", double["next"][0]["path"], money)
    assert back.json()["state"] == "clawed_back"
    [after] = doubles(payments)
    assert [one["act"] for one in after["next"]] == ["decide"]
    assert decide(payments, after["id"], "duplicate").status_code == 200
    assert due(payments) == []


def test_a_line_already_in_a_batch_leaves_the_payment_file(payments):
    applications = list(apply_for(payments, ratio="1").values())
    for application in applications:
        clear(payments, application)
    batch = order(payments, *applications).json()
    tell_merger(payments, ENTERPRISE, ENTERPRISE_2)

    path = f"/v1/disbursements/{batch['id']}/file"
    held = payments.call(OFFICER, "GET", path).text
    decide(payments, doubles(payments)[0]["id"], "distinct")
    whole = payments.call(OFFICER, "GET", path).text

    assert (len(held.splitlines()), len(whole.splitlines())) == (2, 3)


def test_a_merger_undone_lets_both_go_on(payments):
    applications = apply_for(payments, ratio="1")
    tell_merger(payments, ENTERPRISE, ENTERPRISE_2)
    tell_merger(payments, ENTERPRISE, ENTERPRISE_2, ended=True, at="10:00:00")

    assert [one["state"] for one in doubles(payments)] == ["lapsed"]
    for application in applications.values():
        clear(payments, application)
    assert order(payments, *applications.values()).status_code == 201
    again = tell_merger(payments, ENTERPRISE, ENTERPRISE_2, at="11:00:00")
    assert again.status_code == 204
    assert [one["state"] for one in doubles(payments)] == ["lapsed", "open"]


def test_what_was_decided_on_a_merger_that_is_undone_comes_back_to_a_person(payments):
    tell_merger(payments, ENTERPRISE_2, ENTERPRISE)
    decide(payments, doubles(payments)[0]["id"], "duplicate")
    tell_merger(payments, ENTERPRISE_2, ENTERPRISE, ended=True, at="10:00:00")

    old, new = doubles(payments)
    assert (old["state"], old["outcome"]) == ("lapsed", "duplicate")
    assert (new["state"], new["cause"]) == ("open", "unmerged")
    assert payment_state(payments, "B1") == "held"
    assert decide(payments, new["id"], "distinct").status_code == 200
    assert {one["payment_ref"] for one in due(payments)} == {"A1", "B1"}


def test_the_order_of_the_words_about_a_merger_does_not_matter(payments):
    tell_merger(payments, ENTERPRISE_2, ENTERPRISE, ended=True, at="10:00:00")
    tell_merger(payments, ENTERPRISE_2, ENTERPRISE, at="09:00:00")
    assert doubles(payments) == []

    tell_merger(payments, ENTERPRISE_2, ENTERPRISE, merger_id="m2")
    tell_merger(payments, ENTERPRISE_2, ENTERPRISE, merger_id="m3")
    assert [one["state"] for one in doubles(payments)] == ["open"]

    tell_merger(payments, ENTERPRISE_2, ENTERPRISE, ended=True, at="10:00:00", merger_id="m2")
    assert [one["state"] for one in doubles(payments)] == ["open"]


@pytest.mark.parametrize("kind", ["enterprise_rd", "key_laboratory"])
def test_platforms_and_laboratories_of_merged_firms_are_held(firms, kind):
    rule = {"enterprise_rd": "rd_platform"}.get(kind, kind)
    decided = {"approved_amount_yuan": "30000.00"} if rule == "key_laboratory" else {}
    allot(firms, "1000000.00", rule)
    for owner in (ENTERPRISE, ENTERPRISE_2):
        firms.tell("platform-certified", make_platform(owner, kind))
    done = confirm(firms, *(item["id"] for item in due(firms)))
    first, second = (one["application_id"] for one in done)
    approve(firms, first, **decided)
    step(firms, OFFICER, second, "review", **decided)
    tell_merger(firms, ENTERPRISE, ENTERPRISE_2)

    [double] = doubles(firms, state="open")
    sides = [double[side]["application_id"] for side in ("suspect", "twin")]
    stopped = step(firms, OFFICER_2, second, "approve")
    by_the_reviewer = decide(firms, double["id"], "distinct", OFFICER)
    decide(firms, double["id"], "distinct")
    approved = step(firms, OFFICER_2, second, "approve")

    assert sides == [second, first]
    assert stopped.json()["code"] == "double_suspected"
    assert by_the_reviewer.json()["code"] == "second_person_needed"
    assert approved.status_code == 200, approved.text
    for application in (first, second):
        clear(firms, application)
    assert order(firms, first, second).status_code == 201


def test_one_prize_under_two_titles_is_held_and_two_levels_are_not(firms):
    allot(firms, "1000000.00", "award")
    firms.tell("award-recorded", make_award(ENTERPRISE))
    title = "固态锂电池关键技术及其应用"
    firms.tell("award-recorded", make_award(ENTERPRISE_2, title=title))
    other = {"award_id": "x", "level": "second", "title": "另一成果"}
    firms.tell("award-recorded", make_award(ENTERPRISE_2, **other))
    confirm(firms, *(item["id"] for item in due(firms)))

    tell_merger(firms, ENTERPRISE, ENTERPRISE_2)

    [double] = doubles(firms)
    assert double["suspect"]["rule"] == "award"


def test_after_a_merger_undone_each_firm_stands_for_itself(firms):
    allot(firms, "1000000.00", "rd_platform")
    tell_merger(firms, ENTERPRISE_2, ENTERPRISE)
    firms.tell("platform-certified", make_platform(ENTERPRISE_2))
    [item] = due(firms)
    [one] = confirm(firms, item["id"])
    firms.tell("platform-certified", make_platform(ENTERPRISE))
    [own] = firms.entitlements(ENTERPRISE.uscc)
    [before] = confirm(firms, own["id"])
    tell_merger(firms, ENTERPRISE_2, ENTERPRISE, ended=True, at="10:00:00")
    [after] = confirm(firms, own["id"])

    assert before["problem"]["code"] == "applied_before"
    assert (one["status"], after["status"]) == (201, 201)


def test_no_race_between_a_merger_and_the_batches_pays_twice(payments):
    applications = list(apply_for(payments, ratio="1").values())
    for application in applications:
        clear(payments, application)
    acts = [lambda one=one: order(payments, one) for one in applications]
    acts.insert(1, lambda: tell_merger(payments, ENTERPRISE, ENTERPRISE_2))

    answers = at_once(lambda act: act().status_code, acts)

    [double] = doubles(payments)
    ordered = sum(code == 201 for code in answers)
    lines = []
    for batch in payments.call(OFFICER, "GET", "/v1/disbursements").json()["items"]:
        path = f"/v1/disbursements/{batch['id']}/file"
        lines += payments.call(OFFICER, "GET", path).text.splitlines()[1:]
    assert double["state"] == "open"
    assert set(answers) <= {201, 204, 409}
    assert ordered >= 1
    assert len(lines) == 1

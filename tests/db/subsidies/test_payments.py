"""兑现: from a confirmed entitlement to money that is paid once, and back."""

import os

import pytest
from sqlalchemy.exc import DBAPIError

from kit.clock import today
from tests.db.subsidies.conftest import AUDITOR, ENTERPRISE, ENTERPRISE_2, OFFICER
from tests.db.subsidies.paying import (
    HEADER,
    OFFICER_2,
    PATH,
    allot,
    approve,
    ask_sql,
    at_once,
    bring_to_payment,
    clear,
    confirm,
    hand_in,
    open_due,
    order,
    outcomes,
    row,
    run_sql,
    step,
)
from tests.serving import call_as

APPROVALS = min(int(os.environ.get("LIURONG_ROUNDS", "30")), 100)
"""A hundred by `LIURONG_ROUNDS=100`."""


def read(bureau, application):
    return bureau.call(OFFICER, "GET", f"{PATH}/{application}").json()


def test_a_confirmed_entitlement_walks_to_paid_and_credit_is_told(bureau):
    budget = allot(bureau, "100000.00")

    application, batch = bring_to_payment(bureau, ratio="0.5")
    [line] = batch["lines"]
    answer = hand_in(bureau, batch, HEADER + row(line))

    assert outcomes(answer) == ["paid"]
    paid = read(bureau, application)
    assert (paid["state"], paid["paid_yuan"]) == ("paid", "30000.00")
    assert [one["act"] for one in paid["steps"]] == [
        "draft",
        "submit",
        "review",
        "approve",
        "publish",
        "clear",
        "order",
        "pay",
    ]
    assert all(one["actor"] and one["actor_uscc"] for one in paid["steps"])
    assert {fact["source"] for fact in paid["facts"]} == {"registry", "city_payment"}
    kept = bureau.call(OFFICER, "GET", budget).json()
    assert (kept["committed_yuan"], kept["paid_yuan"]) == ("30000.00", "30000.00")
    event = ask_sql(bureau, "SELECT data FROM events WHERE type = 'subsidies.subsidy-paid'")
    assert (event["uscc"], event["amount_yuan"]) == (ENTERPRISE.uscc, "30000.00")
    assert (event["rule"], event["paid_on"]) == ("contract_match", today().isoformat())
    assert event["payment_id"] == answer.json()["rows"][0]["entry_id"]
    file = bureau.call(AUDITOR, "GET", f"/v1/disbursements/{batch['id']}/file")
    assert file.text.splitlines() == ["\ufeffline_id,payee_uscc,payee_name,amount_yuan"]


def test_each_row_of_the_bank_has_an_answer_and_nothing_is_booked_twice(bureau):
    budget = allot(bureau, "1000000.00")
    application, batch = bring_to_payment(bureau)
    other, other_batch = bring_to_payment(bureau)
    [line], [foreign] = batch["lines"], other_batch["lines"]
    content = HEADER + "".join(
        (
            row(line, "20000.00", "B1"),
            row(line, "20000.00", "B1"),
            row(line, "10000.00", "B1"),
            row(foreign, ref="B2"),
            row(line, "60000.00", "B3", payee=ENTERPRISE_2.uscc),
            row(line, "40000.01", "B4"),
            row(line, "4e4", "B5"),
            row(line, "40000.00", "B6", day="2099-01-01"),
            'half,a,"row\n',
            "\n",
            row(line, "40000.00", "B7"),
            row(line, "40000.00", "B8"),
        )
    )

    first = hand_in(bureau, batch, content)
    again = hand_in(bureau, batch, content)
    gbk = hand_in(bureau, batch, (content + "甲\n").encode("gbk"))

    assert outcomes(first) == [
        "partly_paid",
        "repeated",
        "doubled",
        "foreign",
        "foreign",
        "excess",
        "unreadable",
        "unreadable",
        "unreadable",
        "paid",
        "closed",
    ]
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert "partly_paid" not in outcomes(gbk)
    assert "paid" not in outcomes(gbk)
    assert read(bureau, application)["state"] == "paid"
    assert read(bureau, other)["state"] == "in_payment"
    doubled = hand_in(bureau, other_batch, HEADER + row(foreign, ref="B7"))
    assert outcomes(doubled) == ["doubled"]
    assert bureau.call(OFFICER, "GET", budget).json()["paid_yuan"] == "60000.00"
    listed = bureau.call(AUDITOR, "GET", f"/v1/disbursements/{batch['id']}/return-files").json()
    assert len(listed["items"]) == 2
    for wrong in ("a,b\n", b"\xff\xfe\x00\x81"):
        refused = hand_in(bureau, batch, wrong)
        assert (refused.status_code, refused.json()["code"]) == (422, "return_file_unreadable")


def test_many_files_at_once_book_a_payment_once(bureau):
    budget = allot(bureau, "100000.00")
    application, batch = bring_to_payment(bureau)
    [line] = batch["lines"]
    files = [HEADER + row(line, ref="B1") + f"{number}\n" for number in range(8)]

    answers = at_once(lambda content: hand_in(bureau, batch, content), files)

    first_rows = sorted(outcomes(answer)[0] for answer in answers)
    assert first_rows == ["paid"] + ["repeated"] * 7
    assert bureau.call(OFFICER, "GET", budget).json()["paid_yuan"] == "60000.00"
    entries = bureau.call(OFFICER, "GET", f"{PATH}/{application}/entries").json()["items"]
    assert [one["amount_yuan"] for one in entries] == ["60000.00"]


def test_a_failed_payment_goes_into_another_batch_for_what_is_left(bureau):
    allot(bureau, "100000.00")
    application, batch = bring_to_payment(bureau)
    [line] = batch["lines"]

    answer = hand_in(
        bureau, batch, HEADER + row(line, "10000.00") + row(line, "0", "", result="failed", day="x")
    )
    assert outcomes(answer) == ["partly_paid", "failed"]
    assert read(bureau, application)["state"] == "cleared"
    refused = step(bureau, ENTERPRISE, application, "withdraw")
    assert (refused.status_code, refused.json()["code"]) == (409, "money_moved")

    second = order(bureau, application).json()
    assert second["total_yuan"] == "50000.00"
    assert outcomes(hand_in(bureau, second, HEADER + row(second["lines"][0], ref="B2"))) == ["paid"]
    assert read(bureau, application)["paid_yuan"] == "60000.00"


def test_a_claw_back_is_a_new_entry_and_frees_the_thing_when_all_came_back(bureau):
    budget = allot(bureau, "60000.00")
    application, batch = bring_to_payment(bureau)
    hand_in(bureau, batch, HEADER + row(batch["lines"][0]))
    path = f"{PATH}/{application}/claw-backs"
    body = {
        "amount_yuan": "20000.00",
        "received_on": today().isoformat(),
        "bank_ref": "C1",
        "reason": "合同解除",
    }

    alone = bureau.call(OFFICER, "POST", path, body)
    part = bureau.call(OFFICER_2, "POST", path, body)
    again = bureau.call(OFFICER_2, "POST", path, body)
    more = bureau.call(
        OFFICER_2, "POST", path, body | {"bank_ref": "C2", "amount_yuan": "40000.01"}
    )
    used = bureau.call(OFFICER_2, "POST", path, body | {"bank_ref": "B1"})
    rest = body | {"bank_ref": "C3", "amount_yuan": "40000.00"}
    [entitlement] = bureau.entitlements(ENTERPRISE.uscc)
    assert confirm(bureau, entitlement["id"])[0]["status"] == 409
    whole = bureau.call(OFFICER_2, "POST", path, rest)

    assert alone.json()["code"] == "second_person_needed"
    assert (part.json()["state"], part.json()["paid_yuan"]) == ("paid", "40000.00")
    assert again.json() == part.json()
    assert more.json()["code"] == "more_than_paid"
    assert used.json()["code"] == "bank_ref_known"
    assert whole.json()["state"] == "clawed_back"
    entries = bureau.call(AUDITOR, "GET", f"{PATH}/{application}/entries").json()["items"]
    assert [one["amount_yuan"] for one in entries] == ["60000.00", "-20000.00", "-40000.00"]
    kept = bureau.call(OFFICER, "GET", budget).json()
    assert (kept["committed_yuan"], kept["paid_yuan"]) == ("0.00", "0.00")
    told = "SELECT json_agg(data->>'amount_yuan' ORDER BY id) FROM events WHERE type = "
    assert ask_sql(bureau, f"{told}'subsidies.subsidy-clawed-back'") == ["20000.00", "40000.00"]
    assert confirm(bureau, entitlement["id"])[0]["status"] == 201


@pytest.mark.parametrize("table", ["application_steps", "money_entries", "return_rows"])
def test_what_was_written_cannot_be_changed_even_in_the_database(bureau, table):
    allot(bureau, "60000.00")
    _application, batch = bring_to_payment(bureau)
    hand_in(bureau, batch, HEADER + row(batch["lines"][0]))

    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET actor = 'x'"):
        with pytest.raises(DBAPIError):
            run_sql(bureau, statement)


def test_the_notice_hangs_its_days_and_an_objection_stops_the_payment(bureau):
    budget = allot(bureau, "60000.00")
    [confirmed] = confirm(bureau, open_due(bureau))
    application = approve(bureau, confirmed["application_id"], match_ratio="1")
    objections = f"{PATH}/{application}/objections"
    body = {"objector": "王某", "contact": "letter", "reason": "设备未投入使用"}

    assert bureau.call(ENTERPRISE_2, "POST", objections, body).json()["code"] == "notice_closed"
    assert step(bureau, OFFICER, application, "publish").status_code == 200
    early = step(bureau, OFFICER, application, "clear")
    raised = bureau.call(ENTERPRISE_2, "POST", objections, body)
    assert early.json()["code"] == "notice_running"
    assert raised.status_code == 201
    [notice] = bureau.call(None, "GET", "/v1/public-notices").json()["items"]
    assert (notice["amount_yuan"], notice["application_id"]) == ("60000.00", application)
    late = "UPDATE applications SET notice_until = notice_until - 30"
    run_sql(bureau, late)
    assert step(bureau, OFFICER, application, "clear").json()["code"] == "objections_stand"

    decide = f"{objections}/{raised.json()['id']}/decisions"
    assert raised.headers["Location"] == f"{objections}/{raised.json()['id']}"
    decision = {"outcome": "upheld", "reason": "属实"}
    assert bureau.call(OFFICER_2, "POST", decide, decision).status_code == 428
    alone = bureau.call(OFFICER, "POST", decide, decision, If_Match=raised.headers["ETag"])
    upheld = bureau.call(OFFICER_2, "POST", decide, decision, If_Match=raised.headers["ETag"])
    late = bureau.call(OFFICER_2, "POST", decide, decision, If_Match=raised.headers["ETag"])
    twice = bureau.call(
        OFFICER_2, "POST", decide, decision | {"outcome": "dismissed"}, If_Match="*"
    )
    assert late.status_code == 412
    read_again = bureau.call(AUDITOR, "GET", raised.headers["Location"])
    assert read_again.headers["ETag"] == upheld.headers["ETag"]
    assert alone.json()["code"] == "second_person_needed"
    assert upheld.json()["outcome"] == "upheld"
    assert twice.json()["code"] == "objection_decided"
    assert step(bureau, OFFICER, application, "clear").json()["code"] == "objections_stand"
    assert step(bureau, OFFICER, application, "refuse", reason="异议成立").status_code == 200
    assert bureau.call(OFFICER, "GET", budget).json()["committed_yuan"] == "0.00"
    assert order(bureau, application).json()["code"] == "act_not_open"


def test_what_lacks_is_told_once_with_a_clock_and_documents_keep_their_hash(bureau):
    entitlement = open_due(bureau)
    drafted = bureau.call(ENTERPRISE, "POST", PATH, {"entitlement_id": entitlement}).json()
    application = drafted["id"]
    assert {"fact", "value", "source", "recorded_at"} == set(drafted["facts"][0])
    step(bureau, ENTERPRISE, application, "submit")
    returned = step(bureau, OFFICER, application, "return", reason="缺发票", lacking=["发票"])

    body = returned.json()
    assert (body["lacking"], body["told_on"]) == (["发票"], today().isoformat())
    assert body["due_on"] > today().isoformat()
    assert body["light"] == "green"
    with call_as(bureau.address, bureau.settings, ENTERPRISE) as client:
        path = f"{PATH}/{application}/documents"
        sent = {"file": ("发票.pdf", b"%PDF-1.7 invoice", "application/pdf")}
        first, again = client.post(path, files=sent), client.post(path, files=sent)
        back = client.get(first.headers["Location"])
        empty = client.post(path, files={"file": ("a", b"", "text/plain")})
    assert first.status_code == 201, first.text
    assert first.json()["id"] == again.json()["id"]
    assert (back.content, back.headers["ETag"]) == (
        b"%PDF-1.7 invoice",
        f'"{first.json()["sha256"]}"',
    )
    assert empty.status_code == 422
    assert bureau.call(ENTERPRISE_2, "GET", first.headers["Location"]).status_code == 404
    assert step(bureau, ENTERPRISE, application, "submit").status_code == 200
    twice = step(bureau, OFFICER, application, "return", reason="还缺")
    assert (twice.status_code, twice.json()["code"]) == (409, "told_before")
    by_hand = step(bureau, OFFICER, application, "pay")
    assert by_hand.status_code in (409, 422)


def test_many_approvals_at_once_commit_exactly_what_is_left(bureau):
    budget = allot(bureau, "100000.00")
    due = at_once(lambda _: open_due(bureau, "5000.00"), range(APPROVALS))
    done = confirm(bureau, *due)
    applications = [one["application_id"] for one in done]
    reviewed = at_once(
        lambda one: step(bureau, OFFICER, one, "review", match_ratio="1").status_code, applications
    )
    assert reviewed == [200] * APPROVALS

    answers = at_once(
        lambda one: step(bureau, OFFICER_2, one, "approve"), applications, workers=APPROVALS
    )

    refused = [answer.json() for answer in answers if answer.status_code != 200]
    assert len(refused) == APPROVALS - 20
    assert {(one["code"], one["left_yuan"]) for one in refused} == {("budget_exhausted", "0.00")}
    assert all("0.00" in one["detail"] for one in refused)
    kept = bureau.call(OFFICER, "GET", budget).json()
    assert (kept["committed_yuan"], kept["left_yuan"]) == ("100000.00", "0.00")


def test_two_batches_at_once_take_an_application_once(bureau):
    allot(bureau, "60000.00")
    [confirmed] = confirm(bureau, open_due(bureau))
    application = clear(bureau, approve(bureau, confirmed["application_id"], match_ratio="1"))

    answers = at_once(lambda _: order(bureau, application), range(6))

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5

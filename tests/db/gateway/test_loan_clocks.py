"""What the clock does to a loan, and what is done in a file is done at its track."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from gateway.rules.supports import find_broken_step
from gateway.store.supports import list_steps
from gateway.usecases.board import watch_loan, watch_loans
from kit.clock import today
from kit.db import Database
from kit.directory import Directory
from kit.jobs import Work

from .files import apply_for_loan, approve_loan, pay_out


@pytest.fixture
def database(gateway, running_app):
    database = Database(
        gateway.settings.database_of("gateway"), pool_size=2, info=running_app.state.database.info
    )
    yield database
    with database.write() as session:
        session.execute(text("UPDATE supports SET holds_subsidy = false"))
    database.close()


@pytest.fixture
def loan(open_case, database):
    """A subsidised loan that was paid out today and is not filed yet."""
    case = open_case(plan="credit-loan-trade", amount_yuan="1000000.00")
    case.decide("credit")
    loan = apply_for_loan(case, subsidised=True)
    assert approve_loan(loan).status_code == 200
    return pay_out(loan)


def look(database, loan, days):
    with database.write() as session:
        watch_loan(session, loan.id, today() + timedelta(days))


def test_what_was_due_and_not_paid_is_overdue_by_the_clock(database, loan):
    due = today() + timedelta(40)

    look(database, loan, 0)
    before = loan.read()["state"]
    look(database, loan, 40)
    look(database, loan, 40)

    ended = loan.read()
    with database.read() as session:
        steps = list_steps(session, loan.id)
        query = text("SELECT type FROM events WHERE data->>'loan_id' = :id ORDER BY id")
        told = list(session.execute(query, {"id": loan.id}).scalars())
    assert (before, ended["state"]) == ("disbursed", "overdue")
    assert [(one.act, one.actor.client_id) for one in steps][-1] == ("mark_overdue", "clock")
    assert steps[-1].on == due
    assert told == ["gateway.loan-disbursed", "gateway.loan-overdue"]
    assert find_broken_step(steps) is None


def test_a_filing_lapses_after_three_months(database, loan):
    loan.walk(
        ("demo-bank", "repay", {"principal_yuan": "1000000.00", "interest_yuan": "500.00"}),
    )

    look(database, loan, 88)
    waiting = loan.read()["terms"]["filing"]
    look(database, loan, 400)
    late = loan.take("demo-bank", "file", amount_yuan="1000000.00")

    assert (waiting, loan.read()["terms"]["filing"]) == ("none", "lapsed")
    assert (late.status_code, late.json()["code"]) == (409, "filing_not_open")
    assert "lapse_filing" not in loan.read()["allowed"]


def test_interest_is_subsidised_on_a_filed_loan_that_was_never_late(loan):
    loan.walk(
        ("demo-bank", "file", {"amount_yuan": "1000000.00"}),
        ("demo-officer", "confirm_filing"),
        ("demo-bank", "repay", {"principal_yuan": "1000000.00", "interest_yuan": "3008.33"}),
        ("demo-bank", "settle"),
    )

    assert loan.read()["terms"]["interest_subsidy_yuan"] == "1203.33"


def test_a_loan_that_is_not_filed_has_no_subsidy(loan):
    loan.walk(
        ("demo-bank", "repay", {"principal_yuan": "1000000.00", "interest_yuan": "3008.33"}),
        ("demo-bank", "settle"),
    )

    assert loan.read()["terms"]["interest_subsidy_yuan"] == "0.00"


def test_filed_pure_credit_is_counted_and_drills_to_its_cases(gateway, loan):
    officer = gateway.call("demo-officer")
    loan.walk(
        ("demo-bank", "file", {"amount_yuan": "1000000.00"}), ("demo-officer", "confirm_filing")
    )

    items = officer.get("/v1/case-figures/lending").json()["items"]

    by_key = {one["key"]: one for one in items}
    case_id = loan.read()["case_id"]
    assert by_key["filed"]["cases"] >= by_key["filed_pure_credit"]["cases"] >= 1
    for key in ("paid_out", "filed", "filed_pure_credit"):
        behind = officer.get(f"{by_key[key]['cases_url']}&limit=200").json()["items"]
        assert len(behind) == by_key[key]["cases"]
        assert case_id in {one["id"] for one in behind}


def test_the_daily_look_sees_every_loan(database, gateway, loan):
    settings = gateway.settings

    watch_loans(Work(database, Directory(settings), settings))

    assert loan.read()["state"] == "disbursed"


def test_what_is_done_in_the_file_is_done_at_the_track(open_case):
    case = open_case(plan="credit-loan-trade")
    case.decide("credit")
    loan = apply_for_loan(case)

    def track():
        return next(one for one in case.read()["stages"] if one["stage"] == "loan")["tracks"][0]

    seen = [track()["state"]]
    loan.walk(("demo-bank", "return", {"reason": "缺审计报告"}))
    seen.append(track()["state"])
    asked = track()["notice"]
    loan.walk(("demo-enterprise", "supplement"))
    seen.append(track()["state"])
    loan.walk(("demo-bank", "accept"))
    taken = track()

    assert seen == ["ready", "info_requested", "in_progress"]
    assert asked == ["缺审计报告"]
    assert (taken["state"], taken["accept_due_on"]) == ("in_progress", None)

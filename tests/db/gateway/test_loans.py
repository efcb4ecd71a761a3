"""贷 and 保 through the gateway, on a real database: the whole life, and what may not happen."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from gateway.rules.supports import Noun, find_broken_step, replay_steps
from gateway.store.supports import get_support, list_steps
from kit.clock import JINAN
from kit.db import Database

from .files import (
    apply_for_guarantee,
    apply_for_loan,
    approve_loan,
    find_product,
    issue_guarantee,
    pay_out,
)

COVERED = {"text": "保障比例不低于80%", "at_least_cover_ratio": "0.8"}


@pytest.fixture
def database(gateway):
    database = Database(gateway.settings.database_of("gateway"), pool_size=4)
    yield database
    # 各测试共用一家企业：一笔贴息、在保余额清零，账本本身不可改
    with database.write() as session:
        session.execute(text("UPDATE supports SET holds_subsidy = false"))
        session.execute(text("UPDATE guarantee_exposures SET in_force_yuan = 0"))
    database.close()


def test_a_case_sees_what_it_may_ask_for_and_why(gateway, open_case):
    case = open_case(amount_yuan="20000000.00")
    case.decide("credit")

    with gateway.call("demo-enterprise") as client:
        offers = client.get(f"{case.path}/offers").json()["items"]

    by_title = {one["product"]["title"]: one for one in offers}
    credit, guaranteed = by_title["科创信用贷（演示）"], by_title["科技成果转化担保贷（演示）"]
    assert by_title["科技融资担保（演示）"]["fit"] == "fits"
    assert credit["fit"] == "does_not_fit"
    (broken,) = [one for one in credit["rules"] if one["holds"] is False]
    assert (broken["fact"], broken["found"]) == ("amount_yuan", "20000000.00")
    assert guaranteed["fit"] == "needs_info"
    assert guaranteed["missing"] == ["trl"]


def test_a_loan_lives_from_application_to_its_last_yuan(open_case, database):
    case = open_case(plan="credit-loan-trade")
    case.decide("credit")
    loan = apply_for_loan(case)

    assert approve_loan(loan).status_code == 200
    pay_out(loan)
    loan.walk(
        ("demo-bank", "file", {"amount_yuan": "1000000.00"}),
        ("demo-officer", "confirm_filing"),
        ("demo-bank", "repay", {"principal_yuan": "400000.00", "interest_yuan": "3008.33"}),
        ("demo-bank", "repay", {"principal_yuan": "600000.00", "interest_yuan": "0.00"}),
        ("demo-bank", "settle"),
    )

    ended = loan.read()
    assert (ended["state"], ended["outstanding_yuan"], ended["allowed"]) == (
        "repaid",
        "0.00",
        ["file", "confirm_filing", "refuse_filing", "revoke_filing"],
    )
    assert sum(float(one["principal_yuan"]) for one in ended["terms"]["schedule"]) == 1_000_000
    track = next(one for one in case.read()["stages"] if one["stage"] == "loan")["tracks"][0]
    assert track["state"] == "approved"
    assert track["result"]["loan_id"] == loan.id
    with database.read() as session:
        row, steps = get_support(session, Noun.LOAN, loan.id), list_steps(session, loan.id)
        told = session.execute(
            text("SELECT type FROM events WHERE data->>'loan_id' = :id ORDER BY id"),
            {"id": loan.id},
        )
        assert [one.type for one in told] == ["gateway.loan-disbursed", "gateway.loan-settled"]
    assert replay_steps(row, steps) == row
    assert find_broken_step(steps) is None


def test_a_decision_on_a_loan_needs_credit_and_consent_like_any_other(gateway, open_case):
    case = open_case(plan="credit-loan-trade")
    loan = apply_for_loan(case)
    early = approve_loan(loan)
    case.decide("credit")
    gateway.neighbours.consent = False
    revoked = loan.decide("demo-bank", amount_yuan="1000000.00", annual_rate="0.0361", months=12)

    assert (early.status_code, early.json()["code"]) == (409, "credit_required")
    assert (revoked.status_code, revoked.json()["code"]) == (409, "consent_required")
    assert loan.read()["state"] == "due_diligence"


def test_a_track_with_an_open_file_is_decided_there(open_case):
    case = open_case(plan="credit-loan-trade")
    case.decide("credit")
    loan = apply_for_loan(case)

    refused = case.decide("loan")

    assert (refused.status_code, refused.json()["code"]) == (409, "file_open")
    assert refused.json()["id"] == loan.id


def test_a_refused_loan_refuses_the_track_with_a_published_reason(open_case):
    case = open_case(plan="credit-loan-trade")
    case.decide("credit")
    loan = apply_for_loan(case)

    unknown = loan.decide("demo-bank", "rejected", reason_code="because")
    loan.walk(("demo-bank", "accept"))
    refused = loan.decide("demo-bank", "rejected", reason_code="repayment_ability")

    assert (unknown.status_code, refused.status_code) == (422, 200)
    (track,) = next(s for s in case.read()["stages"] if s["stage"] == "loan")["tracks"]
    assert (track["state"], track["reason_code"]) == ("rejected", "repayment_ability")


def test_a_loan_on_condition_is_paid_out_only_with_the_cover(open_case, database):
    stages = ["credit", ["insurance", "loan"], {"stage": "trade", "need": 1}]
    case = open_case(plan={"stages": stages})
    case.decide("credit")
    loan, cover = apply_for_loan(case), apply_for_guarantee(case)
    assert approve_loan(loan, conditions=[COVERED]).status_code == 200
    loan.walk(("demo-enterprise", "sign", {"contract_number": "HT-1"}))
    too_early = loan.take("demo-bank", "disburse", amount_yuan="1000000.00")

    issue_guarantee(cover)
    paid = loan.take("demo-bank", "disburse", amount_yuan="1000000.00")

    assert (too_early.status_code, too_early.json()["code"]) == (409, "conditions_not_met")
    assert paid.status_code == 200, paid.text


@pytest.mark.parametrize("fall", ["declined", "too small", "cancelled"])
def test_a_loan_reopens_when_its_cover_falls(open_case, database, fall):
    stages = ["credit", ["insurance", "loan"], {"stage": "trade", "need": 1}]
    case = open_case(plan={"stages": stages})
    case.decide("credit")
    loan, cover = apply_for_loan(case), apply_for_guarantee(case)
    approve_loan(loan, conditions=[COVERED])

    if fall == "declined":
        answer = cover.decide("demo-insurer", "rejected", reason_code="risk_too_high")
        assert answer.status_code == 200, answer.text
    elif fall == "too small":
        issue_guarantee(cover, "lukedai-353530")
    else:
        issue_guarantee(cover)
        cover.walk(("demo-insurer", "cancel", {"reason": "企业未缴担保费"}))

    assert loan.read()["state"] == "due_diligence"
    assert loan.read()["terms"]["approved_yuan"] is None
    (track,) = next(s for s in case.read()["stages"] if s["stage"] == "loan")["tracks"]
    assert track["state"] == "in_progress"


def test_a_loss_is_shared_and_recovered_by_the_shares(gateway, open_case, database, monkeypatch):
    case = open_case(plan={"stages": ["credit", ["insurance", "loan"], "trade"]})
    case.decide("credit")
    with gateway.call("demo-officer") as officer:
        path = "/v1/risk-pools/jinan-pool/deposits"
        pool = officer.post(path, json={"name": "济南资金池", "deposit_yuan": "100000.00"}).json()
    loan, cover = apply_for_loan(case), apply_for_guarantee(case)
    sharers = [("national", 2), ("provincial", 2), ("municipal", 4), ("lender", 2)]
    scheme = {
        "sharers": [{"code": code, "name": code, "share": share} for code, share in sharers],
        "pool_id": "jinan-pool",
        "pool_ratio": "0.5",
    }
    issue_guarantee(cover, scheme)
    approve_loan(loan)
    pay_out(loan)
    loan.walk(
        ("demo-bank", "file", {"amount_yuan": "1000000.00"}), ("demo-officer", "confirm_filing")
    )
    early = loan.take("demo-bank", "mark_overdue")
    monkeypatch.setattr(
        "gateway.usecases.loans.today",
        lambda: datetime.now(JINAN).date().replace(year=datetime.now(JINAN).year + 1, day=28),
    )
    loan.walk(
        ("demo-bank", "mark_overdue"),
        ("demo-bank", "claim", {"guarantee_id": cover.id, "purpose_kept": True}),
    )
    cover.walk(("demo-insurer", "compensate"))
    compensated = cover.read()
    loan.walk(("demo-bank", "recover", {"amount_yuan": "333333.33"}))
    halfway = cover.read()
    loan.walk(("demo-bank", "recover", {"amount_yuan": "666666.67"}), ("demo-bank", "close"))

    with gateway.call("demo-insurer") as insurer:
        rates = insurer.get("/v1/compensation-rates").json()
        behind = insurer.get(f"{rates['items'][0]['guarantees_url']}&limit=200").json()["items"]
    (one,) = [row for row in behind if row["guarantee_id"] == cover.id]
    borne = sum(
        float(part["amount_yuan"])
        for part in compensated["terms"]["borne"]
        if part["code"] not in ("lender", "pool")
    )
    assert (one["act"], one["liability_yuan"]) == ("compensate", "800000.00")
    assert float(one["compensated_yuan"]) == borne
    assert rates["items"][0]["guarantees"] == len(behind)
    assert rates["cap"] == {
        "cap": "0.05",
        "valid_from": "2024-07-01",
        "source": "财金〔2024〕60号",
        "verified": False,
    }
    assert early.json()["code"] == "not_behind"
    held = float(pool["balance_yuan"])
    borne = {one["code"]: one["amount_yuan"] for one in compensated["terms"]["borne"]}
    assert float(borne["pool"]) == min(held, 500_000)
    assert sum(float(one) for one in borne.values()) == 1_000_000
    back = {one["code"]: one["got_back_yuan"] for one in halfway["terms"]["borne"]}
    assert round(sum(float(one) for one in back.values()), 2) == 333_333.33
    ended = cover.read()["terms"]["borne"]
    assert all(one["got_back_yuan"] == one["amount_yuan"] for one in ended)
    assert loan.read()["state"] == "recovered"
    with gateway.call("demo-officer") as officer:
        assert officer.get("/v1/risk-pools/jinan-pool").json()["balance_yuan"] == f"{held:.2f}"


def test_a_firm_has_one_subsidised_loan_and_a_limit_of_cover(open_case, database):
    one, other = open_case(plan="credit-loan-trade"), open_case(plan="credit-loan-trade")
    apply_for_loan(one, subsidised=True)

    with one.gateway.call("demo-enterprise") as client:
        second = client.post(
            "/v1/loans",
            json={
                "case_id": other.opened["id"],
                "product_id": find_product(one.gateway, "credit_loan"),
                "amount_yuan": "1.00",
                "months": 1,
                "purpose": "x",
                "subsidised": True,
            },
        )

    assert (second.status_code, second.json()["code"]) == (409, "one_subsidised_loan")


def test_two_letters_at_once_stay_within_the_limit_of_the_firm(open_case, database):
    covers = []
    for _ in range(2):
        case = open_case(plan="credit-insurance-trade", amount_yuan="20000000.00")
        case.decide("credit")
        cover = apply_for_guarantee(case, principal_yuan="20000000.00")
        quote = {
            "principal_yuan": "20000000.00",
            "fee_rate": "0.01",
            "stock_scheme": "jinan-2242",
            "valid_until": "2099-12-31",
        }
        cover.walk(("demo-insurer", "quote", quote), ("demo-enterprise", "accept_quote"))
        covers.append(cover)

    def issue(cover):
        return cover.decide("demo-insurer", number="B", in_force_until="2099-12-31").json()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(issue, covers))

    assert sorted(one.get("code", "ok") for one in answers) == ["guarantee_limit", "ok"]


def test_steps_belong_to_their_side_and_their_version(open_case):
    case = open_case(plan="credit-loan-trade")
    loan = apply_for_loan(case)

    foreign = loan.take("demo-enterprise", "accept")
    stranger = loan.take("demo-enterprise-2", "withdraw", reason="x")
    with loan.gateway.call("demo-bank") as client:
        blind = client.post(f"{loan.path}/steps", json={"act": "accept"})
        stale = client.post(
            f"{loan.path}/steps", json={"act": "accept"}, headers={"If-Match": '"7"'}
        )
    jump = loan.take("demo-bank", "repay", principal_yuan="1.00", interest_yuan="0.00")

    assert (foreign.status_code, foreign.json()["code"]) == (403, "not_your_step")
    assert stranger.status_code == 404
    assert (blind.status_code, stale.status_code) == (428, 412)
    assert (jump.status_code, jump.json()["code"]) == (409, "step_not_allowed")
    assert jump.json()["allowed"] == ["accept", "return", "reject", "withdraw"]


def test_the_ledgers_of_files_cannot_be_rewritten(open_case, database):
    apply_for_loan(open_case(plan="credit-loan-trade"))

    with pytest.raises(ProgrammingError, match="append-only"), database.write() as session:
        session.execute(text("UPDATE support_steps SET reason = 'x'"))


def test_a_guarantee_leaves_a_fifth_with_the_lender_and_a_policy_need_not(gateway, open_case):
    case = open_case(plan={"stages": ["credit", "insurance", "trade"]})
    case.decide("credit")
    file = apply_for_guarantee(case)
    quote = {"principal_yuan": "1000000.00", "fee_rate": "0.0076", "valid_until": "2099-12-31"}

    def offer(own: int):
        parts = (("municipal", 100 - own), ("lender", own))
        sharers = [{"code": code, "name": code, "share": share} for code, share in parts]
        return file.take("demo-insurer", "quote", **quote, scheme={"sharers": sharers})

    too_little, least = offer(19), offer(20)

    assert (too_little.status_code, too_little.json()["code"]) == (409, "lender_share_too_low")
    assert least.status_code == 200, least.text

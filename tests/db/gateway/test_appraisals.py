"""评 and 投 through the gateway, on a real database."""

import pytest

from gateway.rules.supports import Noun, find_broken_step, replay_steps
from gateway.store.supports import get_support, list_steps
from kit.db import Database

from .conftest import ENTERPRISE
from .files import apply_for

VALUES = ("scientific", "technological", "economic", "social", "cultural")
BANK = "91370102MA3D00039W"
FUND = "91370102MA3D00055J"


@pytest.fixture
def database(gateway):
    database = Database(gateway.settings.database_of("gateway"), pool_size=2)
    yield database
    database.close()


def make_expert(code: str, **overrides: object) -> dict:
    expert = {
        "code": code,
        "name": f"专家{code}",
        "org_uscc": "91370102MA3D00063D",
        "field": "集成电路",
        "declares_no_interest": True,
    }
    return expert | overrides


def make_opinion(expert: str, points: int, trl: int = 6) -> dict:
    scores = dict.fromkeys(VALUES, points)
    return {"expert": expert, "trl": trl, "points": scores, "text": "经评议"}


INCOME = {
    "weight": "0.5",
    "revenues_yuan": ["1000000.00", "2000000.00"],
    "share": "0.2",
    "discount_rate": "0.25",
    "assumptions": "两年内量产",
}
MARKET = {"weight": "0.5", "contract_ids": ["k1", "k2", "k3"], "factor_reason": "同类"}


def ask_for_appraisal(case):
    return apply_for(case.gateway, "/v1/appraisals", case_id=case.opened["id"], purpose="质押融资")


def appraise(case):
    file = ask_for_appraisal(case)
    experts = [make_expert(code) for code in ("e1", "e2", "e3")]
    file.walk(("demo-broker", "accept"), ("demo-broker", "appoint", {"experts": experts}))
    for code, points, trl in (("e1", 60, 5), ("e2", 70, 6), ("e3", 80, 6)):
        file.walk(("demo-broker", "opine", make_opinion(code, points, trl)))
    return file.walk(("demo-broker", "value", {"income": INCOME, "market": MARKET}))


def test_an_appraisal_ends_in_a_dated_report_that_the_parties_read_within_consent(
    gateway, open_case, database
):
    case = open_case(plan="credit-evaluation-trade")
    case.decide("credit")
    file = appraise(case)

    issued = file.decide("demo-broker", number="PG-2026-1")

    assert issued.status_code == 200, issued.text
    report = issued.json()["terms"]["report"]
    assert (report["trl"], report["points"], report["card_verified"]) == (6, "70.0", False)
    # 收益法 200000/1.25 + 400000/1.25^2 = 416000；市场法 中位数 200000；各半
    assert report["conclusion"]["value_yuan"] == "308000.00"
    assert (report["conclusion"]["low_yuan"], report["conclusion"]["high_yuan"]) == (
        "200000.00",
        "416000.00",
    )
    (track,) = next(s for s in case.read()["stages"] if s["stage"] == "evaluation")["tracks"]
    assert track["state"] == "approved"
    with gateway.call("demo-broker") as broker:
        read = broker.get(f"{case.path}/reports")
        gateway.neighbours.consent = False
        refused = broker.get(f"{case.path}/reports")
    with gateway.call("demo-enterprise") as firm:
        own = firm.get(f"{case.path}/reports")
    assert read.json()["items"][0]["report"]["number"] == "PG-2026-1"
    assert (refused.status_code, refused.json()["code"]) == (409, "consent_required")
    assert own.json() == read.json()
    with database.read() as session:
        row, steps = get_support(session, Noun.APPRAISAL, file.id), list_steps(session, file.id)
    assert replay_steps(row, steps) == row
    assert find_broken_step(steps) is None


@pytest.mark.parametrize(
    ("overrides", "why"),
    [
        ({"org_uscc": BANK}, "银行"),
        ({"org_uscc": ENTERPRISE}, "济南"),
        ({"org_uscc": "123700004955000143"}, "大学"),
        ({"declares_no_interest": False}, "未声明"),
    ],
)
def test_an_expert_with_an_interest_is_refused_with_the_interest(open_case, overrides, why):
    case = open_case()
    file = ask_for_appraisal(case).walk(("demo-broker", "accept"))
    experts = [make_expert("e1"), make_expert("e2"), make_expert("e3", **overrides)]

    refused = file.take("demo-broker", "appoint", experts=experts)

    assert (refused.status_code, refused.json()["code"]) == (409, "expert_conflict")
    assert list(refused.json()["experts"]) == ["e3"]
    assert why in refused.json()["experts"]["e3"]


def test_a_report_waits_for_every_expert_and_for_registered_comparables(open_case):
    case = open_case(plan="credit-evaluation-trade")
    case.decide("credit")
    file = ask_for_appraisal(case)
    experts = [make_expert(code) for code in ("e1", "e2", "e3")]
    file.walk(
        ("demo-broker", "accept"),
        ("demo-broker", "appoint", {"experts": experts}),
        ("demo-broker", "opine", make_opinion("e1", 60)),
    )

    stranger = file.take("demo-broker", "opine", **make_opinion("e9", 60))
    unknown = file.take(
        "demo-broker", "value", market=MARKET | {"weight": "1", "contract_ids": ["k1", "nobody"]}
    )
    uneven = file.take("demo-broker", "value", income=INCOME)
    file.walk(("demo-broker", "value", {"income": INCOME | {"weight": "1"}}))
    early = file.decide("demo-broker", number="PG-1")

    assert stranger.json()["code"] == "not_on_panel"
    assert unknown.status_code == 422
    assert unknown.json()["errors"][0]["pointer"] == "/market/contract_ids"
    assert uneven.json()["code"] == "valuation_invalid"
    assert (early.status_code, early.json()["code"]) == (409, "opinions_missing")


SHEET = {
    "amount_yuan": "1000000.00",
    "pre_money_yuan": "9000000.00",
    "tranches": [
        {"amount_yuan": "333333.33", "milestone": "流片"},
        {"amount_yuan": "666666.67", "milestone": "量产"},
    ],
    "stakes": [
        {"holder": "founder", "name": "创始人", "shares": 7_000_003},
        {"holder": "esop", "name": "员工持股平台", "shares": 1_999_999},
    ],
}


ROUND = {
    "pre_money_yuan": "20000000.00",
    "stakes": [
        {"holder": "founder", "name": "创始人", "shares": 8_000_000},
        {"holder": "esop", "name": "员工持股平台", "shares": 2_000_000},
    ],
}


def open_round(case):
    with case.gateway.call() as anyone:
        mandate = anyone.get("/v1/mandates").json()["items"][0]["id"]
    return apply_for(
        case.gateway,
        "/v1/investments",
        by="demo-fund",
        case_id=case.opened["id"],
        mandate_id=mandate,
    )


def test_an_investment_pays_by_milestones_and_its_cap_table_adds_up(gateway, open_case):
    case = open_case(plan={"stages": ["credit", "investment", "trade"]})
    case.decide("credit")
    file = open_round(case)
    uneven = file.take("demo-fund", "propose", **(SHEET | {"amount_yuan": "999999.99"}))
    file.walk(("demo-fund", "propose", SHEET), ("demo-enterprise", "agree"))
    closed = file.decide("demo-fund")
    assert closed.status_code == 200, closed.text

    early = file.take("demo-fund", "pay_tranche", tranche=1)
    for tranche in (1, 2):
        file.walk(
            ("demo-enterprise", "claim_milestone", {"tranche": tranche, "evidence": ["报告"]}),
            ("demo-fund", "confirm_milestone", {"tranche": tranche}),
            ("demo-fund", "pay_tranche", {"tranche": tranche}),
        )
    paid = file.read()
    too_early = file.take("demo-fund", "exit")
    held = next(one["shares"] for one in paid["cap_table"] if one["holder"] == FUND)
    sale = {"buyer": "acquirer", "buyer_name": "收购方", "shares": held, "proceeds_yuan": "2.00"}
    file.walk(("demo-fund", "sell_shares", sale), ("demo-fund", "exit"))

    assert uneven.json()["code"] == "terms_invalid"
    assert early.json()["code"] == "tranche_not_open"
    assert held == 9_000_002 // 9
    assert paid["total_shares"] == 9_000_002 + held
    assert sum(round(float(one["part"]) * 1_000_000) for one in paid["cap_table"]) == 1_000_000
    assert too_early.json()["code"] == "still_held"
    ended = file.read()
    assert (ended["state"], ended["total_shares"]) == ("exited", paid["total_shares"])
    (track,) = next(s for s in case.read()["stages"] if s["stage"] == "investment")["tracks"]
    assert track["state"] == "approved"


def test_money_comes_first_and_becomes_shares_when_the_condition_has_come_about(gateway, open_case):
    case = open_case(plan={"stages": ["credit", "investment", "trade"]})
    case.decide("credit")
    file = open_round(case)
    terms = {"condition": "完成下一轮股权融资", "convert_by": "2099-12-31", "discount": "0.2"}
    sheet = {key: value for key, value in SHEET.items() if key != "pre_money_yuan"}
    both = file.take("demo-fund", "propose", **SHEET, conversion=terms)
    neither = file.take("demo-fund", "propose", **sheet)
    file.walk(("demo-fund", "propose", sheet | {"conversion": terms}), ("demo-enterprise", "agree"))
    assert file.decide("demo-fund").status_code == 200
    unpaid = file.take("demo-enterprise", "claim_conversion", **ROUND)
    for tranche in (1, 2):
        file.walk(
            ("demo-enterprise", "claim_milestone", {"tranche": tranche}),
            ("demo-fund", "confirm_milestone", {"tranche": tranche}),
            ("demo-fund", "pay_tranche", {"tranche": tranche}),
        )
    waiting, too_early = file.read(), file.take("demo-fund", "exit")

    unclaimed = file.take("demo-fund", "convert")
    foreign = file.take("demo-fund", "claim_conversion", **ROUND)
    file.walk(
        ("demo-fund", "return_money", {"amount_yuan": "200000.00"}),
        ("demo-enterprise", "claim_conversion", ROUND),
        ("demo-fund", "refuse_conversion", {"reason": "融资协议未附"}),
        ("demo-enterprise", "claim_conversion", ROUND),
        ("demo-fund", "convert"),
    )
    twice = file.take("demo-fund", "convert")
    converted = file.read()

    assert {one.json()["code"] for one in (both, neither)} == {"terms_invalid"}
    assert {one.json()["code"] for one in (unpaid, unclaimed, twice)} == {"conversion_not_open"}
    assert foreign.status_code == 403
    assert waiting["total_shares"] == 9_000_002
    assert too_early.json()["code"] == "still_held"
    held = next(one["shares"] for one in converted["cap_table"] if one["holder"] == FUND)
    assert held == 800_000 * 10_000_000 // 16_000_000
    assert converted["total_shares"] == 10_000_000 + held


def test_the_deal_feed_is_mandate_and_consent_together(gateway, open_case):
    fitting, too_big = open_case(title="适合"), open_case(title="过大", amount_yuan="6000000.00")

    with gateway.call("demo-fund") as fund:
        seen = {one["case_id"] for one in fund.get("/v1/deals?limit=50").json()["items"]}
        room = fund.get(f"/v1/deals/{fitting.opened['id']}/data-room")
        gateway.neighbours.consent = False
        nothing = fund.get("/v1/deals?limit=50").json()["items"]
        closed = fund.get(f"/v1/deals/{fitting.opened['id']}/data-room")
    with gateway.call("demo-bank") as bank:
        denied = bank.get("/v1/deals")

    assert fitting.opened["id"] in seen
    assert too_big.opened["id"] not in seen
    assert room.status_code == 200, room.text
    assert nothing == []
    assert (closed.status_code, closed.json()["code"]) == (409, "consent_required")
    assert denied.status_code == 403

"""测算 over HTTP: public, in two languages, and deaf to what cannot be read."""

import json

import httpx
import pytest

from tests.db.subsidies.conftest import OFFICER

AWARD = {"id": "a1", "scheme": "shandong_st_progress", "level": "first", "awarded_on": "2024-03-01"}
FIRM = {"kind": "enterprise", "in_district": True}
PATH = "/v1/subsidies/calculations"


def test_anyone_gets_the_amount_with_the_clause_quoted(shared_bureau):
    answer = shared_bureau.call(
        None, "POST", PATH, {"on": "2024-06-30", "applicant": FIRM, "awards": [AWARD]}
    )

    assert answer.status_code == 200
    body = answer.json()
    assert (body["total_yuan"], body["total_kind"]) == ("50000.00", "exact")
    assert body["policy"]["id"] == "lixia-transformation"
    [item] = body["items"]
    price = next(reason for reason in item["reasons"] if reason["pointer"] == "/awards/0/level")
    assert price["clause"] == "政策细则第1条"
    assert price["quote"] == "省级科技进步奖:一等奖奖励5万元"


def test_the_same_question_gets_the_same_bytes_and_english_on_request(shared_bureau):
    body = {"on": "2024-06-30", "applicant": FIRM, "awards": [AWARD | {"level": None}]}

    first = shared_bureau.call(None, "POST", PATH, body)
    again = shared_bureau.call(OFFICER, "POST", PATH, body)
    english = shared_bureau.call(None, "POST", PATH, body, Accept_Language="en-GB,en;q=0.9")

    assert first.content == again.content
    assert first.json()["items"][0]["missing"][0]["question"] == "获奖等级是什么？"
    assert english.json()["items"][0]["missing"][0]["question"] == "Which level is it?"
    assert english.headers["Content-Language"] == "en"


def test_an_empty_question_is_answered(shared_bureau):
    body = shared_bureau.call(None, "POST", PATH, {"on": "2024-06-30"}).json()

    assert (body["items"], body["total_yuan"]) == ([], "0.00")


def test_before_every_policy_nothing_is_assumed(shared_bureau):
    body = shared_bureau.call(None, "POST", PATH, {"on": "2010-01-01", "awards": [AWARD]}).json()

    assert (body["policy"], body["total_yuan"]) == (None, None)
    assert body["items"][0]["outcome"] == "needs_review"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/on"),
        ({"on": "2024-02-30"}, "/on"),
        ({"on": 20240630}, "/on"),
        ({"on": "2024-W26-7"}, "/on"),
        ({"on": "2024-06-30", "surprise": 1}, "/surprise"),
        ({"on": "2024-06-30", "awards": {}}, "/awards"),
        ({"on": "2024-06-30", "awards": [AWARD | {"more": 1}]}, "/awards/0/more"),
        ({"on": "2024-06-30", "awards": [{"scheme": "x"}]}, "/awards/0/id"),
        ({"on": "2024-06-30", "applicant": {"in_district": 1}}, "/applicant/in_district"),
        (
            {"on": "2024-06-30", "applicant": {"annual_revenue_yuan": 20000000}},
            "/applicant/annual_revenue_yuan",
        ),
        (
            {"on": "2024-06-30", "contracts": [{"id": "c", "decision": {"match_ratio": 0.5}}]},
            "/contracts/0/decision/match_ratio",
        ),
        ({"on": "2024-06-30", "prior_payments": [{"rule": "seventh"}]}, "/prior_payments/0/rule"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_place(shared_bureau, body, pointer):
    answer = shared_bureau.call(None, "POST", PATH, body)

    assert answer.status_code == 422
    assert pointer in [fault["pointer"] for fault in answer.json()["errors"]]


def test_the_policies_are_public_and_draw_a_form(shared_bureau):
    listed = shared_bureau.call(None, "GET", "/v1/policies").json()["items"]
    assert [(one["version"], one["computable"]) for one in listed] == [
        ("2018", False),
        ("2023", True),
    ]
    on_day = shared_bureau.call(None, "GET", "/v1/policies?on=2019-06-30").json()["items"]
    assert [one["version"] for one in on_day] == ["2018"]

    policy = shared_bureau.call(
        None, "GET", "/v1/policies/lixia-transformation?on=2024-06-30"
    ).json()
    amounts = {one["code"]: (one["value"], one["quote"]) for one in policy["amounts"]}
    assert amounts["rd_platform.reward"] == ("50000.00", "每家企业给予一次性奖励5万元")
    assert all(quote in policy["source"]["text"] for _value, quote in amounts.values())
    links = {one["code"]: one["link"] for one in policy["amounts"]}
    assert links["above_scale.annual_revenue"].startswith("http://www.fujian.gov.cn/")
    assert links["rd_platform.reward"] is None
    award = policy["form"]["properties"]["awards"]["items"]["properties"]["level"]
    assert award["title"] == "获奖等级是什么？"
    assert shared_bureau.call(None, "GET", "/v1/policies/none").status_code == 404


BODIES = [
    json.dumps({"on": "2024-06-30", "applicant": FIRM, "awards": [AWARD]}).encode(),
    b"",
    b"{",
    b"null",
    b"[]",
    b'"x"',
    b"\xff\xfe",
    b"[" * 5000,
    b'{"on": NaN}',
    b'{"on": "2024-06-30", "awards": [{"id": "\\ud800"}]}',
    b'{"on": "2024-06-30", "awards": [{"id": "\\u0000"}]}',
    b'{"on": "2024-06-30", "surprise": 1}',
    b'{"on": "2024-06-30", "awards": [{"id": "' + b"x" * 300 + b'"}]}',
    b'{"on": "2024-06-30", "awards": [' + b",".join([b'{"id": "a"}'] * 101) + b"]}",
    b'{"on": "2024-06-30"}' + b" " * 300_000,
    b'{"on": "2024-06-30", "applicant": {"uscc": "1"}}',
]


@pytest.mark.parametrize("language", ["en", "\xe4\xb8"])
def test_the_short_way_and_the_ordinary_way_answer_alike(shared_bureau, language):
    headers = [(b"accept-language", language.encode("latin-1")), (b"x-request-id", b"r1")]

    with httpx.Client(base_url=shared_bureau.address, headers=headers, trust_env=False) as client:
        for body in BODIES:
            short, ordinary = (
                client.post(PATH, content=body, headers={"content-type": kind})
                for kind in ("application/json", "application/json; charset=utf-8")
            )

            assert short.status_code == ordinary.status_code < 500, body[:80]
            assert short.content == ordinary.content, body[:80]
            languages = [one.headers.get("content-language") for one in (short, ordinary)]
            assert languages[0] == languages[1]


def test_a_pure_question_is_refused_like_any_other(shared_bureau):
    def ask(path, **headers):
        return httpx.post(
            shared_bureau.address + path, content=BODIES[0], headers=headers, trust_env=False
        )

    assert ask(f"{PATH}?surprise=1", **{"content-type": "application/json"}).status_code == 422
    assert ask(PATH, **{"content-type": "text/plain"}).status_code == 415
    assert ask(PATH).status_code == 415
    keyed = {"content-type": "application/json", "idempotency-key": "k"}
    assert ask(PATH, **keyed).status_code == 200
    assert shared_bureau.call(None, "GET", PATH).status_code == 405


def test_a_body_in_pieces_and_one_too_large_are_dealt_with(shared_bureau):
    pieces = httpx.post(
        shared_bureau.address + PATH,
        content=iter([BODIES[0][:20], BODIES[0][20:]]),
        headers={"content-type": "application/json"},
        trust_env=False,
    )
    large = httpx.post(
        shared_bureau.address + PATH,
        content=b" " * (17 * 1024 * 1024),
        headers={"content-type": "application/json"},
        trust_env=False,
    )

    assert pieces.json()["total_yuan"] == "50000.00"
    assert (large.status_code, large.json()["code"]) == (413, "too_large")


TAXES = "/v1/subsidies/tax-effects"
TRANSFER = {
    "on": "2025-06-30",
    "type": "transfer",
    "registered": True,
    "technology_yuan": "6000000.00",
    "vat_rate": "0.06",
    "transfer_income_yuan": "8000000.00",
    "income_tax_rate": "0.25",
    "rd_expensed_yuan": "100000.00",
}


def test_tax_effects_are_shown_with_source_and_confidence(shared_bureau):
    answer = shared_bureau.call(None, "POST", TAXES, TRANSFER).json()

    effects = {one["code"]: one for one in answer["effects"]}
    assert effects["vat_exemption"]["amounts"]["vat_saved_yuan"] == "360000.00"
    assert effects["vat_exemption"]["confidence"] == "B"
    assert effects["income_tax"]["amounts"]["exempt_income_yuan"] == "5000000.00"
    assert effects["income_tax"]["amounts"]["halved_income_yuan"] == "3000000.00"
    assert "第九十条" in effects["income_tax"]["source"]
    assert effects["rd_super_deduction"]["applies"] is True
    assert "不是税务意见" in answer["notice"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"on": None}, "/on"),
        ({"vat_rate": "1.1"}, "/vat_rate"),
        ({"vat_rate": 0.06}, "/vat_rate"),
        ({"total_yuan": "-1.00"}, "/total_yuan"),
        ({"licence_years": "-1"}, "/licence_years"),
        ({"surprise": 1}, "/surprise"),
    ],
)
def test_wrong_facts_for_taxes_are_named(shared_bureau, change, pointer):
    answer = shared_bureau.call(None, "POST", TAXES, TRANSFER | change)

    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]


def test_what_would_be_paid_if_and_which_act_comes_next(shared_bureau):
    contract = {
        "id": "c1",
        "type": "license",
        "registered_by": "jinan_municipal",
        "registered_on": "2024-02-02",
        "city_subsidy": {"approved_yuan": "60000.00", "disbursed_yuan": "0.00"},
    }
    question = {
        "on": "2024-06-30",
        "applicant": FIRM | {"kind": "university"},
        "contracts": [contract],
        "awards": [AWARD],
    }
    english = shared_bureau.call(None, "POST", PATH, question, Accept_Language="en").json()
    award, match = english["items"]

    assert (award["outcome"], award["amount_yuan"]) == ("needs_review", None)
    assert [(one["reading"], one["amount_yuan"]) for one in award["options"]] == [
        ("university_counts", "50000.00"),
        ("university_excluded", "0.00"),
    ]
    assert (match["outcome"], match["amount_yuan"]) == ("pending", "0.00")
    assert [
        (one["reading"], one["amount_yuan"], one["amount_kind"]) for one in match["options"]
    ] == [("when_complete", "60000.00", "ceiling")]
    assert match["next_acts"][0] == "payment of the city's subsidy"
    chinese = shared_bureau.call(None, "POST", PATH, question).json()
    assert chinese["items"][1]["next_acts"][0] == "市级补助经费拨付"

"""The whole story: from an uploaded achievement to a subsidy and a better credit profile.

Told through the gateway, on five separate processes that find each other by URL.
"""

import json
import uuid

import pytest

from kit.clock import today
from tests.flow.workbooks import make_workbook

ENTERPRISE = "91370102MA3D000125"
UNIVERSITY = "123700004955000143"
BANK = "91370102MA3D00039W"


@pytest.fixture(scope="module")
def university(platform):
    return platform.call("demo-university")


@pytest.fixture(scope="module")
def story():
    """What one chapter leaves for the next."""
    return {}


def make_achievement(**overrides):
    achievement = {
        "source_id": f"SDU-{uuid.uuid4().hex[:10]}",
        "title": "面向明湖的低功耗边缘计算芯片",
        "abstract": "一种用于湖泊水质在线监测的低功耗边缘计算芯片及其封装方法。",
        "keywords": ["边缘计算", "水质监测"],
        "field": "new-generation-it",
        "industry": "C39",
        "trl": 6,
        "organizations": [{"uscc": UNIVERSITY, "name": "山东某大学"}],
        "contributors": [{"name": "张某某", "orcid": "0000-0002-1825-0097"}],
        "intellectual_property": [
            {"kind": "invention_patent", "number": "ZL201710601862.3", "status": "granted"}
        ],
        "transfer_ways": ["license", "equity"],
        "asking_price_yuan": "500000.00",
        "visibility": "public",
        "completed_on": "2024-03-01",
    }
    return achievement | overrides


def decide(client, thing, **body):
    """Decide on a thing at the version just read."""
    version = client.get(thing).headers["ETag"]
    return client.post(f"{thing}/decisions", json=body, headers={"If-Match": version})


class TestAUniversityBringsItsAchievements:
    def test_the_token_says_who_it_is(self, university):
        me = university.get("/v1/me").json()

        assert me["role"] == "university"
        assert me["organization"] == {
            "uscc": UNIVERSITY,
            "name": "山东某大学",
            "kind": "university",
        }

    def test_an_upsert_creates_then_changes_nothing_then_updates(self, university):
        achievement = make_achievement()
        path = f"/v1/achievements/by-source/{achievement['source_id']}"

        created = university.put(path, json=achievement)
        unchanged = university.put(path, json=achievement)
        updated = university.put(path, json=achievement | {"trl": 7})

        assert (created.status_code, created.json()["result"]) == (201, "created")
        assert (unchanged.status_code, unchanged.json()["result"]) == (200, "unchanged")
        assert (updated.status_code, updated.json()["result"]) == (200, "updated")
        read = university.get(f"/v1/achievements/{created.json()['id']}")
        assert read.json()["trl"] == 7
        assert read.headers["ETag"] != created.headers["ETag"]

    def test_ten_bad_rows_of_a_thousand_harm_nobody_else(self, university):
        spoilt = {
            3: {"title": ""},
            101: {"trl": 12},
            202: {"industry": 5},
            303: {"organizations": []},
            404: {"completed_on": "2024-02-30"},
            505: {"asking_price_yuan": "-1.00"},
            606: {"colour": "red"},
            707: {"organizations": [{"uscc": "91370102MA3D000126", "name": "错号"}]},
            808: {
                "intellectual_property": [
                    {"kind": "invention_patent", "number": "ZL201710601862.4"}
                ]
            },
            909: {"contributors": [{"name": "某", "orcid": "0000-0002-1825-0098"}]},
        }
        batch = uuid.uuid4().hex[:6]
        items = [
            make_achievement(
                source_id=f"{batch}-{row}",
                title=f"批量成果 {batch} 第 {row} 号",
                intellectual_property=[],
            )
            | spoilt.get(row, {})
            for row in range(1000)
        ]

        answer = university.post("/v1/achievements/batches", json={"items": items})

        assert answer.status_code == 207
        results = answer.json()["items"]
        failed = {item["index"] for item in results if item["result"] == "failed"}
        assert failed == set(spoilt)
        assert sum(item["result"] == "created" for item in results) == 990
        for index in spoilt:
            problem = results[index]["problem"]
            assert problem["status"] == 422
            assert problem["errors"][0]["pointer"].startswith("/")
            assert problem["errors"][0]["message"]

    def test_an_excel_file_goes_in_as_a_job(self, university, eventually):
        batch = uuid.uuid4().hex[:6]
        content = make_workbook(batch, UNIVERSITY)

        started = university.post(
            "/v1/imports",
            files={"file": ("成果.xlsx", content)},
            data={"kind": "achievements"},
        )
        assert started.status_code == 202
        place = started.headers["Location"]
        done = eventually(
            lambda: university.get(place).json(),
            lambda job: job["state"] in ("succeeded", "completed", "done", "failed"),
        )

        assert done["state"] != "failed", done
        assert done["counts"] | {"read": 5, "created": 4, "failed": 1} == done["counts"]
        (failed,) = university.get(f"{place}/rows", params={"status": "failed"}).json()["items"]
        assert failed["row"] == 7
        with university.stream("GET", f"{place}/events") as stream:
            lines = [line for line in stream.iter_lines() if line.startswith("data:")]
        assert json.loads(lines[-1].removeprefix("data:"))["counts"]["created"] == 4

    def test_chinese_words_find_it(self, university, platform):
        word = f"磁悬浮{uuid.uuid4().hex[:4]}"
        university.post(
            "/v1/achievements",
            json=make_achievement(title=f"{word}轴承的装配方法", intellectual_property=[]),
        ).raise_for_status()

        public = platform.call()
        found = public.get("/v1/achievements", params={"q": f"{word} 轴承"}).json()

        assert word in found["items"][0]["title"]


class TestAnyoneAsksForASubsidy:
    def test_an_award_is_worth_what_the_clause_says(self, platform):
        request = {
            "on": "2024-06-30",
            "applicant": {"kind": "enterprise", "in_district": True},
            "awards": [
                {
                    "id": "a1",
                    "scheme": "shandong_st_progress",
                    "level": "first",
                    "awarded_on": "2024-03-01",
                }
            ],
        }

        public = platform.call()
        answer = public.post("/v1/subsidies/calculations", json=request)
        english = public.post(
            "/v1/subsidies/calculations", json=request, headers={"Accept-Language": "en"}
        )

        assert answer.status_code == 200
        assert (answer.json()["total_yuan"], answer.json()["total_kind"]) == ("50000.00", "exact")
        (item,) = answer.json()["items"]
        assert (item["rule"], item["outcome"], item["amount_yuan"]) == (
            "award",
            "eligible",
            "50000.00",
        )
        assert any("一等奖奖励5万元" in reason["quote"] for reason in item["reasons"])
        assert english.json()["items"][0]["reasons"] != item["reasons"]


class TestTheLoop:
    """信-评-保-贷-易, and what a registered contract sets going."""

    def test_a_supplier_posts_facts_and_a_bank_may_look_only_with_consent(self, platform, story):
        bank, enterprise = platform.call("demo-bank"), platform.call("demo-enterprise")
        inquiry = {"uscc": ENTERPRISE, "purpose": "loan_application"}

        refused = bank.post("/v1/inquiries", json=inquiry | {"consent_id": None})
        assert (refused.status_code, refused.json()["code"]) == (403, "consent_required")
        assert "profile" not in refused.json()

        asked = bank.post(
            "/v1/consents",
            json=inquiry
            | {
                "scope": "detail",
                "categories": ["innovation", "operation"],
                "valid_until": "2099-12-31",
                "max_reads": 5,
            },
        )
        assert (asked.status_code, asked.json()["state"]) == (201, "requested"), asked.text
        consent = f"/v1/consents/{asked.json()['id']}"
        assert decide(bank, consent, decision="granted").status_code == 403
        granted = decide(enterprise, consent, decision="granted")
        assert granted.status_code in (200, 201), granted.text

        looked = bank.post("/v1/inquiries", json=inquiry | {"consent_id": asked.json()["id"]})
        assert looked.status_code == 201, looked.text
        profile = looked.json()["profile"]
        assert profile["scorecard"]["version"]
        assert {
            "score",
            "grade",
            "dimensions",
            "reasons",
            "not_available",
            "objections",
        } <= profile.keys()
        again = bank.get(f"/v1/inquiries/{looked.json()['id']}")
        assert again.content == looked.content

        log = enterprise.get(f"/v1/enterprises/{ENTERPRISE}/access-log").json()["items"]
        outcomes = [entry["outcome"] for entry in log if entry["institution"]["uscc"] == BANK]
        assert {"refused", "disclosed"} <= set(outcomes)
        story["consent"] = consent
        story["indicators_before"] = count_indicators(profile)

    def test_a_case_walks_from_credit_to_trade(self, platform, story):
        enterprise = platform.call("demo-enterprise")
        university = platform.call("demo-university")
        achievement = university.post(
            "/v1/achievements", json=make_achievement(intellectual_property=[])
        ).json()
        opened = enterprise.post(
            "/v1/cases",
            json={
                "uscc": ENTERPRISE,
                "achievement_id": achievement["id"],
                "title": "低功耗芯片许可",
                "amount_yuan": "500000.00",
                "plan": "credit-evaluation-insurance-loan-trade",
            },
        )
        assert opened.status_code == 201, opened.text
        case = opened.headers["Location"]
        tracks = {
            stage["stage"]: f"{case}/tracks/{stage['tracks'][0]['id']}"
            for stage in opened.json()["stages"]
        }
        holders = {
            "credit": "demo-officer",
            "evaluation": "demo-broker",
            "insurance": "demo-insurer",
            "loan": "demo-bank",
            "trade": "demo-exchange",
        }

        def decide_track(stage, by=None, **body):
            caller = platform.call(by or holders[stage])
            version = caller.get(case).headers["ETag"]
            return caller.post(
                f"{tracks[stage]}/decisions", json=body, headers={"If-Match": version}
            )

        early = decide_track("loan", outcome="approved", result={})
        assert early.status_code == 409
        assert early.json()["code"] in ("credit_required", "stage_not_open")
        assert "allowed" in early.json()
        assert decide_track("credit", by="demo-bank", outcome="approved").status_code == 403
        for stage in ("credit", "evaluation", "insurance", "loan"):
            answer = decide_track(stage, outcome="approved", result={})
            assert answer.status_code in (200, 201), (stage, answer.text)
        traded = decide_track(
            "trade",
            outcome="approved",
            result={"contract": {"type": "license", "amount_yuan": "500000.00"}},
        )
        assert traded.status_code in (200, 201), traded.text
        assert enterprise.get(case).json()["state"] == "transformed"
        story["achievement"] = achievement["id"]

    def test_the_registration_reaches_subsidies_and_credit_by_itself(
        self, platform, story, eventually
    ):
        enterprise, officer = platform.call("demo-enterprise"), platform.call("demo-officer")
        bank = platform.call("demo-bank")

        def entitlements():
            answer = enterprise.get("/v1/entitlements", params={"uscc": ENTERPRISE})
            return [item for item in answer.json()["items"] if item["rule"] == "contract_match"]

        (waiting,) = eventually(entitlements, bool)
        assert waiting["outcome"] == "pending"
        contracts = enterprise.get("/v1/contracts").json()["items"]
        payment = {
            "payment_ref": f"JN-{uuid.uuid4().hex[:8]}",
            "uscc": ENTERPRISE,
            "contract_number": contracts[0]["number"],
            "approved_yuan": "30000.00",
            "disbursed_yuan": "30000.00",
            "disbursed_on": today().isoformat(),
        }
        recorded = officer.post("/v1/city-payments", json=payment)
        assert recorded.status_code == 201, recorded.text
        (paid,) = eventually(entitlements, lambda items: items[0]["outcome"] == "eligible")
        assert (paid["amount_yuan"], paid["amount_kind"]) == ("30000.00", "ceiling")

        consent_id = story["consent"].rsplit("/", 1)[1]

        def look():
            return bank.post(
                "/v1/inquiries",
                json={"uscc": ENTERPRISE, "purpose": "loan_application", "consent_id": consent_id},
            ).json()["profile"]

        after = look()
        assert "registry" in json.dumps(after)

    def test_a_revoked_consent_closes_the_profile(self, platform, story):
        bank, enterprise = platform.call("demo-bank"), platform.call("demo-enterprise")

        assert decide(enterprise, story["consent"], decision="revoked").status_code in (200, 201)

        refused = bank.post(
            "/v1/inquiries",
            json={
                "uscc": ENTERPRISE,
                "purpose": "loan_application",
                "consent_id": story["consent"].rsplit("/", 1)[1],
            },
        )
        assert (refused.status_code, refused.json()["code"]) == (403, "consent_required")


def count_indicators(profile):
    return sum(len(dimension["indicators"]) for dimension in profile["dimensions"])

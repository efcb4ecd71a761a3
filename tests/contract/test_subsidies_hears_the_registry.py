"""What the registry certifies and awards becomes an entitlement, from its own events alone."""

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from kit.auth import Principal, Role
from kit.clock import today
from kit.db import Database
from kit.events import get_envelope
from kit.settings import Settings
from services.achievements.main import HOUSE
from services.achievements.main import create_app as create_registry
from services.subsidies.main import create_app as create_subsidies
from tests.server import TestServer
from tests.serving import call_as, make_principal, serve

OFFICER = make_principal(Role.OFFICER, "11370102004200018N", "历下区科学技术局", "government")
SERVICE = make_principal(Role.SERVICE, "11370102004200018N", "平台")
ENTERPRISE = make_principal(Role.ENTERPRISE, "91370102MA3D000125", "济南明湖智造科技有限公司")
HAVES = ("investment", "site", "staff", "equipment", "rules", "results")

CALL = {
    "scheme": "shandong_st_progress",
    "levels": ["first"],
    "title": "省科学技术奖提名",
    "published_on": str(today()),
    "working_days": 10,
    "recommend_days": 5,
    "supplement_days": 5,
}
ACHIEVEMENT = {
    "title": "泉水余压发电装置",
    "abstract": "利用泉水余压发电。",
    "organizations": [{"uscc": ENTERPRISE.uscc, "name": ENTERPRISE.org_name}],
    "contributors": [{"name": "李四"}],
    "intellectual_property": [{"kind": "invention_patent", "number": "ZL201710601862.3"}],
    "completed_on": "2025-05-01",
}


@dataclass(frozen=True)
class Houses:
    """The registry and subsidies, each with its database; `carry` does what the worker does."""

    registry: str
    subsidies: str
    settings: Settings
    database: Database

    def call(
        self, caller: Principal, method: str, path: str, body: object = None, **headers: str
    ) -> httpx.Response:
        house = self.subsidies if path.startswith("/v1/entitlements") else self.registry
        with call_as(house, self.settings, caller) as client:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            answer = client.request(method, path, json=body, headers=named)
        assert answer.is_success, answer.text
        return answer

    def carry(self) -> None:
        """Bring every event to subsidies, as it was recorded."""
        with (
            self.database.read() as session,
            call_as(self.subsidies, self.settings, SERVICE) as client,
        ):
            for event_id in session.connection().exec_driver_sql("SELECT id FROM events"):
                envelope = get_envelope(session, event_id[0], "achievements")
                heard = client.post("/internal/events", json=envelope.model_dump(mode="json"))
                assert heard.status_code == 204, heard.text

    def entitlements(self) -> dict[str, dict[str, object]]:
        """By rule: what the enterprise is entitled to."""
        self.carry()
        answer = self.call(ENTERPRISE, "GET", "/v1/entitlements")
        return {item["rule"]: item for item in answer.json()["items"]}


@pytest.fixture(scope="module")
def houses(server: TestServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Houses]:
    settings = Settings(
        database_url=server.clone("achievements", "subsidies"),
        data_dir=tmp_path_factory.mktemp("data"),
    )
    database = Database(settings.database_of("achievements"), pool_size=2, info={"house": HOUSE})
    with serve(create_registry(settings)) as registry, serve(create_subsidies(settings)) as other:
        here = Houses(registry, other, settings, database)
        here.call(
            OFFICER,
            "PUT",
            f"/v1/organizations/{ENTERPRISE.uscc}",
            {
                "name": ENTERPRISE.org_name,
                "kind": "enterprise",
                "in_district": True,
                "is_industrial": True,
                "is_above_designated_size": True,
            },
        )
        yield here
    database.close()


def certify(houses: Houses, kind: str, level: str, *, newly: bool) -> None:
    made = houses.call(
        ENTERPRISE,
        "PUT",
        f"/v1/platforms/by-source/{kind}",
        {"kind": kind, "name": "某平台", "established_on": "2026-02-01", "co_builders": []},
    )
    place = f"/v1/platforms/{made.json()['id']}"
    for have in HAVES:
        houses.call(ENTERPRISE, "PUT", f"{place}/evidence/{have}", {"title": have})
    body = {"certified_on": "2026-05-20", "level": level, "newly_established": newly}
    houses.call(OFFICER, "POST", f"{place}/certifications", body)


@pytest.mark.parametrize(
    ("kind", "level", "rule", "amount"),
    [
        ("enterprise_rd", "district", "rd_platform", ("50000.00", "exact")),
        ("key_laboratory", "municipal", "key_laboratory", ("30000.00", "ceiling")),
    ],
)
def test_a_certified_platform_becomes_an_entitlement(
    houses: Houses, kind: str, level: str, rule: str, amount: tuple[str, str]
) -> None:
    certify(houses, kind, level, newly=True)

    due = houses.entitlements()[rule]

    assert due["outcome"] == "eligible", due
    assert (due["amount_yuan"], due["amount_kind"]) == amount


def test_an_award_at_the_end_of_a_nomination_becomes_an_entitlement(houses: Houses) -> None:
    call = houses.call(OFFICER, "POST", "/v1/award-calls", CALL).json()
    achievement = houses.call(
        ENTERPRISE, "PUT", "/v1/achievements/by-source/won", ACHIEVEMENT
    ).json()
    wanted = {"call_id": call["id"], "achievement_id": achievement["id"]}
    nomination = houses.call(ENTERPRISE, "POST", "/v1/nominations", wanted).json()
    place, any_version = f"/v1/nominations/{nomination['id']}", {"If_Match": "*"}
    houses.call(ENTERPRISE, "PATCH", place, {"statement": "已在两家企业应用"}, **any_version)
    steps = (
        (ENTERPRISE, {"decision": "submitted"}),
        (OFFICER, {"decision": "recommended"}),
        (OFFICER, {"decision": "under_review"}),
        (OFFICER, {"decision": "awarded", "level": "first", "awarded_on": "2026-11-20"}),
    )
    for caller, decision in steps:
        houses.call(caller, "POST", f"{place}/decisions", decision, **any_version)

    due = houses.entitlements()["award"]

    assert (due["outcome"], due["amount_yuan"], due["title"]) == (
        "eligible",
        "50000.00",
        ACHIEVEMENT["title"],
    )


@pytest.mark.parametrize(
    ("kind", "rule", "source"),
    [("awards", "award", None), ("platforms", "key_laboratory", "key_laboratory")],
)
def test_what_is_classified_entitles_to_nothing_until_it_is_open_again(
    houses: Houses, kind: str, rule: str, source: str | None
) -> None:
    award = {"scheme": "shandong_st_progress", "level": "second", "title": "另一奖"}
    place = f"/v1/{kind}/by-source/{source or 'shut'}"
    if source is None:
        thing = houses.call(ENTERPRISE, "PUT", place, award | {"awarded_on": "2026-05-01"}).json()
    else:
        thing = houses.call(ENTERPRISE, "GET", f"/v1/{kind}?source_id={source}").json()["items"][0]
    any_version = {"If_Match": "*"}

    def outcome() -> object:
        houses.carry()
        items = houses.call(ENTERPRISE, "GET", "/v1/entitlements").json()["items"]
        found = [one for one in items if one["rule"] == rule and one["subject"] == thing["id"]]
        return [(one["outcome"], one["amount_yuan"]) for one in found]

    before = outcome()
    address = f"/v1/{kind}/{thing['id']}"
    houses.call(ENTERPRISE, "PATCH", address, {"visibility": "classified"}, **any_version)
    shut = outcome()
    houses.call(ENTERPRISE, "PATCH", address, {"visibility": "public"}, **any_version)

    assert shut == [("not_eligible", "0.00")]
    assert outcome() == before != shut

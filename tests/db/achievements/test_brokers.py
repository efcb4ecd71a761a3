"""Agencies and brokers: registered, trained, appointed, paid to the fen, measured."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import httpx
import pytest

from kit.auth import Role
from kit.clock import today
from tests.db.achievements.conftest import Registry, make_item
from tests.db.achievements.test_amendments import register
from tests.serving import call_as, make_principal

AGENCY, OTHER = "91370102MA3D00063D", "91370102MA3D00055J"


@dataclass
class Bureau:
    """The registry, two agencies, and an achievement to be sold."""

    registry: Registry
    agency: httpx.Client
    other: httpx.Client
    achievement_id: str
    brokers: list[str]

    def appoint(self, client: httpx.Client, **changes: object) -> httpx.Response:
        body = {
            "subject_kind": "achievement",
            "subject_id": self.achievement_id,
            "agency_uscc": AGENCY,
            "commission": {
                "ratio": "0.0333",
                "shares": [{"broker_id": one, "share": 1} for one in self.brokers],
            },
        }
        return client.post("/v1/appointments", json=body | changes)


def decide(
    client: httpx.Client, appointment: dict[str, object], decision: str, **more: str
) -> httpx.Response:
    return client.post(
        f"/v1/appointments/{appointment['id']}/decisions",
        json={"decision": decision} | more,
        headers={"If-Match": "*"},
    )


@pytest.fixture(scope="module")
def bureau(registry: Registry) -> Iterator[Bureau]:
    def call(uscc: str, name: str) -> httpx.Client:
        principal = make_principal(Role.BROKER, uscc, name, "service_agency")
        return call_as(registry.address, registry.settings, principal)

    agency, other = call(AGENCY, "泉城某技术转移有限公司"), call(OTHER, "历下某科技服务有限公司")
    for client in (agency, other):
        made = client.post("/v1/service-agencies", json={"services": ["技术经纪"]})
        assert made.status_code == 201, made.text
    brokers = [
        agency.post("/v1/brokers", json={"name": name, "fields": ["new-materials"]}).json()["id"]
        for name in ("甲某", "乙某", "丙某")
    ]
    item = make_item(source_id="BROKERED-1")
    achievement = registry.university.post("/v1/achievements", json=item).json()["id"]
    yield Bureau(registry, agency, other, achievement, brokers)
    agency.close()
    other.close()


def test_an_agency_registers_once_and_changes_only_itself(bureau: Bureau) -> None:
    again = bureau.agency.post("/v1/service-agencies", json={})
    seen = bureau.registry.public.get(f"/v1/service-agencies/{AGENCY}")
    address, body = f"/v1/service-agencies/{AGENCY}", {"services": ["成果评价"]}
    foreign = bureau.other.put(address, json=body, headers={"If-Match": "*"})
    untagged = bureau.agency.put(address, json=body)
    changed = bureau.agency.put(address, json=body, headers={"If-Match": seen.headers["ETag"]})

    assert again.json()["code"] == "agency_known"
    assert seen.json()["name"] == "泉城某技术转移有限公司"
    assert [foreign.status_code, untagged.status_code, changed.status_code] == [403, 428, 200]
    listed = bureau.registry.public.get("/v1/service-agencies").json()["items"]
    assert {AGENCY, OTHER} <= {one["uscc"] for one in listed}
    assert bureau.registry.enterprise.post("/v1/service-agencies", json={}).status_code == 403


def test_training_counts_until_it_expires_and_a_level_asks_for_it(bureau: Bureau) -> None:
    officer, broker = bureau.registry.officer, f"/v1/brokers/{bureau.brokers[0]}"
    old, fresh = today() - timedelta(days=1200), today() - timedelta(days=30)

    def train(number: str, hours: int, day: object) -> httpx.Response:
        body = {
            "course": "技术经纪实务",
            "provider": "历下某培训基地",
            "certificate_number": number,
            "hours": hours,
            "completed_on": str(day),
        }
        return officer.post(f"{broker}/training-credits", json=body)

    def award(level: str, day: object) -> httpx.Response:
        body = {
            "level": level,
            "certificate_number": f"C-{level}",
            "issuer": "历下区科学技术局",
            "awarded_on": str(day),
        }
        return officer.post(f"{broker}/levels", json=body)

    assert train("T-1", 100, old).json()["credits"]["expired"] == 100
    too_few = award("junior", today())
    assert train("T-2", 40, fresh).status_code == 201
    assert train("T-2", 40, fresh).json()["code"] == "training_known"
    assert train("T-3", 8, today() + timedelta(days=1)).status_code == 422
    given = award("junior", today())
    higher = award("intermediate", today())

    assert (too_few.json()["code"], too_few.json()["valid"]) == ("credits_missing", 0)
    assert (given.json()["level"], given.json()["credits"]["valid"]) == ("junior", 40)
    assert (higher.status_code, higher.json()["needed"]) == (409, 80)
    assert award("master", today()).json()["errors"][0]["code"] == "level_unknown"
    found = officer.get("/v1/brokers", params={"level": "junior"}).json()["items"]
    assert [one["id"] for one in found] == [bureau.brokers[0]]
    assert bureau.agency.post(f"{broker}/training-credits", json={}).status_code == 403
    assert bureau.registry.public.get("/v1/brokers").status_code == 401
    levels = bureau.registry.public.get("/v1/brokers/levels").json()["items"]
    assert [one["assumption"] for one in levels] == [True, True, True]


def test_an_appointed_agency_lists_and_its_commission_adds_up(bureau: Bureau) -> None:
    registry = bureau.registry
    listing = {"achievement_id": bureau.achievement_id, "title": "代理挂牌", "way": "agreement"}
    before = bureau.agency.post("/v1/listings", json=listing)
    proposed = bureau.appoint(registry.university)
    assert proposed.status_code == 201, proposed.text
    appointment = proposed.json()
    waiting = bureau.agency.post("/v1/listings", json=listing)
    foreign = decide(bureau.other, appointment, "accepted")
    self_accepted = decide(registry.university, appointment, "accepted")
    accepted = decide(bureau.agency, appointment, "accepted")
    listed = bureau.agency.post("/v1/listings", json=listing)

    assert [before.status_code, waiting.status_code] == [403, 403]
    assert [foreign.status_code, self_accepted.status_code] == [404, 403]
    assert (accepted.json()["state"], accepted.json()["allowed"]) == ("accepted", ["ended"])
    assert listed.status_code == 201
    assert listed.json()["owner_uscc"] != listed.json()["lister_uscc"] == AGENCY

    contract = register(registry, achievement_id=bureau.achievement_id)
    other = register(registry)
    address = f"/v1/appointments/{appointment['id']}/commissions"
    headers = {"If-Match": '"2"'}
    wrong = registry.university.post(address, json={"contract_id": other["id"]}, headers=headers)
    theirs = registry.enterprise.post(address, json={"contract_id": contract["id"]})
    claim = {"contract_id": contract["id"]}
    earned = registry.university.post(address, json=claim, headers=headers)
    twice = registry.university.post(address, json=claim, headers={"If-Match": "*"})

    assert wrong.json()["errors"][0]["code"] == "contract_differs"
    assert theirs.status_code == 404
    assert earned.status_code == 201, earned.text
    commission = earned.json()["earned"]
    parts = [part["amount_yuan"] for part in commission["parts"]]
    assert commission["total_yuan"] == "16650.00"
    assert sum(map(Decimal, parts)) == Decimal(commission["total_yuan"])
    assert twice.json()["code"] == "appointment_step_not_open"
    acts = registry.university.get(f"/v1/appointments/{appointment['id']}/history").json()["items"]
    assert [line["act"] for line in acts] == ["proposed", "accepted", "completed"]


def test_the_performance_table_drills_to_its_appointments(bureau: Bureau) -> None:
    said = bureau.registry.officer.get("/v1/brokers/performance").json()
    own = bureau.other.get("/v1/brokers/performance").json()

    assert {one["uscc"] for one in own["agencies"]} == {OTHER}
    mine = next(one for one in said["agencies"] if one["uscc"] == AGENCY)
    parts = [Decimal(one["commission_yuan"]) for one in said["brokers"] if one["uscc"] == AGENCY]
    assert sum(parts) == Decimal(mine["commission_yuan"]) == Decimal("16650.00")
    for line in said["agencies"]:
        for state in ("accepted", "completed"):
            rows = bureau.registry.officer.get(line[f"{state}_rows"]).json()["items"]
            assert len(rows) == line[state]
    for line in said["brokers"]:
        rows = bureau.registry.officer.get(line["completed_rows"]).json()["items"]
        assert len(rows) == line["completed"]
    assert bureau.registry.enterprise.get("/v1/brokers/performance").status_code == 403


def test_who_may_appoint_whom_to_what(bureau: Bureau) -> None:
    university = bureau.registry.university
    foreign = bureau.appoint(bureau.registry.enterprise)
    unknown = bureau.appoint(university, agency_uscc="91370102MA3D000125")
    share = [{"broker_id": "nobody", "share": 1}]
    stranger = bureau.appoint(university, commission={"ratio": "0.1", "shares": share})
    neither = bureau.appoint(university, commission={"shares": share})
    past = bureau.appoint(university, valid_until=str(today() - timedelta(days=1)))
    ended = bureau.appoint(university).json()

    assert foreign.status_code == 403
    assert unknown.json()["errors"][0]["pointer"] == "/agency_uscc"
    assert stranger.json()["errors"][0]["pointer"] == "/commission/shares/0/broker_id"
    assert neither.json()["errors"][0]["code"] == "commission_terms"
    assert past.json()["errors"][0]["pointer"] == "/valid_until"
    assert decide(university, ended, "ended").status_code == 422
    assert decide(university, ended, "ended", reason="另行委托").json()["state"] == "ended"
    bureau.agency.patch(
        f"/v1/brokers/{bureau.brokers[2]}", json={"is_active": False}, headers={"If-Match": "*"}
    )
    inactive = bureau.appoint(university)
    assert inactive.json()["errors"][0]["pointer"] == "/commission/shares/2/broker_id"

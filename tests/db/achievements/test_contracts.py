"""Technology contracts: two acts with two dates, told once."""

from concurrent.futures import ThreadPoolExecutor

import httpx
from sqlalchemy import text

from tests.db.achievements.conftest import ENTERPRISE, EXCHANGE, UNIVERSITY, Registry

PATH = "/v1/contracts"


def make_contract(**changes: object) -> dict[str, object]:
    return {
        "title": "固态锂电池电解质专利实施许可合同",
        "type": "license",
        "seller": {"uscc": UNIVERSITY, "name": "山东某大学", "kind": "university"},
        "buyer": {"uscc": ENTERPRISE, "name": "济南明湖智造科技有限公司", "kind": "enterprise"},
        "total_yuan": "500000.00",
        "technology_yuan": "450000.00",
        "signed_on": "2024-05-02",
    } | changes


def make_trade(**changes: object) -> dict[str, object]:
    actor = {"client_id": "demo-exchange", "uscc": EXCHANGE, "org_name": "山东某技术成果交易中心"}
    trade = {"source_ref": "track-1", "case_id": "case-1", "achievement_id": None, "actor": actor}
    return make_contract() | trade | changes


def decide(
    client: httpx.Client, contract: dict[str, str], decision: str, **more: str
) -> httpx.Response:
    tag = more.pop("if_match", f'"{contract["version"]}"')
    return client.post(
        f"{PATH}/{contract['id']}/decisions",
        json={"decision": decision} | more,
        headers={"If-Match": tag},
    )


def count_events(registry: Registry, contract_id: str) -> int:
    with registry.database.read() as session:
        query = text(
            "SELECT count(*) FROM events WHERE type = 'achievements.contract-registered'"
            " AND data->>'contract_id' = :id"
        )
        return int(session.execute(query, {"id": contract_id}).scalar_one())


def test_a_contract_is_submitted_recognised_then_registered(registry: Registry) -> None:
    made = registry.university.post(PATH, json=make_contract())
    assert made.status_code == 201, made.text
    draft = made.json()
    assert (draft["state"], draft["allowed"]) == ("draft", ["submitted"])

    submitted = decide(registry.university, draft, "submitted").json()
    recognized = decide(registry.exchange, submitted, "recognized").json()
    assert (recognized["state"], recognized["registered_on"]) == ("recognized", None)
    registered = decide(registry.officer, recognized, "registered").json()

    assert registered["state"] == "registered"
    assert len(registered["number"]) == 16
    assert registered["recognized_on"]
    assert registered["registered_on"]
    assert count_events(registry, draft["id"]) == 1
    lines = registry.university.get(f"{PATH}/{draft['id']}/history").json()["items"]
    assert [line["act"] for line in lines] == ["created", "submitted", "recognized", "registered"]
    assert lines[2]["organization_uscc"] == EXCHANGE


def test_a_contract_entered_by_both_sides_is_recognised_once(registry: Registry) -> None:
    body = make_contract(title="双方各登记一次的许可合同")
    sides = (registry.university, registry.enterprise)
    first, second = (
        decide(side, side.post(PATH, json=body).json(), "submitted").json() for side in sides
    )
    assert decide(registry.exchange, first, "recognized").status_code == 200

    refused = decide(registry.officer, second, "recognized")
    unexplained = registry.officer.post(
        f"{PATH}/{second['id']}/decisions",
        json={"decision": "recognized", "distinct": True},
        headers={"If-Match": f'"{second["version"]}"'},
    )
    explained = registry.officer.post(
        f"{PATH}/{second['id']}/decisions",
        json={"decision": "recognized", "distinct": True, "reason": "同日签订的第二份许可"},
        headers={"If-Match": f'"{second["version"]}"'},
    )

    assert (refused.status_code, refused.json()["code"]) == (409, "contract_known")
    assert refused.json()["contract_id"] == first["id"]
    assert unexplained.status_code == 422
    assert explained.json()["state"] == "recognized"


def test_a_step_that_is_not_open_names_those_that_are(registry: Registry) -> None:
    draft = registry.university.post(PATH, json=make_contract()).json()
    refused = decide(registry.exchange, draft, "registered")

    assert refused.status_code == 409
    assert refused.json()["code"] == "contract_step_not_open"
    assert refused.json()["allowed"] == ["submitted"]


def test_who_may_take_which_step(registry: Registry) -> None:
    draft = registry.university.post(PATH, json=make_contract()).json()
    assert decide(registry.enterprise, draft, "submitted").status_code == 403
    submitted = decide(registry.university, draft, "submitted").json()

    assert decide(registry.university, submitted, "recognized").status_code == 403
    assert decide(registry.bank, submitted, "recognized").status_code == 404
    assert decide(registry.exchange, submitted, "refused").status_code == 422
    assert decide(registry.exchange, draft, "recognized").status_code == 412
    no_tag = registry.exchange.post(
        f"{PATH}/{draft['id']}/decisions", json={"decision": "recognized"}
    )
    assert no_tag.status_code == 428
    refused = decide(registry.exchange, submitted, "refused", reason="不属于技术合同")
    assert refused.json()["state"] == "refused"
    assert refused.json()["allowed"] == []


def test_two_decisions_at_once_have_one_winner(registry: Registry) -> None:
    draft = registry.university.post(PATH, json=make_contract()).json()

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(
            pool.map(
                lambda _: decide(registry.university, draft, "submitted").status_code, range(8)
            )
        )

    assert statuses == [200] + [412] * 7


def test_contracts_that_contradict_themselves_are_refused(registry: Registry) -> None:
    above = registry.university.post(PATH, json=make_contract(technology_yuan="500000.01"))
    same = registry.university.post(PATH, json=make_contract(buyer=make_contract()["seller"]))
    foreign = registry.bank.post(PATH, json=make_contract())
    unknown = registry.university.post(PATH, json=make_contract(achievement_id="nope"))

    assert above.json()["errors"][0]["code"] == "technology_above_total"
    assert same.json()["errors"][0]["pointer"] == "/buyer/uscc"
    assert foreign.status_code == 403
    assert unknown.json()["errors"][0]["pointer"] == "/achievement_id"


def test_a_trade_is_registered_once_however_often_it_is_told(registry: Registry) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(
                lambda _: registry.service.post("/internal/contracts", json=make_trade()), range(8)
            )
        )

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    trade = answers[0].json()
    assert set(trade) == {"contract_id", "contract_number", "registered_on"}
    assert count_events(registry, trade["contract_id"]) == 1
    contract = registry.officer.get(f"{PATH}/{trade['contract_id']}").json()
    assert (contract["state"], contract["case_id"]) == ("registered", "case-1")
    with registry.database.read() as session:
        data = session.execute(
            text("SELECT data FROM events WHERE data->>'contract_id' = :id"),
            {"id": trade["contract_id"]},
        ).scalar_one()
    assert (data["type"], data["registered_by"]) == ("license", "jinan_municipal")
    assert (data["total_yuan"], data["seller"]["uscc"]) == ("500000.00", UNIVERSITY)


def test_internal_routes_are_for_services_only(registry: Registry) -> None:
    assert registry.officer.post("/internal/contracts", json=make_trade()).status_code == 403
    assert registry.public.get("/internal/achievements/x").status_code == 401


def test_contracts_are_listed_for_those_who_take_part(registry: Registry) -> None:
    registry.university.post(PATH, json=make_contract(title="名单合同"))

    def titles(client: httpx.Client) -> set[str]:
        return {item["title"] for item in client.get(PATH, params={"limit": 200}).json()["items"]}

    assert "名单合同" in titles(registry.enterprise)
    assert "名单合同" in titles(registry.exchange)
    assert titles(registry.bank) == set()
    assert registry.public.get(PATH).status_code == 401


def test_an_event_of_the_gateway_has_its_effect_once(registry: Registry) -> None:
    data = {"case_id": "c-9", "uscc": ENTERPRISE, "achievement_id": "a", "state": "open", "new": 1}
    envelope = {
        "id": "e-1", "source": "gateway", "type": "gateway.case-opened", "subject": "c-9",
        "time": "2026-11-23T09:00:00+08:00", "data": data,
    }  # fmt: skip
    first = registry.service.post("/internal/events", json=envelope)
    changed = envelope | {"data": data | {"state": "wrong"}}
    second = registry.service.post("/internal/events", json=changed)
    strange = registry.service.post(
        "/internal/events", json=envelope | {"id": "e-2", "type": "x.y"}
    )

    assert [r.status_code for r in (first, second, strange)] == [204, 204, 204]
    with registry.database.read() as session:
        states = session.execute(text("SELECT case_id, state FROM achievement_cases")).all()
    assert [tuple(row) for row in states] == [("c-9", "open")]


def test_a_draft_is_corrected_by_its_drafter_until_it_is_submitted(registry: Registry) -> None:
    draft = registry.university.post(PATH, json=make_contract(title="草稿")).json()
    place, tag = f"{PATH}/{draft['id']}", {"If-Match": '"1"'}
    form = {"valid_from": "2026-01-01", "plan_source": "市级计划"}
    changed = registry.university.patch(place, json={"form": form, "summary": "许可"}, headers=tag)
    other = registry.enterprise.patch(place, json={"title": "改"}, headers={"If-Match": '"2"'})
    wrong = registry.university.patch(
        place, json={"technology_yuan": "999999.00"}, headers={"If-Match": '"2"'}
    )
    stranger = {"uscc": EXCHANGE, "name": "某", "kind": "exchange"}
    sold = registry.university.patch(place, json={"seller": stranger}, headers={"If-Match": '"2"'})
    decide(registry.university, changed.json(), "submitted")
    late = registry.university.patch(place, json={"title": "改"}, headers={"If-Match": '"3"'})

    assert changed.status_code == 200, changed.text
    assert changed.json()["form"]["plan_source"] == "市级计划"
    assert other.status_code == 403
    assert wrong.json()["errors"][0]["code"] == "technology_above_total"
    assert sold.json()["errors"][0]["code"] == "not_a_side"
    assert (late.status_code, late.json()["code"]) == (409, "contract_not_draft")
    assert late.json()["allowed"] == ["recognized", "refused"]


def test_every_count_of_contracts_drills_to_its_rows(registry: Registry) -> None:
    registry.enterprise.post(PATH, json=make_contract(type="service"))
    for caller in (registry.university, registry.exchange, registry.auditor, registry.bank):
        counts = caller.get(f"{PATH}/counts").json()
        lines = [*counts["by_state"], *counts["by_type"]]
        assert sum(one["count"] for one in counts["by_state"]) == counts["total"]
        for line in lines:
            page = caller.get(f"{line['rows']}&limit=1").json()
            assert page["total"] == line["count"], line
    assert registry.bank.get(f"{PATH}/counts").json()["total"] == 0
    assert registry.public.get(f"{PATH}/counts").status_code == 401


def test_a_contract_is_upserted_by_its_own_key(registry: Registry) -> None:
    place = f"{PATH}/by-source/HT 2026/1"
    body = make_contract(title="按编号写入")
    made = registry.university.put(place, json=body)
    again = registry.university.put(place, json=body)
    batch = registry.university.post(
        f"{PATH}/batches",
        json={"items": [body | {"source_id": "b-1"}, body | {"source_id": "b-2", "type": "gift"}]},
    )
    taken = registry.university.post(PATH, json=body | {"source_id": "b-1"})

    assert (made.status_code, made.json()["result"]) == (201, "created")
    assert (again.status_code, again.json()["result"]) == (200, "unchanged")
    assert [one["result"] for one in batch.json()["items"]] == ["created", "failed"]
    assert (taken.status_code, taken.json()["code"]) == (409, "source_id_taken")


def test_no_official_recognises_a_contract_of_its_own_house(registry: Registry) -> None:
    bureau = {"uscc": "11370102004200018N", "name": "历下区科学技术局", "kind": "government"}
    draft = registry.university.post(PATH, json=make_contract(buyer=bureau)).json()
    submitted = decide(registry.university, draft, "submitted").json()
    own = decide(registry.officer, submitted, "recognized")

    assert (own.status_code, own.json()["code"]) == (403, "forbidden")
    assert decide(registry.exchange, submitted, "recognized").status_code == 200


def test_a_national_number_has_sixteen_digits_or_the_older_fourteen(registry: Registry) -> None:
    def number(text: str) -> httpx.Response:
        form = {"registration_number": text}
        return registry.university.post(PATH, json=make_contract(form=form))

    for known in ("2024370102000123", "24370102010001"):
        assert number(known).json()["form"]["registration_number"] == known
    for wrong in ("2024370102", "2024-3701-0200-0123", "243701020100012"):
        error = number(wrong).json()["errors"][0]
        assert (error["pointer"], error["code"]) == (
            "/form/registration_number", "contract_number_shape",
        )  # fmt: skip
    file = registry.officer.get("/v1/exports/contracts.csv?form=contract_registration").text
    assert "2024370102000123" in file

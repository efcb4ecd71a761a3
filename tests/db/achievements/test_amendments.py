"""Registered contracts are changed and cancelled by records of their own, and others are told."""

from decimal import Decimal

import httpx
from sqlalchemy import text

from tests.db.achievements.conftest import Registry
from tests.db.achievements.test_contracts import PATH, decide, make_contract

FORM = {
    "plan_source": "省级计划",
    "field": "新材料",
    "seller_region": "370102",
    "buyer_region": "370112",
}


def register(registry: Registry, **changes: object) -> dict[str, object]:
    made = registry.university.post(PATH, json=make_contract(form=FORM) | changes)
    assert made.status_code == 201, made.text
    submitted = decide(registry.university, made.json(), "submitted").json()
    recognized = decide(registry.exchange, submitted, "recognized").json()
    return decide(registry.officer, recognized, "registered").json()


def ask(client: httpx.Client, contract: dict[str, object], **body: object) -> httpx.Response:
    usual = {"kind": "change", "reason": "补充协议"}
    return client.post(f"{PATH}/{contract['id']}/amendments", json=usual | body)


def answer(
    client: httpx.Client, amendment: dict[str, object], decision: str, **more: str
) -> httpx.Response:
    tag = more.pop("if_match", '"1"')
    return client.post(
        f"{PATH}/{amendment['contract_id']}/amendments/{amendment['id']}/decisions",
        json={"decision": decision} | more,
        headers={"If-Match": tag},
    )


def told(registry: Registry, contract: dict[str, object]) -> list[tuple[str, dict[str, object]]]:
    query = text("SELECT type, data FROM events WHERE data->>'contract_id' = :id ORDER BY id")
    with registry.database.read() as session:
        rows = session.execute(query, {"id": contract["id"]}).all()
    return [(kind.removeprefix("achievements.contract-"), data) for kind, data in rows]


def test_a_change_is_a_record_beside_the_contract(registry: Registry) -> None:
    contract = register(registry)
    changes = {"total_yuan": "600000.00", "technology_yuan": "520000.00"}
    asked = ask(registry.enterprise, contract, changes=changes)
    assert asked.status_code == 201, asked.text
    second = ask(registry.university, contract, changes={"title": "改名"})
    accepted = answer(registry.officer, asked.json(), "accepted")

    assert second.json()["code"] == "amendment_pending"
    assert (accepted.json()["state"], accepted.json()["allowed"]) == ("accepted", [])
    after = registry.university.get(f"{PATH}/{contract['id']}").json()
    assert (after["total_yuan"], after["state"]) == ("500000.00", "registered")
    found = registry.university.get(f"{PATH}/{contract['id']}/amendments").json()
    assert (found["in_force"]["total_yuan"], found["in_force"]["title"]) == (
        "600000.00",
        contract["title"],
    )
    kinds = told(registry, contract)
    assert [kind for kind, _ in kinds] == ["registered", "changed"]
    assert (kinds[1][1]["technology_yuan"], kinds[1][1]["reason"]) == ("520000.00", "补充协议")
    acts = [
        line["act"]
        for line in registry.officer.get(f"{PATH}/{contract['id']}/history").json()["items"]
    ]
    assert acts[-2:] == ["change_requested", "change_accepted"]


def test_a_cancellation_ends_the_contract_and_is_told_once(registry: Registry) -> None:
    contract = register(registry)
    asked = ask(registry.university, contract, kind="cancellation", reason="双方解除").json()
    accepted = answer(registry.exchange, asked, "accepted")
    again = answer(registry.exchange, asked, "accepted", if_match='"2"')
    late = ask(registry.university, contract, kind="cancellation", reason="再次")

    assert accepted.status_code == 200
    assert again.json()["code"] == "amendment_step_not_open"
    assert (late.status_code, late.json()["code"]) == (409, "contract_not_registered")
    after = registry.university.get(f"{PATH}/{contract['id']}").json()
    assert (after["state"], after["allowed"]) == ("cancelled", [])
    assert after["cancelled_on"]
    assert after["registered_on"] == contract["registered_on"]
    assert [kind for kind, _ in told(registry, contract)] == ["registered", "cancelled"]


def test_who_asks_and_who_decides(registry: Registry) -> None:
    contract = register(registry)
    asked = ask(registry.university, contract, changes={"title": "新名称"}).json()

    assert ask(registry.bank, contract, changes={"title": "无关"}).status_code == 403
    assert answer(registry.enterprise, asked, "accepted").status_code == 403
    assert answer(registry.enterprise, asked, "taken_back").status_code == 403
    assert answer(registry.officer, asked, "refused").status_code == 422
    stale = answer(registry.officer, asked, "refused", reason="材料不全", if_match='"7"')
    assert stale.status_code == 412
    assert answer(registry.university, asked, "taken_back").json()["state"] == "taken_back"
    assert told(registry, contract)[1:] == []


def test_changes_that_contradict_are_refused(registry: Registry) -> None:
    contract = register(registry)
    above = ask(registry.university, contract, changes={"technology_yuan": "500000.01"})
    nothing = ask(registry.university, contract)
    empty = ask(registry.university, contract, kind="cancellation", changes={"title": "x"})
    gone = ask(registry.university, contract, changes={"total_yuan": None})
    draft = registry.university.post(PATH, json=make_contract()).json()
    early = ask(registry.university, draft, changes={"title": "x"})

    assert above.json()["errors"][0]["code"] == "technology_above_total"
    assert [nothing.status_code, empty.status_code, gone.status_code] == [422, 422, 422]
    assert early.json()["code"] == "contract_not_registered"


def test_parts_add_up_to_the_total(registry: Registry) -> None:
    whole = make_contract(equipment_yuan="40000.00", other_yuan="10000.00")
    assert registry.university.post(PATH, json=whole).status_code == 201
    short = registry.university.post(PATH, json=whole | {"other_yuan": "9999.99"})

    assert short.json()["errors"][0]["code"] == "parts_differ_from_total"


def test_figures_by_origin_and_region_drill_to_their_rows(registry: Registry) -> None:
    contract = register(registry)
    asked = ask(registry.university, contract, changes={"total_yuan": "700000.00"}).json()
    answer(registry.officer, asked, "accepted")
    value = "/v1/analytics/contract-value"

    for axis in ("type", "origin", "seller_region", "buyer_region"):
        said = registry.officer.get(value, params={"by": axis}).json()
        assert said["items"], axis
        for cell in said["items"]:
            rows = registry.officer.get(f"{cell['rows']}&limit=200").json()["items"]
            assert len(rows) == cell["contracts"], (axis, cell)
    origins = registry.officer.get(value, params={"by": "origin"}).json()["items"]
    totals = {cell["value"]: Decimal(cell["total_yuan"]) for cell in origins}
    listed = registry.officer.get(PATH, params={"origin": "省级计划", "limit": 200}).json()["items"]
    registered = [one for one in listed if one["state"] == "registered"]
    plain = sum((Decimal(one["total_yuan"]) for one in registered), Decimal(0))
    changed = sum(
        Decimal(found["in_force"]["total_yuan"]) - Decimal(one["total_yuan"])
        for one in registered
        for found in [registry.officer.get(f"{PATH}/{one['id']}/amendments").json()]
    )
    assert changed > 0
    assert totals["省级计划"] == plain + changed


def test_the_assistant_advises_anybody_and_links_the_taxes(registry: Registry) -> None:
    body = {
        "title": "发明专利实施许可合同",
        "summary": "许可方以独占许可方式许可被许可方实施其专利，专利权不转移。",
        "type": "transfer",
        "technology_yuan": "300000.00",
    }
    said = registry.public.post(f"{PATH}/assessments", json=body).json()
    contract = register(registry, summary="许可方许可被许可方实施专利，收取使用费。")
    kept = registry.university.get(
        f"{PATH}/{contract['id']}/assessment", headers={"Accept-Language": "en"}
    ).json()

    assert (said["type"], said["differs_from_chosen"], said["is_clear"]) == ("license", True, True)
    assert {reason["words"] for reason in said["reasons"]} >= {"实施许可"}
    assert said["tax_effects"]["href"] == "/v1/subsidies/tax-effects"
    assert said["tax_effects"]["body"]["technology_yuan"] == "300000.00"
    assert {one["field"] for one in said["lacking"]} >= {"signed_on", "form.valid_from"}
    assert (kept["type"], kept["definition"]["label"]) == ("license", "license")
    assert "form.seller_region" not in {one["field"] for one in kept["lacking"]}
    assert registry.bank.get(f"{PATH}/{contract['id']}/assessment").status_code == 404


def test_an_open_question_of_the_assistant_is_answered_in_the_next_call(registry: Registry) -> None:
    place, body = f"{PATH}/assessments", {"title": "合作协议", "summary": "双方友好合作"}
    asked = registry.public.post(place, json=body, headers={"Accept-Language": "en"}).json()
    first = asked["questions"][0]
    chosen = {first["code"]: first["choices"][1]["code"]}
    told = registry.public.post(place, json=body | {"answers": chosen}).json()
    unknown = registry.public.post(place, json=body | {"answers": {"price": "high"}})

    assert (asked["type"], first["text"]) == (None, "What is mainly delivered at acceptance?")
    assert (told["type"], told["is_clear"], told["questions"]) == ("transfer", True, [])
    assert unknown.json()["errors"][0] | {"message": ""} == {
        "pointer": "/answers/price", "code": "answer_unknown", "message": "",
    }  # fmt: skip


def test_the_form_changes_too_and_all_that_reads_it_follows(registry: Registry) -> None:
    contract = register(registry, title="湖泊蓝藻预警许可", summary="许可实施")
    changes = {
        "title": "泉水流量监测许可",
        "total_yuan": "600000.00",
        "technology_yuan": None,
        "form": {"plan_source": "国家计划", "valid_to": "2030-01-01", "buyer_region": None},
    }
    asked = ask(registry.enterprise, contract, changes=changes)
    answer(registry.officer, asked.json(), "accepted")
    after = registry.university.get(f"{PATH}/{contract['id']}").json()

    force = after["in_force"]
    assert (force["title"], force["technology_yuan"]) == ("泉水流量监测许可", None)
    assert (after["title"], after["technology_yuan"]) == ("湖泊蓝藻预警许可", "450000.00")
    assert (force["form"]["plan_source"], force["form"]["field"]) == ("国家计划", "新材料")
    assert (force["form"]["valid_to"], force["form"]["buyer_region"]) == ("2030-01-01", None)
    form = registry.officer.get("/v1/exports/contracts.csv?form=contract_registration")
    (line,) = [one for one in form.text.splitlines() if str(contract["number"]) in one]
    assert "泉水流量监测许可" in line
    assert "国家计划" in line
    assert "600000.00" in line
    assert "450000.00" not in line
    listed = registry.officer.get(PATH, params={"origin": "国家计划", "limit": 200}).json()["items"]
    assert contract["id"] in {one["id"] for one in listed}
    found = registry.university.get(PATH, params={"q": "泉水流量"}).json()["items"]
    assert [one["id"] for one in found] == [contract["id"]]
    assessed = registry.university.get(f"{PATH}/{contract['id']}/assessment").json()
    assert "form.valid_to" not in {one["field"] for one in assessed["lacking"]}
    assert "technology_yuan" in {one["field"] for one in assessed["lacking"]}


def test_a_part_that_a_change_took_away_is_no_longer_counted(registry: Registry) -> None:
    form = FORM | {"plan_source": "取消技术额的计划"}
    contract = register(registry, form=form)
    asked = ask(registry.enterprise, contract, changes={"technology_yuan": None}).json()
    answer(registry.officer, asked, "accepted")
    figures = registry.officer.get("/v1/analytics/contract-value", params={"by": "origin"}).json()

    (cell,) = [one for one in figures["items"] if one["value"] == form["plan_source"]]
    assert (cell["total_yuan"], cell["technology_yuan"]) == ("500000.00", "0.00")


def test_a_changed_form_still_has_to_be_right(registry: Registry) -> None:
    contract = register(registry, form=FORM | {"valid_from": "2026-01-01"})
    reversed_ = ask(registry.enterprise, contract, changes={"form": {"valid_to": "2025-01-01"}})
    nameless = ask(registry.enterprise, contract, changes={"form": None})
    future = ask(registry.enterprise, contract, changes={"signed_on": "2999-01-01"})

    assert reversed_.json()["errors"][0]["code"] == "dates_reversed"
    assert nameless.status_code == 422
    assert future.json()["errors"][0]["code"] == "date_in_future"


def test_what_was_exported_after_a_change_comes_back_unchanged(registry: Registry) -> None:
    contract = register(registry)
    asked = ask(registry.enterprise, contract, changes={"total_yuan": "700000.00"}).json()
    answer(registry.officer, asked, "accepted")
    file = registry.university.get("/v1/exports/contracts.csv").content
    sent = registry.university.post(
        "/v1/imports", data={"kind": "contracts"}, files={"file": ("a.csv", file)}
    )
    registry.finish_import(sent.json()["id"])
    done = registry.university.get(sent.headers["Location"]).json()

    assert done["counts"]["unchanged"] == done["counts"]["read"] > 0

"""Organisations are listed, renamed, merged; what held on a day can be asked."""

from tests.db.achievements.conftest import ENTERPRISE, Registry, make_item
from tests.db.achievements.filling import make_uscc

PATH = "/v1/organizations"
OLD, NEW = make_uscc(71), make_uscc(72)


def describe(registry: Registry, uscc: str, **body: object) -> object:
    place = f"{PATH}/{uscc}"
    known = registry.officer.get(place)
    headers = {"If-Match": known.headers["ETag"]} if known.is_success else {}
    answer = registry.officer.put(place, json={"kind": "enterprise"} | body, headers=headers)
    assert answer.is_success, answer.text
    return answer.json()


def test_a_name_and_a_district_hold_from_a_day(registry: Registry) -> None:
    describe(registry, OLD, name="泉甲", in_district=False)
    describe(registry, OLD, name="泉甲科技", in_district=True, effective_on="2025-03-01")
    place = f"{PATH}/{OLD}"

    before = registry.public.get(place, params={"on": "2025-02-28"}).json()
    after = registry.public.get(place, params={"on": "2025-03-01"}).json()

    assert (before["name"], before["in_district"]) == ("泉甲", False)
    assert (after["name"], after["in_district"]) == ("泉甲科技", True)
    assert after["former_names"] == ["泉甲"]
    facts = registry.public.get(f"{place}/facts").json()["items"]
    assert [(one["fact"], one["from_on"]) for one in facts if one["fact"] == "name"] == [
        ("name", None),
        ("name", "2025-03-01"),
    ]
    acts = registry.auditor.get(f"{place}/history").json()["items"]
    assert acts[-1]["changes"]["name"] == {"from": "泉甲", "to": "泉甲科技"}
    assert registry.public.get(f"{place}/history").status_code == 401


def test_the_same_description_changes_nothing(registry: Registry) -> None:
    first = describe(registry, OLD, name="泉甲科技", in_district=True)

    assert describe(registry, OLD, name="泉甲科技", in_district=True) == first


def test_a_merged_organisation_goes_on_in_another_and_is_closed(registry: Registry) -> None:
    describe(registry, NEW, name="泉乙")
    place = f"{PATH}/{OLD}/endings"
    body = {"ended_on": "2026-09-30", "kind": "merged", "successor_uscc": NEW, "reason": "吸收合并"}
    any_version = {"If-Match": "*"}

    nobody = body | {"successor_uscc": make_uscc(99)}
    unknown = registry.officer.post(place, json=nobody, headers=any_version)
    bare = registry.officer.post(place, json=body)
    foreign = registry.enterprise.post(place, json=body, headers=any_version)
    done = registry.officer.post(place, json=body, headers=any_version)
    again = registry.officer.post(place, json=body, headers=any_version)
    late = registry.officer.put(
        f"{PATH}/{OLD}", json={"name": "x", "kind": "enterprise"}, headers=any_version
    )

    assert unknown.json()["errors"][0]["pointer"] == "/successor_uscc"
    assert (bare.status_code, foreign.status_code) == (428, 403)
    assert (done.status_code, done.json()["successor_uscc"]) == (200, NEW)
    assert (again.status_code, again.json()["successor_uscc"]) == (409, NEW)
    assert late.json()["code"] == "organization_ended"
    assert registry.public.get(f"{PATH}/{NEW}").json()["predecessors"] == [OLD]
    ended = registry.public.get(PATH, params={"ended": True}).json()["items"]
    assert [one["uscc"] for one in ended] == [OLD]


def test_what_has_ended_registers_nothing_more(registry: Registry) -> None:
    registry.enterprise.put("/v1/achievements/by-source/1", json=make_item(source_id="1"))
    body = {"ended_on": "2026-11-01", "kind": "dissolved"}
    registry.officer.post(f"{PATH}/{ENTERPRISE}/endings", json=body, headers={"If-Match": "*"})

    late = registry.enterprise.put("/v1/achievements/by-source/2", json=make_item(source_id="2"))

    assert (late.status_code, late.json()["code"]) == (409, "organization_ended")


def test_many_are_described_at_once_and_a_bad_one_harms_no_other(registry: Registry) -> None:
    fine = {"uscc": make_uscc(73), "name": "泉丙", "kind": "institute", "district": "历下区"}
    items = [fine, fine | {"uscc": "123"}, {"uscc": OLD, "name": "x", "kind": "other"}, fine]

    told = registry.officer.post(f"{PATH}/batches", json={"items": items})
    refused = registry.enterprise.post(f"{PATH}/batches", json={"items": items})

    assert told.status_code == 207
    results = [one["result"] for one in told.json()["items"]]
    assert results == ["created", "failed", "failed", "unchanged"]
    assert told.json()["items"][1]["problem"]["errors"][0]["code"] == "uscc_length"
    assert told.json()["items"][2]["problem"]["errors"][0]["code"] == "organization_ended"
    assert refused.status_code == 403
    found = registry.public.get(PATH, params={"q": "丙", "kind": "institute"}).json()["items"]
    assert [one["uscc"] for one in found] == [make_uscc(73)]

"""All acts in one list: what is classified stays with its owner there, too."""

import httpx

from tests.db.achievements.conftest import UNIVERSITY, Registry, make_item

PATH = "/v1/achievements"


def send(registry: Registry, source_id: str, **changes: object) -> str:
    body = make_item(source_id=source_id, intellectual_property=[], **changes)
    answer = registry.university.put(f"{PATH}/by-source/{source_id}", json=body)
    assert answer.status_code in (200, 201), answer.text
    return str(answer.json()["id"])


def list_acts(caller: httpx.Client, thing_id: str) -> list[dict[str, object]]:
    """The acts on a thing, oldest first."""
    answer = caller.get("/v1/acts", params={"thing_id": thing_id})
    return list(reversed(answer.json()["items"]))


def test_acts_on_what_is_classified_are_told_without_what_they_say(registry: Registry) -> None:
    secret = send(registry, "ACT-1", title="深海锚链甲", visibility="classified")
    send(registry, "ACT-1", title="深海锚链乙", visibility="classified")

    for caller in (registry.officer, registry.auditor):
        acts = list_acts(caller, secret)
        assert [act["act"] for act in acts] == ["created", "updated"]
        assert acts[1]["organization_uscc"] == UNIVERSITY
        assert "深海锚链" not in str(acts)


def test_acts_of_the_time_before_a_thing_was_opened_stay_closed(registry: Registry) -> None:
    opened = send(registry, "ACT-2", title="甲字", visibility="classified")
    send(registry, "ACT-2", title="乙字", visibility="classified")
    send(registry, "ACT-2", title="丙字", visibility="public")
    send(registry, "ACT-2", title="丁字", visibility="public")

    acts = list_acts(registry.auditor, opened)

    assert [act["changes"] is not None for act in acts] == [False, False, False, True]
    assert acts[3]["changes"] == {"title": {"from": "丙字", "to": "丁字"}}


def test_the_bureau_reads_why_it_merged(registry: Registry) -> None:
    one, two = (send(registry, f"ACT-{n}", title="同名的泉水监测方法") for n in (3, 4))
    registry.officer.post("/v1/duplicate-candidates/scans")
    pairs = registry.officer.get("/v1/duplicate-candidates", params={"limit": 200}).json()["items"]
    pair = next(p for p in pairs if {p["first"]["id"], p["second"]["id"]} == {one, two})

    merged = registry.officer.post(
        f"/v1/duplicate-candidates/{pair['id']}/decisions",
        json={"decision": "merged", "keep": one, "reason": "两次填报"},
        headers={"If-Match": f'"{pair["version"]}"'},
    )

    assert merged.status_code == 200, merged.text
    assert list_acts(registry.auditor, two)[-1]["reason"] == "两次填报"

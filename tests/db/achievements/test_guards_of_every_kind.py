"""Instruments, researchers, expenditure, platforms, awards: shown to whom, from when, how much.

Every field that can be hidden holds a word of its own, which no door tells to who may not see it.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from kit.clock import today
from kit.directory import Directory
from kit.jobs import Work
from services.achievements.rules.kinds import HIDEABLE, Kind
from services.achievements.usecases.feed import announce_ended_embargoes
from tests.db.achievements.conftest import Registry
from tests.db.achievements.test_other_kinds import EXPENDITURE, KINDS

BODIES: dict[str, dict[str, object]] = {
    "instruments": {
        **KINDS["instruments"], "original_value_yuan": "7654321.09", "laboratory": "zlab",
        "address": "zaddress", "contact_name": "zcontact", "contact_phone": "0531-zphone",
        "contact_email": "zmail@b.cn", "indicators": "zindicator", "fee_note": "zfee",
        "form": {"remark": "zform"},
    },
    "researchers": {
        **KINDS["researchers"], "orcid": "0000-0002-1825-0097", "title": "ztitle",
        "degree": "zdegree", "department": "zdepartment", "email": "zmail@b.cn",
        "biography": "zbiography", "visibility": "members",
    },
    "rd-expenditures": {
        **EXPENDITURE, "revenue_yuan": "87654321.09", "visibility": "members",
        "form": {"outsourced_abroad_yuan": "7654321.09"},
    },
    "platforms": {
        **KINDS["platforms"], "address": "zaddress", "floor_area_m2": "87654.25",
        "description": "zdescription", "co_builders": [{"name": "zbuilder"}],
    },
    "awards": {**KINDS["awards"], "certificate_number": "zcertificate", "winners": ["zwinner"]},
}  # fmt: skip
VIEWERS = ("public", "bank", "university", "enterprise", "officer", "auditor")


def kind_of(place: str) -> Kind:
    return Kind(place.replace("-", "_"))


def word_of(body: dict[str, object], field: str) -> str:
    value = body[field]
    while not isinstance(value, str):
        value = next(iter(value.values() if isinstance(value, dict) else value))  # type: ignore[call-overload]
    return value


def put(registry: Registry, place: str, source_id: str, /, **changes: object) -> str:
    body = BODIES[place] | changes
    made = registry.enterprise.put(f"/v1/{place}/by-source/{source_id}", json=body)
    assert made.status_code in (200, 201), made.text
    return str(made.json()["id"])


def say_all(registry: Registry, viewer: str, place: str, id_: str) -> Iterator[tuple[str, str]]:
    """All doors of one thing, each with what it says to this viewer."""
    caller, name = getattr(registry, viewer), place.replace("-", "_")
    yield "one", caller.get(f"/v1/{place}/{id_}").text
    yield "history", caller.get(f"/v1/{place}/{id_}/history").text
    yield "list", caller.get(f"/v1/{place}", params={"limit": 200}).text
    for form in ("csv", "ndjson"):
        yield form, caller.get(f"/v1/exports/{name}.{form}").text
    yield "feed", caller.get("/v1/changes", params={"kind": name, "limit": 200}).text
    yield (
        "oai",
        caller.get("/v1/oai", params={"verb": "ListRecords", "metadataPrefix": "oai_dc"}).text,
    )
    yield "overview", caller.get("/v1/analytics/overview").text


@pytest.mark.parametrize("place", BODIES)
def test_hidden_fields_are_told_to_owner_and_bureau_only(registry: Registry, place: str) -> None:
    fields = sorted(HIDEABLE[kind_of(place)])
    words = [word_of(BODIES[place], field) for field in fields]
    id_ = put(registry, place, "hides", hidden_fields=fields)

    for viewer in VIEWERS:
        said = dict(say_all(registry, viewer, place, id_))
        open_to = viewer in ("enterprise", "officer", "auditor")
        for door, text_ in said.items():
            assert open_to or not [word for word in words if word in text_], (viewer, door)
        if open_to:
            assert all(word in said["one"] for word in words), viewer
            assert all(word in said["ndjson"] for word in words), viewer
        found = getattr(registry, viewer).get(f"/v1/{place}", params={"q": words[-1]})
        assert found.status_code == 401 or found.json()["total"] == 0, (viewer, words[-1])


@pytest.mark.parametrize("place", BODIES)
def test_a_thing_is_open_from_its_day_on_to_those_it_is_for(registry: Registry, place: str) -> None:
    tomorrow = (today() + timedelta(days=1)).isoformat()
    level = "members" if place in ("researchers", "rd-expenditures") else "public"
    ids = {
        "private": put(registry, place, "private", visibility="private"),
        "classified": put(registry, place, "classified", visibility="classified"),
        "embargoed": put(registry, place, "later", visibility=level, embargo_until=tomorrow),
        "open": put(registry, place, "open", visibility=level),
    }

    def sees(viewer: str) -> set[str]:
        caller = getattr(registry, viewer)
        listed = caller.get(f"/v1/{place}", params={"limit": 200}).text
        fed = caller.get("/v1/changes", params={"kind": kind_of(place).value, "limit": 200}).text
        for name, id_ in ids.items():
            one = caller.get(f"/v1/{place}/{id_}").status_code == 200
            assert one is (id_ in listed) is (id_ in fed), (viewer, name)
        return {name for name, id_ in ids.items() if id_ in fed}

    assert sees("enterprise") == set(ids)
    assert sees("officer") == set(ids) - {"classified"}
    assert sees("bank") == {"open"}
    assert sees("public") == ({"open"} if level == "public" else set())


def test_the_end_of_any_embargo_is_told_in_the_feed(registry: Registry) -> None:
    day = (today() + timedelta(days=1)).isoformat()
    ids = {place: put(registry, place, "ends", embargo_until=day) for place in BODIES}
    with registry.database.write() as session:
        for place, id_ in ids.items():
            session.execute(
                text(f"UPDATE {kind_of(place)} SET embargo_until = :day WHERE id = :id"),
                {"day": today(), "id": id_},
            )
        session.execute(text("UPDATE history SET at = at - interval '2 days'"))
    place = registry.bank.get("/v1/changes", params={"limit": 200}).json()["next_since"]

    announce_ended_embargoes(
        Work(registry.database, Directory(registry.settings), registry.settings)
    )

    told = registry.bank.get("/v1/changes", params={"since": place, "limit": 200}).json()["items"]
    assert set(ids.values()) <= {item["id"] for item in told}


@pytest.mark.parametrize("place", ["researchers", "rd-expenditures"])
def test_people_and_money_are_never_for_everybody(registry: Registry, place: str) -> None:
    body = BODIES[place] | {"visibility": "public"}

    answer = registry.enterprise.put(f"/v1/{place}/by-source/everybody", json=body)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/visibility"


def test_a_field_that_a_kind_cannot_hide_is_refused(registry: Registry) -> None:
    body = BODIES["awards"] | {"hidden_fields": ["contact_phone"]}

    answer = registry.enterprise.put("/v1/awards/by-source/wrong", json=body)

    assert answer.status_code == 422


def list_told(registry: Registry, source: str) -> list[tuple[str, str]]:
    with registry.database.read() as session:
        rows = session.execute(
            text("SELECT type, data::text FROM events WHERE data::text LIKE :s ORDER BY id"),
            {"s": f"%{source}%"},
        )
        return [(row[0].removeprefix("achievements."), row[1]) for row in rows]


def test_other_houses_hear_nothing_of_what_is_classified(registry: Registry) -> None:
    put(registry, "awards", "told", title="zopenaward")
    put(registry, "awards", "told", title="zopenaward", visibility="classified")
    put(registry, "awards", "never", title="zsecretaward", visibility="classified")
    put(registry, "rd-expenditures", "y", year=2019)
    put(registry, "rd-expenditures", "y", year=2019, visibility="classified")

    told = [name for name, _ in list_told(registry, "zopenaward")]
    assert told == ["award-recorded", "awards-withdrawn"]
    assert list_told(registry, "zsecretaward") == []
    years = [name for name, _ in list_told(registry, '"year": 2019')]
    assert years == ["rd-expenditure-recorded", "rd-expenditure-withdrawn"]


def test_a_year_of_several_records_is_told_as_one_total(registry: Registry) -> None:
    put(registry, "rd-expenditures", "a", year=2018)
    put(registry, "rd-expenditures", "b", year=2018)
    put(registry, "rd-expenditures", "b", year=2017)
    put(registry, "rd-expenditures", "a", year=2017)

    told = list_told(registry, '"year": 2018')

    assert [name.removeprefix("rd-expenditure-") for name, _ in told] == [
        "recorded", "recorded", "recorded", "withdrawn",
    ]  # fmt: skip
    assert ["2000000.00" in data for _, data in told] == [False, True, False, False]

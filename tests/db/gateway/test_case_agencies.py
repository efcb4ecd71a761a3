"""An agency appointed to a case reads it, without its credit, while the appointment stands."""

import pytest

from kit.auth import Role
from tests.db.gateway.conftest import ENTERPRISE
from tests.serving import call_as, make_principal

AGENCY = "91370102MA3D00055J"


@pytest.fixture
def agency(gateway):
    client = call_as(gateway.address, gateway.settings, make_principal(Role.BROKER, AGENCY, "某"))
    yield client
    client.close()


def move(hear, walk, state, version, event, **changes):
    hear(
        f"{event}-{walk.opened['id'][-12:]}",
        "achievements.appointment-moved",
        **{
            "appointment_id": str(walk.opened["id"]),
            "subject_kind": "case",
            "subject_id": walk.opened["id"],
            "principal_uscc": ENTERPRISE,
            "agency_uscc": AGENCY,
            "state": state,
            "version": version,
            "valid_until": None,
        }
        | changes,
    )


def sees(agency, walk):
    listed = agency.get("/v1/cases", params={"limit": 200}).json()["items"]
    return agency.get(walk.path).status_code, walk.opened["id"] in {one["id"] for one in listed}


def test_a_case_opens_to_its_agency_while_the_appointment_stands(gateway, agency, hear, open_case):
    walk = open_case()
    walk.decide("credit")
    before = sees(agency, walk)
    move(hear, walk, "proposed", 1, "a")
    proposed = sees(agency, walk)
    move(hear, walk, "accepted", 2, "b")
    accepted, shown = sees(agency, walk), agency.get(walk.path).json()
    timeline = agency.get(f"{walk.path}/timeline")
    closed = agency.post(f"{walk.path}/close", json={"reason_code": "withdrawn"})
    move(hear, walk, "ended", 3, "c")

    assert before == proposed == (404, False)
    assert accepted == (200, True)
    assert timeline.status_code == 200
    assert closed.status_code in (403, 422)
    track = shown["stages"][0]["tracks"][0]
    assert track.get("result") is None
    assert sees(agency, walk) == (404, False)


def test_older_news_of_an_appointment_changes_nothing(agency, hear, open_case):
    walk = open_case()
    move(hear, walk, "ended", 3, "d")
    move(hear, walk, "accepted", 2, "e")

    assert sees(agency, walk) == (404, False)


def test_what_has_run_out_or_was_given_by_another_opens_nothing(agency, hear, open_case):
    late, foreign = open_case(), open_case()
    move(hear, late, "accepted", 2, "f", valid_until="2020-01-01")
    move(hear, foreign, "accepted", 2, "g", principal_uscc="91370102MA3D00047P")

    assert sees(agency, late) == sees(agency, foreign) == (404, False)

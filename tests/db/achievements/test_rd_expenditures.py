"""A year beside the year before: intensity, jumps flagged, reasons asked for and kept."""

from tests.db.achievements.conftest import ENTERPRISE, Registry

NOTHING = dict.fromkeys(
    (
        "direct_input_yuan",
        "depreciation_yuan",
        "intangible_amortization_yuan",
        "design_yuan",
        "equipment_trial_yuan",
        "outsourced_yuan",
        "other_yuan",
    ),
    "0.00",
)


def spend(
    registry: Registry, year: int, total: str, revenue: str | None = None
) -> dict[str, object]:
    body = {"year": year, "total_yuan": total, "personnel_yuan": total, "revenue_yuan": revenue}
    place = f"/v1/rd-expenditures/by-source/{year}"
    answer = registry.enterprise.put(place, json=NOTHING | body)
    assert answer.is_success, answer.text
    return dict(answer.json())


def list_years(registry: Registry, jump: str) -> list[int]:
    wanted = {"organization": ENTERPRISE, "jump": jump}
    found = registry.officer.get("/v1/rd-expenditures", params=wanted).json()["items"]
    return [item["year"] for item in found]


def test_a_jump_is_flagged_until_its_reason_is_given(registry: Registry) -> None:
    spend(registry, 2022, "1000000.00")
    steady = spend(registry, 2023, "1500000.00", "50000000.00")
    risen = spend(registry, 2024, "2250000.01")
    place = f"/v1/rd-expenditures/{risen['id']}/explanations"

    assert (steady["intensity"], steady["jump"]) == ("0.030000", None)
    assert risen["intensity"] is None
    jump = risen["jump"]
    assert isinstance(jump, dict)
    assert (jump["direction"], jump["change"]) == ("rise", "0.500000")
    assert (jump["reason_required"], jump["limit_is_assumption"]) == (True, True)
    assert list_years(registry, "unexplained") == [2024]

    foreign = registry.university.post(place, json={"reason": "x"})
    told = registry.enterprise.post(place, json={"reason": "新建中试线"})
    calm = registry.enterprise.post(
        f"/v1/rd-expenditures/{steady['id']}/explanations", json={"reason": "x"}
    )

    assert foreign.status_code == 404
    assert told.json()["jump"]["reason"] == "新建中试线"
    assert told.json()["jump"]["reason_required"] is False
    assert (calm.status_code, calm.json()["code"]) == (409, "no_jump")
    assert (list_years(registry, "unexplained"), list_years(registry, "explained")) == ([], [2024])
    lines = registry.auditor.get(f"/v1/rd-expenditures/{risen['id']}/history").json()["items"]
    assert (lines[-1]["act"], lines[-1]["reason"]) == ("jump_explained", "新建中试线")


def test_a_reason_holds_for_the_amounts_it_was_given_for(registry: Registry) -> None:
    spend(registry, 2012, "100.00")
    risen = spend(registry, 2013, "300.00")
    place = f"/v1/rd-expenditures/{risen['id']}/explanations"
    registry.enterprise.post(place, json={"reason": "并购"})

    spend(registry, 2012, "120.00")

    again = registry.enterprise.get(f"/v1/rd-expenditures/{risen['id']}").json()
    assert again["jump"]["reason"] is None
    assert 2013 in list_years(registry, "unexplained")
    assert list_years(registry, "any") == [2013, 2024]

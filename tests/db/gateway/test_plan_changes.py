"""A change of plan by two people, where the bureau says so."""


def test_where_the_bureau_asks_for_two_a_plan_is_proposed_and_approved(
    officer, second_officer, open_case, four_eyes
):
    case = open_case(plan="credit-loan-trade")
    change = {"plan": "credit-evaluation-trade", "reason": "改为直接许可"}
    headers = {"If-Match": "*"}
    decisions = f"{case.path}/plan/decisions"

    proposed = officer.put(f"{case.path}/plan", json=change, headers=headers).json()
    himself = officer.post(decisions, json={"outcome": "approved"}, headers=headers)
    refused = second_officer.post(
        decisions, json={"outcome": "refused", "reason": "理由不足"}, headers=headers
    ).json()
    nothing = second_officer.post(decisions, json={"outcome": "approved"}, headers=headers)
    officer.put(f"{case.path}/plan", json=change, headers=headers)
    approved = second_officer.post(decisions, json={"outcome": "approved"}, headers=headers).json()
    told = officer.get(f"{case.path}/timeline").json()

    assert proposed["plan"]["version"] == 1
    assert proposed["plan_proposal"]["made_by"] == "demo-officer"
    assert (himself.status_code, himself.json()["code"]) == (409, "second_person_required")
    assert refused["plan_proposal"] is None
    assert (nothing.status_code, nothing.json()["code"]) == (409, "plan_not_proposed")
    assert (approved["plan"]["version"], approved["plan_proposal"]) == (2, None)
    assert [one["stage"] for one in approved["stages"]] == ["credit", "evaluation", "trade"]
    kinds = [one["kind"] for one in told["items"]]
    assert kinds.count("plan-proposed") == 2
    assert {"plan-refused", "plan-changed"} <= set(kinds)
    assert told["intact"]

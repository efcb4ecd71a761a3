"""Every case of every pack, through the words on the wire, in both languages."""

import orjson
import pytest

from kit.text import Language
from services.subsidies.schemas.answers import CalculationAnswer
from services.subsidies.schemas.calculations import CalculationRequest
from services.subsidies.store.policies import POLICIES, read_cases
from services.subsidies.usecases.calculations import calculate_subsidies

CASES = [case for path in sorted(POLICIES.glob("*/pack.yaml")) for case in read_cases(path.parent)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_case_gets_the_same_well_formed_answer_every_time(case):
    request = CalculationRequest.model_validate(case["request"])

    answer = calculate_subsidies(request, Language.ZH)
    english = calculate_subsidies(request, Language.EN)

    assert answer == calculate_subsidies(request, Language.ZH)
    read = CalculationAnswer.model_validate_json(answer).model_dump(mode="json")
    assert read == orjson.loads(answer)
    assert decisions(answer) == decisions(english)
    for item in read["items"]:
        assert item["reasons"]
        assert all("{" not in reason["text"] for reason in item["reasons"])
        assert (item["outcome"] == "needs_info") <= bool(item["missing"])
        assert (item["outcome"] == "needs_review") <= any(
            reason["holds"] is None for reason in item["reasons"]
        )


def decisions(answer):
    return [
        (item["rule"], item["subject"], item["outcome"], item["amount_yuan"], item["amount_kind"])
        for item in orjson.loads(answer)["items"]
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_every_pointer_of_a_reason_leads_into_the_request_or_to_what_is_missing(case):
    request = CalculationRequest.model_validate(case["request"]).model_dump(mode="json")
    answer = orjson.loads(calculate_subsidies(CalculationRequest(**case["request"]), Language.ZH))

    for item in answer["items"]:
        for entry in (*item["reasons"], *item["missing"]):
            place = request
            for step in entry["pointer"].split("/")[1:]:
                if place is None:
                    break
                place = place[int(step)] if isinstance(place, list) else place[step]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_what_holds_rests_on_what_the_request_states(case):
    answer = orjson.loads(calculate_subsidies(CalculationRequest(**case["request"]), Language.ZH))

    for item in answer["items"]:
        for reason in item["reasons"]:
            if not reason["holds"]:
                continue
            place = case["request"]
            for step in reason["pointer"].split("/")[1:]:
                place = place[int(step)] if isinstance(place, list) else place[step]

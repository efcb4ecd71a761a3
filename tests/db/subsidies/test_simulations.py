"""Simulations and batches over real HTTP."""

import json
from decimal import Decimal

import httpx
import pytest

PATH = "/v1/subsidies/simulations"
THIRD = {"parameters": {"award.shandong_st_progress.third": "40000.00"}}
FIRM = {"kind": "enterprise", "in_district": True}


def prize(number, level="third"):
    return {
        "applicant": FIRM,
        "awards": [
            {
                "id": f"a{number}",
                "scheme": "shandong_st_progress",
                "level": level,
                "awarded_on": "2024-03-01",
            }
        ],
    }


def simulate(bureau, **question):
    answer = bureau.call(None, "POST", PATH, {"on": "2024-06-30"} | question)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_higher_third_prize_costs_ten_thousand_each(shared_bureau):
    two = {**prize(3), "awards": prize(3)["awards"] + prize(4)["awards"]}
    answer = simulate(shared_bureau, after=THIRD, applicants=[prize(1), prize(2, "first"), two])

    assert (answer["applicants"], answer["calculated_singly"]) == (3, 1)
    assert answer["before"]["total_yuan"] == "140000.00"
    assert answer["difference_yuan"] == "30000.00"
    assert answer["shift"] == {
        "winners": 2,
        "gained_yuan": "30000.00",
        "losers": 0,
        "lost_yuan": "0.00",
    }
    awards = answer["by_rule"][0]
    assert awards["before"] == {
        "exact_yuan": "140000.00",
        "ceiling_yuan": "0.00",
        "outcomes": {"eligible": 4},
    }
    assert [(one["kind"], one["difference_yuan"]) for one in answer["by_kind"]] == [
        ("enterprise", "30000.00")
    ]


def test_another_reading_of_what_is_open_is_tried_out(shared_bureau):
    university = {**prize(1), "applicant": {"kind": "university", "in_district": True}}
    answer = simulate(
        shared_bureau,
        applicants=[university],
        after={"switches": {"university_in_rules": "university_counts"}},
    )

    assert answer["before"]["undecided"] == 1
    assert answer["difference_yuan"] == "30000.00"


@pytest.mark.parametrize("cut", ["pro_rata", "ranked"])
def test_a_budget_is_spent_to_the_fen_and_never_over(shared_bureau, cut):
    budget = {"available_yuan": "99999.99", "cut": cut}
    answer = simulate(
        shared_bureau, after=THIRD, budget=budget, applicants=[prize(n) for n in range(7)]
    )

    paid = [answer[side]["budget"] for side in ("before", "after")]
    assert [one["paid_yuan"] for one in paid] == ["99999.99", "99999.99"]
    assert [one["short_yuan"] for one in paid] == ["110000.01", "180000.01"]
    whole = [one["paid_whole"] for one in paid]
    assert whole == ([0, 0] if cut == "pro_rata" else [3, 2])


def test_a_made_up_district_is_the_same_for_the_same_seed(shared_bureau):
    synthetic = {"applicants": 20_000, "seed": 7}
    first = simulate(shared_bureau, after=THIRD, synthetic=synthetic)

    assert first == simulate(shared_bureau, after=THIRD, synthetic=synthetic)
    assert first["synthetic"]
    changed = [one["rule"] for one in first["by_rule"] if one["difference_yuan"] != "0.00"]
    assert changed == ["award"]


@pytest.mark.parametrize("cut", ["pro_rata", "ranked"])
def test_a_million_applicants_under_all_six_rules_are_one_question(shared_bureau, cut):
    answer = simulate(
        shared_bureau,
        after=THIRD,
        synthetic={"applicants": 1_000_000, "seed": 7},
        budget={"available_yuan": "1000000000.01", "cut": cut},
    )

    assert answer["applicants"] == 1_000_000
    after = answer["after"]
    parts = [
        Decimal(one["after"][kind])
        for one in answer["by_rule"]
        for kind in ("exact_yuan", "ceiling_yuan")
    ]
    assert len(answer["by_rule"]) == 6
    assert all(
        sum(map(Decimal, (one["after"]["exact_yuan"], one["after"]["ceiling_yuan"]))) > 0
        for one in answer["by_rule"]
    )
    assert sum(parts) == Decimal(after["total_yuan"])
    assert sum(Decimal(one["after_yuan"]) for one in answer["by_kind"]) == sum(parts)
    assert Decimal(answer["shift"]["gained_yuan"]) == Decimal(answer["difference_yuan"])
    assert Decimal(answer["shift"]["gained_yuan"]) == 10_000 * answer["shift"]["winners"]
    budget = after["budget"]
    assert budget["paid_yuan"] == "1000000000.01"
    assert Decimal(budget["paid_yuan"]) + Decimal(budget["short_yuan"]) == sum(parts)
    counted = budget["paid_whole"] + budget["paid_in_part"] + budget["unpaid"]
    assert counted == after["applicants_due"]
    assert (budget["paid_in_part"] == 1) == (cut == "ranked")


def test_the_old_measures_have_no_amounts(shared_bureau):
    answer = simulate(
        shared_bureau,
        before={"policy": "lixia-knowledge-economy"},
        applicants=[prize(1)],
        budget={"available_yuan": "1.00"},
    )

    before, after = answer["before"], answer["after"]
    assert before["undecided"] == 1
    names = ("total_yuan", "of_it_ceilings_yuan", "applicants_due", "budget")
    assert [before[name] for name in names] == [None] * 4
    assert (answer["difference_yuan"], answer["shift"]) == (None, None)
    [rule] = [one for one in answer["by_rule"] if one["rule"] == "award"]
    assert (rule["before"]["exact_yuan"], rule["difference_yuan"]) == (None, None)
    assert (after["total_yuan"], rule["after"]["exact_yuan"]) == ("30000.00", "30000.00")


@pytest.mark.parametrize(
    ("question", "pointer"),
    [
        ({"applicants": None}, "/applicants"),
        ({"after": {"parameters": {"award.none": "1.00"}}}, "/after/parameters/award.none"),
        ({"after": {"policy": "none"}}, "/after/policy"),
        ({"after": {"switches": {"match_base": "none"}}}, "/after/switches/match_base"),
        ({"synthetic": {"applicants": 2_000_001}, "applicants": None}, "/synthetic/applicants"),
    ],
)
def test_what_cannot_be_tried_out_is_named(shared_bureau, question, pointer):
    body = {"on": "2024-06-30", "applicants": []} | question
    answer = shared_bureau.call(None, "POST", PATH, body)

    assert answer.status_code == 422
    assert pointer in [fault["pointer"] for fault in answer.json()["errors"]]


def send(bureau, path, lines, **headers):
    content = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    sent = {"Content-Type": "application/x-ndjson"} | headers
    return httpx.post(
        bureau.address + path, content=content, headers=sent, trust_env=False, timeout=60
    )


def test_a_stream_of_applicants_is_simulated_and_bad_lines_are_named(shared_bureau):
    question = {"on": "2024-06-30", "after": THIRD}
    lines = [question, prize(1), "{", "", prize(2), {"awards": [{}]}]
    answer = send(shared_bureau, f"{PATH}/streams", lines).json()

    assert (answer["applicants"], answer["difference_yuan"]) == (2, "20000.00")
    assert [(one["line"], one["errors"][0]["pointer"]) for one in answer["rejected"]] == [
        (3, ""),
        (6, "/awards/0/id"),
    ]


BATCH = "/v1/subsidies/calculation-batches"


def test_a_batch_answers_every_line_in_order_and_bad_ones_by_number(shared_bureau):
    good = {"on": "2024-06-30", **prize(1)}
    lines = [good, "nonsense", "", {"on": "2024-02-30"}, "x" * (1024 * 1024 + 1), good]
    answer = send(shared_bureau, BATCH, lines)
    rows = [json.loads(line) for line in answer.text.splitlines()]

    assert answer.headers["content-type"] == "application/x-ndjson"
    assert [row["line"] for row in rows] == [1, 2, 4, 5, 6]
    single = shared_bureau.call(None, "POST", "/v1/subsidies/calculations", good).json()
    assert rows[0]["result"] == rows[4]["result"] == single
    assert [row["problem"]["errors"][0]["code"] for row in rows[1:4]] == [
        "json_invalid",
        "date_parsing",
        "too_long",
    ]


def test_a_caller_that_sends_all_before_it_reads_is_answered(shared_bureau):
    good = {"on": "2024-06-30", **prize(1)}
    answer = send(shared_bureau, BATCH, [good] * 4000)

    assert len(answer.content) > 4_000_000
    assert len(answer.text.splitlines()) == 4000


def test_answers_come_while_lines_are_still_sent(shared_bureau):
    good = json.dumps({"on": "2024-06-30", **prize(1)}).encode() + b"\n"
    sent = []

    def lines():
        for number in range(3):
            sent.append(number)
            yield good

    headers = {"Content-Type": "application/x-ndjson"}
    with httpx.stream(
        "POST", shared_bureau.address + BATCH, content=lines(), headers=headers, trust_env=False
    ) as answer:
        assert len(list(answer.iter_lines())) == 3
    assert sent == [0, 1, 2]


def test_a_batch_is_ndjson(shared_bureau):
    assert shared_bureau.call(None, "POST", BATCH, {}).status_code == 415

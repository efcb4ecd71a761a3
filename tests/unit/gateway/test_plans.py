"""Own plans are checked; the six stock plans are data."""

import pytest

from gateway.rules.plans import StepDraft, make_plan
from gateway.rules.stages import Stage
from gateway.store.packs import find_stock_plan, list_stock_plans, read_groups
from kit.errors import InvalidInput
from kit.text import Text


def make(*stages):
    return make_plan("own", Text("自拟", "own"), read_groups(list(stages)))


def test_the_six_stock_plans_are_those_of_the_note():
    assert [plan.title.zh for plan in list_stock_plans()] == [
        "信→贷→易",
        "信→评→保→贷→易",
        "信→评→(投∥贷)→易",
        "信→评→投→易",
        "信→评→易",
        "信→保→易",
    ]


def test_stages_in_one_group_stand_beside_each_other():
    plan = make("credit", ["investment", "loan"], "trade")

    assert plan.find_step(Stage.LOAN).after == (Stage.CREDIT,)
    assert plan.find_step(Stage.TRADE).after == (Stage.INVESTMENT, Stage.LOAN)


@pytest.mark.parametrize(
    ("stages", "code"),
    [
        ((), "credit_first"),
        (("evaluation", "trade"), "credit_first"),
        (("evaluation", "credit", "trade"), "credit_first"),
        (("credit", "loan"), "trade_last"),
        (("credit", "trade", "loan"), "trade_last"),
        (("credit", "loan", "loan", "trade"), "stage_repeated"),
        (("credit", "lottery", "trade"), "stage_unknown"),
        (("credit", {"stage": "loan", "after": ()}, "trade"), "credit_first"),
        (("credit", "loan", {"stage": "trade", "after": ("credit",)}), "loose_end"),
        (("credit", {"stage": "loan", "after": ("insurance",)}, "trade"), "after_missing"),
        (("credit", "loan", {"stage": "trade", "need": 2}), "count_out_of_range"),
        (
            (
                "credit",
                {"stage": "loan", "after": ("insurance",)},
                {"stage": "insurance", "after": ("loan",)},
                "trade",
            ),
            "circle",
        ),
    ],
)
def test_a_plan_that_cannot_be_walked_is_refused(stages, code):
    with pytest.raises(InvalidInput) as refusal:
        make(*stages)

    assert code in {fault.code for fault in refusal.value.faults}


def test_an_alias_finds_the_same_plan():
    assert find_stock_plan("credit-evaluation-loan-investment-trade") is find_stock_plan(
        "credit-evaluation-investment-loan-trade"
    )


def test_a_step_may_name_its_holders():
    drafts = [[StepDraft("credit")], [StepDraft("loan", holders=("a", "b"), quorum=1)]]

    plan = make_plan("own", Text("自拟", "own"), [*drafts, [StepDraft("trade")]])

    assert plan.find_step(Stage.LOAN).holders == ("a", "b")

"""A live case as BPMN 2.0 that an engine reads and runs, and as Mermaid."""

import io
import warnings
from dataclasses import replace

import pytest
from lxml import etree

from gateway.rules.bpmn import write_bpmn
from gateway.rules.cases import Holder
from gateway.rules.decisions import Opening, change_plan, open_case, plan_tracks
from gateway.rules.mermaid import write_mermaid
from gateway.rules.plans import StepDraft, make_plan
from gateway.rules.stages import Stage, TrackState
from gateway.store.packs import list_stock_plans
from kit.text import Text
from tests.unit.gateway.histories import AT, ENTERPRISE, HOLDERS, ON, decide, make_case, walk

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from SpiffWorkflow.bpmn.parser import BpmnParser
    from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
    from SpiffWorkflow.util.task import TaskState


def run_process(case):
    """The user tasks in the rounds in which the engine offers them, until it has ended."""
    parser = BpmnParser()
    parser.add_bpmn_io(io.BytesIO(write_bpmn(case).encode()))
    name = f"case_{case.number.replace('-', '_')}"
    workflow = BpmnWorkflow(parser.get_spec(name))
    rounds = []
    workflow.do_engine_steps()
    while not workflow.is_completed():
        ready = workflow.get_tasks(state=TaskState.READY, manual=True)
        assert ready, "the engine waits for nothing"
        rounds.append({task.task_spec.bpmn_name.split(" ")[0] for task in ready})
        for task in ready:
            task.run()
        workflow.do_engine_steps()
    return rounds


@pytest.mark.parametrize("plan", list_stock_plans(), ids=lambda plan: plan.id)
def test_an_engine_walks_every_stock_plan_in_its_order(plan):
    rounds = run_process(make_case(plan))

    order = [stage for one in rounds for stage in sorted(one)]
    assert rounds[0] == {"信"}
    assert rounds[-1] == {"易"}
    assert len(order) == len(plan.steps)


def test_stages_beside_each_other_are_offered_together():
    plan = next(one for one in list_stock_plans() if "investment-loan" in one.id)

    assert run_process(make_case(plan)) == [{"信"}, {"评"}, {"投", "贷"}, {"易"}]


def test_two_banks_an_optional_stage_and_a_live_state_are_in_the_process():
    groups = [
        [StepDraft("credit")],
        [StepDraft("loan", quorum=1, holders=("b1", "b2"))],
        [StepDraft("trade")],
    ]
    plan = make_plan("own", Text("自拟", "own"), groups)
    holders = HOLDERS | {
        Stage.LOAN: (Holder("bank", "b1", "甲银行"), Holder("bank", "b2", "乙<银行>"))
    }
    tracks = plan_tracks(plan, holders, [f"t{place}" for place in range(9)])
    opening = Opening(
        "c", "LX-2026-000009", "uscc-enterprise", "某公司", "甲 & 乙", None, None, plan, tracks
    )
    case = walk(open_case(opening, ENTERPRISE, AT, ON).case, Stage.CREDIT)
    case = decide(case, Stage.LOAN, TrackState.IN_PROGRESS).case

    document = etree.fromstring(write_bpmn(case).encode())

    assert run_process(case) == [{"信"}, {"贷"}, {"易"}]
    said = document.xpath("//*[local-name()='documentation']/text()")
    assert any("in_progress" in one and "1 家同意即可" in one for one in said)
    shapes = document.xpath("//*[local-name()='BPMNShape']/@bpmnElement")
    assert len(shapes) == len(set(shapes)) >= 8


def test_a_changed_plan_is_drawn_as_it_counts_now():
    case = walk(make_case(), Stage.CREDIT, Stage.EVALUATION)
    plan = replace(list_stock_plans()[4], version=2)
    tracks = plan_tracks(plan, HOLDERS, [f"n{place}" for place in range(9)])
    case = change_plan(case, plan, tracks, "改", ENTERPRISE, AT, ON).case

    assert run_process(case) == [{"信"}, {"评"}, {"易"}]


def test_mermaid_cannot_be_broken_by_a_name():
    case = make_case()
    tracks = tuple(
        replace(track, holder=replace(track.holder, name='某"]<b>\n行')) for track in case.tracks
    )

    text = write_mermaid(replace(case, tracks=tracks))

    assert text.startswith("flowchart LR\n")
    assert "credit --> evaluation" in text
    assert '某"' not in text
    assert "<b>" not in text

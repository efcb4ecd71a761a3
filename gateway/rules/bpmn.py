"""A live case as BPMN 2.0 (ISO/IEC 19510): an executable process with its diagram.

Each live track is a user task. Tracks of one stage stand between parallel gateways; a stage that
waits for several stages stands behind a joining one, as in the case: all must be settled. A task
says in its documentation what state it is in, and how many of several must be favourable; an engine
that runs the process walks the stages in the order of the plan.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from gateway.rules.cases import Case, Track, list_gates
from gateway.rules.diagrams import HEIGHT, WIDTH, WORDS, find_corner, place_stages
from gateway.rules.plans import PlanStep
from gateway.rules.stages import STAGES, Stage

_NAMESPACES = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"'
    ' xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
    ' xmlns:di="http://www.omg.org/spec/DD/20100524/DI"'
)
_GATE = 30


@dataclass(slots=True)
class _Node:
    """One element: its tag, its words, where it stands (x, y, width, height)."""

    id: str
    tag: str
    name: str
    bounds: tuple[int, int, int, int]
    documentation: str = ""
    incoming: list[str] = field(default_factory=list)
    outgoing: list[str] = field(default_factory=list)


class _Process:
    """The nodes and flows as they are added."""

    def __init__(self) -> None:
        self.nodes: dict[str, _Node] = {}
        self.flows: list[tuple[str, str, str]] = []

    def add(self, node: _Node) -> str:
        self.nodes[node.id] = node
        return node.id

    def join(self, source: str, target: str) -> None:
        flow = f"flow_{len(self.flows) + 1}"
        self.flows.append((flow, source, target))
        self.nodes[source].outgoing.append(flow)
        self.nodes[target].incoming.append(flow)


def write_bpmn(case: Case) -> str:
    """The XML document."""
    process = _draw(case)
    name = f"case_{case.number.replace('-', '_')}"
    title = quoteattr(f"{case.number} {case.title}")
    body = "".join([*_write_nodes(process), *_write_flows(process)])
    shapes = "".join([*_write_shapes(process), *_write_edges(process)])
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<definitions {_NAMESPACES} id="definitions_{name}"'
        ' targetNamespace="urn:liurong:case">'
        f'<process id="{name}" name={title} isExecutable="true">'
        f"<documentation>{escape(_describe(case))}</documentation>{body}</process>"
        f'<bpmndi:BPMNDiagram id="diagram"><bpmndi:BPMNPlane id="plane" bpmnElement="{name}">'
        f"{shapes}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></definitions>\n"
    )


def _describe(case: Case) -> str:
    return f"办件 {case.number}，状态 {case.state.value}，第 {case.version} 版"


def _draw(case: Case) -> _Process:
    process, places = _Process(), place_stages(case.plan)
    left, top = find_corner(places[Stage.CREDIT])
    process.add(_Node("start", "startEvent", "立案", (left - 60, top + HEIGHT // 2 - 18, 36, 36)))
    doors = {
        step.stage: _draw_stage(process, case, step, find_corner(places[step.stage]))
        for step in case.plan.steps
    }
    gates = {step.stage: _list_gates(case, step) for step in case.plan.steps}
    leaves = {
        step.stage: _fork(process, step, doors[step.stage][1], gates.values())
        for step in case.plan.steps
    }
    for step in case.plan.steps:
        for source in [leaves[stage] for stage in gates[step.stage]] or ["start"]:
            process.join(source, doors[step.stage][0])
    for step in case.plan.steps:
        leave = leaves[step.stage]
        if not process.nodes[leave].outgoing:
            x, y, width, height = process.nodes[leave].bounds
            name = "已转化" if step.stage is Stage.TRADE else "结束"
            bounds = (x + width + 24, y + height // 2 - 18, 36, 36)
            process.join(
                leave, process.add(_Node(f"end_{step.stage.value}", "endEvent", name, bounds))
            )
    return process


def _list_gates(case: Case, step: PlanStep) -> list[Stage]:
    return list(dict.fromkeys(one.stage for one in list_gates(case.plan, step)))


def _fork(process: _Process, step: PlanStep, leave: str, gates: Iterable[Sequence[Stage]]) -> str:
    """Where one leaves a stage that several wait for: a task has one way out, a gateway many."""
    several = sum(step.stage in waited for waited in gates) > 1
    if not several or process.nodes[leave].tag != "userTask":
        return leave
    x, y, width, height = process.nodes[leave].bounds
    bounds = (x + width + 6, y + height // 2 - _GATE // 2, _GATE, _GATE)
    fork = process.add(_Node(f"leave_{step.stage.value}", "parallelGateway", "", bounds))
    process.join(leave, fork)
    return fork


def _draw_stage(
    process: _Process, case: Case, step: PlanStep, corner: tuple[int, int]
) -> tuple[str, str]:
    """The stage's tasks; where one enters and where one leaves it."""
    (x, y), stage = corner, step.stage.value
    tracks = case.list_live_tracks(step.stage)
    tasks = [
        process.add(_draw_task(step, track, (x, y + place * (HEIGHT + 10), WIDTH, HEIGHT)))
        for place, track in enumerate(tracks)
    ]
    gates = _list_gates(case, step)
    first, last = tasks[0], tasks[0]
    middle = y + HEIGHT // 2 - _GATE // 2
    if len(tasks) > 1 or len(gates) > 1:
        bounds = (x - _GATE - 6, middle, _GATE, _GATE)
        first = process.add(_Node(f"enter_{stage}", "parallelGateway", "", bounds))
        for task in tasks:
            process.join(first, task)
    if len(tasks) > 1:
        bounds = (x + WIDTH + 6, middle, _GATE, _GATE)
        last = process.add(_Node(f"leave_{stage}", "parallelGateway", "", bounds))
        for task in tasks:
            process.join(task, last)
    return first, last


def _draw_task(step: PlanStep, track: Track, bounds: tuple[int, int, int, int]) -> _Node:
    quorum = "" if step.quorum is None else f"；{step.quorum} 家同意即可"
    need = "" if step.need is None else f"；前面环节至少 {step.need} 个有利"
    return _Node(
        f"track_{track.id.replace('-', '_')}",
        "userTask",
        f"{STAGES[step.stage].zh} · {track.holder.name}",
        bounds,
        f"{WORDS[track.state]}（{track.state.value}）{quorum}{need}",
    )


def _write_nodes(process: _Process) -> Iterator[str]:
    for node in process.nodes.values():
        documentation = (
            f"<documentation>{escape(node.documentation)}</documentation>"
            if node.documentation
            else ""
        )
        ways = "".join(f"<incoming>{flow}</incoming>" for flow in node.incoming)
        ways += "".join(f"<outgoing>{flow}</outgoing>" for flow in node.outgoing)
        name = f" name={quoteattr(node.name)}" if node.name else ""
        yield f'<{node.tag} id="{node.id}"{name}>{documentation}{ways}</{node.tag}>'


def _write_flows(process: _Process) -> Iterator[str]:
    for flow, source, target in process.flows:
        yield f'<sequenceFlow id="{flow}" sourceRef="{source}" targetRef="{target}"/>'


def _write_shapes(process: _Process) -> Iterator[str]:
    for node in process.nodes.values():
        x, y, width, height = node.bounds
        yield (
            f'<bpmndi:BPMNShape id="shape_{node.id}" bpmnElement="{node.id}">'
            f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/></bpmndi:BPMNShape>'
        )


def _write_edges(process: _Process) -> Iterator[str]:
    for flow, source, target in process.flows:
        x1, y1, width, height = process.nodes[source].bounds
        x2, y2, _, height2 = process.nodes[target].bounds
        yield (
            f'<bpmndi:BPMNEdge id="edge_{flow}" bpmnElement="{flow}">'
            f'<di:waypoint x="{x1 + width}" y="{y1 + height // 2}"/>'
            f'<di:waypoint x="{x2}" y="{y2 + height2 // 2}"/></bpmndi:BPMNEdge>'
        )

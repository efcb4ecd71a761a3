"""模拟: what would it cost, who wins, who loses; nothing is stored."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from kit.errors import Fault, InvalidInput
from kit.problems import describe_faults
from kit.streams import Line
from kit.text import Language, Text
from services.subsidies.rules.column_policy import NotColumnar, prepare_policy
from services.subsidies.rules.column_rows import DoesNotFit, write_row
from services.subsidies.rules.columns import clear_row, empty_columns
from services.subsidies.rules.facts import Claim
from services.subsidies.rules.policies import Policy
from services.subsidies.rules.population import draw_population
from services.subsidies.rules.simulation import (
    BudgetEffect,
    Change,
    Simulation,
    apply_change,
    cut_to_budget,
)
from services.subsidies.schemas.calculations import StatedFacts, claim_on
from services.subsidies.schemas.lines import read_line
from services.subsidies.schemas.simulations import (
    PolicySide,
    RejectedLine,
    SimulationAnswer,
    SimulationQuestion,
    SimulationRequest,
    describe_simulation,
)
from services.subsidies.usecases.shelf import open_shelf

_ROWS = 8192
_NAMED_LINES = 100


def simulate(request: SimulationRequest) -> SimulationAnswer:
    """Both policies over stated applicants or a made-up district."""
    if (request.applicants is None) == (request.synthetic is None):
        message = Text("请给出 applicants 或 synthetic 之一", "give either applicants or synthetic")
        raise InvalidInput(
            "invalid_input", message, faults=[Fault("/applicants", "one_of", message)]
        )
    simulation = open_simulation(request)
    if request.synthetic is not None:
        wanted = request.synthetic
        for block in draw_population(wanted.applicants, wanted.seed, request.on):
            simulation.add_columns(block)
    claims = [claim_on(stated, request.on) for stated in request.applicants or ()]
    for begin in range(0, len(claims), _ROWS):
        add_claims(simulation, claims[begin : begin + _ROWS])
    budgets = _cut(request, simulation)
    return describe_simulation(
        request, simulation, budgets, synthetic=request.synthetic is not None
    )


def open_simulation(question: SimulationQuestion) -> Simulation:
    """The two policies, changed as asked; raises InvalidInput with every wrong place."""
    faults: list[Fault] = []
    sides = [
        _choose(question, side, f"/{name}", faults)
        for name, side in (("before", question.before), ("after", question.after))
    ]
    before, after = sides
    if faults or before is None or after is None:
        raise InvalidInput("invalid_input", faults[0].message, faults=faults)
    return Simulation(question.on, (before, after))


def _choose(
    question: SimulationQuestion, side: PolicySide, place: str, faults: list[Fault]
) -> Policy | None:
    policies = {policy.id: policy for policy in open_shelf().policies()}
    if side.policy is None:
        policy = open_shelf().find_policy_on(question.on)
    else:
        policy = policies.get(side.policy)
    if policy is None:
        known = ", ".join(policies)
        faults.append(
            _fault(
                f"{place}/policy", f"没有这一天的该政策；有：{known}", f"no such policy: {known}"
            )
        )
        return None
    return _change(policy, side, question, place, faults)


def _change(
    policy: Policy, side: PolicySide, question: SimulationQuestion, place: str, faults: list[Fault]
) -> Policy | None:
    found = [
        *_wrong_parameters(policy, side, question, place),
        *_wrong_switches(policy, side, place),
    ]
    faults += found
    if found:
        return None
    numbers = {code: Decimal(value) for code, value in side.parameters.items()}
    changed = apply_change(policy, Change(numbers, dict(side.switches)), question.on)
    try:
        if changed.computable:
            prepare_policy(changed, question.on, ())
    except (NotColumnar, LookupError) as error:
        said = str(error)
        faults.append(
            _fault(f"{place}/parameters", f"无法测算：{said}", f"cannot be calculated: {said}")
        )
        return None
    return changed


def _wrong_parameters(
    policy: Policy, side: PolicySide, question: SimulationQuestion, place: str
) -> Iterable[Fault]:
    for code, value in side.parameters.items():
        parameter = policy.parameter(code, question.on)
        if parameter is None:
            known = ", ".join(policy.dated)
            yield _fault(
                f"{place}/parameters/{code}",
                f"该日没有此参数；有：{known}",
                f"no such number on that day; there are: {known}",
            )
        elif parameter.unit == "yuan" and Decimal(value) != round(Decimal(value), 2):
            yield _fault(
                f"{place}/parameters/{code}", "金额至多两位小数", "yuan have at most two places"
            )


def _wrong_switches(policy: Policy, side: PolicySide, place: str) -> Iterable[Fault]:
    for code, key in side.switches.items():
        switch = policy.switches.get(code)
        readings = [] if switch is None else [reading.key for reading in switch.readings]
        if key not in readings and not (switch is not None and key == "review"):
            known = ", ".join(readings or policy.switches)
            yield _fault(
                f"{place}/switches/{code}", f"没有此读法；有：{known}", f"not among: {known}"
            )


def _fault(pointer: str, zh: str, en: str) -> Fault:
    return Fault(pointer, "value_unknown", Text(zh, en))


def add_claims(simulation: Simulation, claims: Sequence[Claim]) -> None:
    """Judge by columns what fits into them, and the others one by one."""
    columns, singly, row = empty_columns(len(claims)), list[Claim](), 0
    for claim in claims:
        try:
            write_row(columns, row, claim)
            row += 1
        except DoesNotFit:
            clear_row(columns, row)
            singly.append(claim)
    simulation.add_columns(columns.cut(0, row))
    simulation.add_claims(singly)


def _cut(
    question: SimulationQuestion, simulation: Simulation
) -> tuple[BudgetEffect, BudgetEffect] | None:
    if question.budget is None:
        return None
    available = int(question.budget.available_yuan * 100)
    before, after = (
        cut_to_budget(totals, available, question.budget.cut) for totals in simulation.totals
    )
    return before, after


class SimulationStream:
    """Applicants line by line; holds their sums and no more of them than one block."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._question: SimulationQuestion | None = None
        self._simulation: Simulation | None = None
        self._claims: list[Claim] = []
        self._rejected: list[RejectedLine] = []
        self._rejected_lines = 0

    def take(self, lines: Sequence[Line]) -> None:
        """The first line is the question, each other an applicant."""
        for line in lines:
            if self._question is None:
                self._question = read_line(line.content, SimulationQuestion)
                self._simulation = open_simulation(self._question)
            else:
                self._take_applicant(line, self._question)
        if len(self._claims) >= _ROWS:
            self._judge()

    def finish(self) -> SimulationAnswer:
        """The answer over all lines; raises InvalidInput where there was none."""
        if self._question is None or self._simulation is None:
            message = Text("第一行应为问题", "the first line is the question")
            raise InvalidInput("invalid_input", message, faults=[Fault("", "missing", message)])
        self._judge()
        budgets = _cut(self._question, self._simulation)
        rejected = (self._rejected_lines, self._rejected)
        return describe_simulation(self._question, self._simulation, budgets, rejected)

    def _take_applicant(self, line: Line, question: SimulationQuestion) -> None:
        try:
            self._claims.append(claim_on(read_line(line.content, StatedFacts), question.on))
        except InvalidInput as error:
            self._rejected_lines += 1
            if len(self._rejected) < _NAMED_LINES:
                errors = describe_faults(error.faults, self._language)
                self._rejected.append(RejectedLine(line=line.number, errors=errors))

    def _judge(self) -> None:
        if self._simulation is not None and self._claims:
            add_claims(self._simulation, self._claims)
            self._claims = []

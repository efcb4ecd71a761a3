"""Words of `POST /v1/subsidies/simulations`."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field, Strict, StringConstraints

from kit.days import Day
from kit.money import Yuan, format_yuan
from kit.schemas import AnswerModel, WireModel
from services.subsidies.rules.decisions import AmountKind
from services.subsidies.rules.policies import Policy, RuleCode
from services.subsidies.rules.population import MOST_APPLICANTS
from services.subsidies.rules.simulation import (
    BudgetEffect,
    Cut,
    RuleTally,
    Shift,
    Simulation,
    Tally,
    outcomes_of,
)
from services.subsidies.schemas.calculations import StatedFacts

MOST_IN_ONE_BODY = 10_000

Code = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Number = Annotated[str, StringConstraints(pattern=r"^(0|[1-9][0-9]{0,12})(\.[0-9]{1,6})?$")]


class PolicySide(WireModel):
    """One of the two policies: a pack as it is, or with other numbers and readings tried out."""

    policy: Code | None = Field(None, description="a pack's id; the policy of the day if absent")
    parameters: dict[Code, Number] = Field(
        {},
        max_length=100,
        description="numbers instead of the pack's, by code (see `GET /v1/policies/{id}`)",
        examples=[{"award.shandong_st_progress.third": "40000.00"}],
    )
    switches: dict[Code, Code] = Field(
        {},
        max_length=100,
        description="readings instead of the pack's, by code of the open question",
        examples=[{"university_in_rules": "university_counts"}],
    )


class BudgetQuestion(WireModel):
    """What there is to spend, and how it is cut where it does not suffice."""

    available_yuan: Yuan
    cut: Cut = Field(
        Cut.PRO_RATA,
        description="pro_rata: everyone the same share; ranked: in the order of the applicants",
    )


class SimulationQuestion(WireModel):
    """Two policies as of a day; the first line of a stream of applicants."""

    on: Day
    before: PolicySide = PolicySide()
    after: PolicySide = PolicySide()
    budget: BudgetQuestion | None = None


class SyntheticPopulation(WireModel):
    """A made-up district; the same seed draws the same applicants."""

    applicants: Annotated[int, Strict(), Field(ge=1, le=MOST_APPLICANTS)]
    seed: Annotated[int, Strict(), Field(ge=0, le=2**31)] = 1


class SimulationRequest(SimulationQuestion):
    """Either stated applicants or a made-up district."""

    applicants: list[StatedFacts] | None = Field(None, max_length=MOST_IN_ONE_BODY)
    synthetic: SyntheticPopulation | None = None


class ShiftAnswer(AnswerModel):
    """Applicants who get more or less by the second policy."""

    winners: int
    gained_yuan: str
    losers: int
    lost_yuan: str


class RuleSide(AnswerModel):
    """One rule under one policy; outcomes count things, sums leave the undecided out.

    Null where the policy's amounts are not known at all (a pack without numbers).
    """

    exact_yuan: str | None
    ceiling_yuan: str | None
    outcomes: dict[str, int]


class RuleComparison(AnswerModel):
    """One rule under both policies."""

    rule: RuleCode
    before: RuleSide
    after: RuleSide
    difference_yuan: str | None
    shift: ShiftAnswer | None


class KindComparison(AnswerModel):
    """One kind of applicant under both policies."""

    kind: str
    before_yuan: str | None
    after_yuan: str | None
    difference_yuan: str | None
    shift: ShiftAnswer | None


class BudgetAnswer(AnswerModel):
    """How far the budget goes under one policy, by applicants to whom something is due."""

    due_yuan: str
    available_yuan: str
    paid_yuan: str
    short_yuan: str
    cut: Cut
    paid_whole: int
    paid_in_part: int
    unpaid: int


class SideAnswer(AnswerModel):
    """One policy over all applicants."""

    policy: str
    version: str
    pack_hash: str
    changed: dict[str, str]
    total_yuan: str | None = Field(description="null where the policy's amounts are not known")
    of_it_ceilings_yuan: str | None = Field(description="highest sums: nobody has decided them yet")
    applicants_due: int | None
    undecided: int = Field(description="things whose amount is not known; they are in no sum")
    budget: BudgetAnswer | None


class RejectedLine(AnswerModel):
    """A line of the stream that could not be read and is in no sum."""

    line: int
    errors: list[dict[str, str]]


class SimulationAnswer(AnswerModel):
    """What changes from the first policy to the second."""

    on: Day
    synthetic: bool = Field(description="the applicants are made up")
    applicants: int
    calculated_singly: int = Field(description="applicants that do not fit into columns")
    difference_yuan: str | None = Field(
        description="null, like the shift, where the amounts of either policy are not known"
    )
    before: SideAnswer
    after: SideAnswer
    shift: ShiftAnswer | None
    by_rule: list[RuleComparison]
    by_kind: list[KindComparison]
    rejected_lines: int
    rejected: list[RejectedLine] = Field(description="the first hundred")


def describe_simulation(
    question: SimulationQuestion,
    simulation: Simulation,
    budgets: tuple[BudgetEffect, BudgetEffect] | None,
    rejected: tuple[int, list[RejectedLine]] = (0, []),
    *,
    synthetic: bool = False,
) -> SimulationAnswer:
    """The answer on the wire."""
    cut = question.budget.cut if question.budget else Cut.PRO_RATA
    effects = budgets or (None, None)
    sides = [
        _side(wanted, policy, tally, effect, cut)
        for wanted, policy, tally, effect in zip(
            (question.before, question.after),
            simulation.policies,
            simulation.tallies,
            effects,
            strict=True,
        )
    ]
    before, after = simulation.tallies
    known = _known(simulation)
    return SimulationAnswer(
        on=simulation.on,
        synthetic=synthetic,
        applicants=simulation.applicants,
        calculated_singly=simulation.singly,
        difference_yuan=_yuan(after.total - before.total, known=all(known)),
        before=sides[0],
        after=sides[1],
        shift=_shift(simulation.shift, known=all(known)),
        by_rule=[_rule(rule, simulation) for rule in RuleCode],
        by_kind=[_kind(kind, simulation) for kind in sorted(simulation.kind_shifts)],
        rejected_lines=rejected[0],
        rejected=rejected[1],
    )


def _known(simulation: Simulation) -> tuple[bool, bool]:
    """Whether each policy names amounts; a sum of what nobody knows is not zero."""
    before, after = simulation.policies
    return before.computable, after.computable


def _yuan(fen: int, *, known: bool = True) -> str | None:
    return format_yuan(Decimal(fen) / 100) if known else None


def _side(
    wanted: PolicySide, policy: Policy, tally: Tally, effect: BudgetEffect | None, cut: Cut
) -> SideAnswer:
    return SideAnswer(
        policy=policy.id,
        version=policy.version,
        pack_hash=policy.pack_hash,
        changed={**wanted.parameters, **wanted.switches},
        total_yuan=_yuan(tally.total, known=policy.computable),
        of_it_ceilings_yuan=_yuan(tally.ceilings(), known=policy.computable),
        applicants_due=tally.applicants_due if policy.computable else None,
        undecided=tally.undecided(),
        budget=_budget(effect, cut) if effect is not None and policy.computable else None,
    )


def _budget(effect: BudgetEffect, cut: Cut) -> BudgetAnswer:
    return BudgetAnswer(
        due_yuan=_yuan(effect.due),
        available_yuan=_yuan(effect.available),
        paid_yuan=_yuan(effect.paid),
        short_yuan=_yuan(effect.short),
        cut=cut,
        paid_whole=effect.paid_whole,
        paid_in_part=effect.paid_in_part,
        unpaid=effect.unpaid,
    )


def _shift(shift: Shift, *, known: bool) -> ShiftAnswer | None:
    if not known:
        return None
    return ShiftAnswer(
        winners=shift.winners,
        gained_yuan=_yuan(shift.gained),
        losers=shift.losers,
        lost_yuan=_yuan(shift.lost),
    )


def _rule(rule: RuleCode, simulation: Simulation) -> RuleComparison:
    before, after = (tally.rules[rule] for tally in simulation.tallies)
    known = _known(simulation)
    difference = sum(after.due.values()) - sum(before.due.values())
    return RuleComparison(
        rule=rule,
        before=_rule_side(before, known=known[0]),
        after=_rule_side(after, known=known[1]),
        difference_yuan=_yuan(difference, known=all(known)),
        shift=_shift(simulation.rule_shifts[rule], known=all(known)),
    )


def _rule_side(tally: RuleTally, *, known: bool) -> RuleSide:
    return RuleSide(
        exact_yuan=_yuan(tally.due[AmountKind.EXACT], known=known),
        ceiling_yuan=_yuan(tally.due[AmountKind.CEILING], known=known),
        outcomes={outcome.value: count for outcome, count in outcomes_of(tally)},
    )


def _kind(kind: str, simulation: Simulation) -> KindComparison:
    before, after = (tally.kinds.get(kind, 0) for tally in simulation.tallies)
    known = _known(simulation)
    return KindComparison(
        kind=kind,
        before_yuan=_yuan(before, known=known[0]),
        after_yuan=_yuan(after, known=known[1]),
        difference_yuan=_yuan(after - before, known=all(known)),
        shift=_shift(simulation.kind_shifts[kind], known=all(known)),
    )

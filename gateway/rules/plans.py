"""Plans: which stages a case takes, in what order, which beside each other.

Laws (domain.md §3): 信 is in and comes first, 易 is the end, every stage once, no circle; what is
between are supports, as many or few as the case needs. A plan is a list of steps, each waiting for
the stages in `after`: all of those must be settled, and at least `need` of them (all, if None)
favourably.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gateway.rules.stages import Stage
from kit.errors import Fault, InvalidInput
from kit.text import Text

OWN_PLAN = "own"


class Requirement(StrEnum):
    """必经或可选环节。可选环节不影响后续环节。"""

    REQUIRED = "required"
    OPTIONAL = "optional"


@dataclass(frozen=True, slots=True)
class StepDraft:
    """A step as written: `after=None` means the step(s) before it in the list."""

    stage: str
    after: tuple[str, ...] | None = None
    need: int | None = None
    requirement: Requirement = Requirement.REQUIRED
    holders: tuple[str, ...] = ()
    quorum: int | None = None


@dataclass(frozen=True, slots=True)
class PlanStep:
    """A checked step. `holders` are uscc codes, one track each (empty: the stage's own holder);
    `quorum` of the tracks must be favourable (all, if None)."""

    stage: Stage
    after: tuple[Stage, ...]
    need: int | None = None
    requirement: Requirement = Requirement.REQUIRED
    holders: tuple[str, ...] = ()
    quorum: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan in one of its versions."""

    id: str
    title: Text
    steps: tuple[PlanStep, ...]
    version: int = 1

    def find_step(self, stage: Stage) -> PlanStep | None:
        return next((step for step in self.steps if step.stage is stage), None)


DraftGroups = Sequence[Sequence[StepDraft]]


def make_plan(plan_id: str, title: Text, groups: DraftGroups, version: int = 1) -> Plan:
    """Check a plan as written (groups stand beside each other) or say all that is wrong."""
    faults = [*_find_unknown(groups), *_find_repeated(groups)]
    if not faults:
        steps = _connect(groups)
        faults = [*_check_ends(steps), *_check_order(steps), *_check_counts(steps)]
    if faults:
        raise InvalidInput(
            "plan_invalid", Text("办理路径不成立", "this plan cannot be walked"), faults=faults
        )
    return Plan(plan_id, title, steps, version)


def make_own_title(steps: Sequence[PlanStep], names: Mapping[Stage, str]) -> Text:
    """The name of a plan that has none: its stages in order."""
    zh = "→".join(names[step.stage] for step in steps)
    return Text(zh, ", ".join(step.stage.value for step in steps))


def _fault(place: str, code: str, zh: str, en: str) -> Fault:
    return Fault(f"/plan/stages{place}", code, Text(zh, en))


def _find_unknown(groups: DraftGroups) -> list[Fault]:
    known = {stage.value for stage in Stage}
    named = [
        (place, word)
        for place, group in enumerate(groups)
        for draft in group
        for word in (draft.stage, *(draft.after or ()))
    ]
    return [
        _fault(
            f"/{place}",
            "stage_unknown",
            f"没有环节「{word}」，可用：{'、'.join(known)}",
            f"there is no stage {word!r}; known are {', '.join(sorted(known))}",
        )
        for place, word in named
        if word not in known
    ]


def _find_repeated(groups: DraftGroups) -> list[Fault]:
    seen: set[str] = set()
    faults = []
    for place, group in enumerate(groups):
        for draft in group:
            if draft.stage in seen:
                faults.append(
                    _fault(
                        f"/{place}",
                        "stage_repeated",
                        f"环节「{draft.stage}」出现了不止一次",
                        f"the stage {draft.stage!r} stands twice",
                    )
                )
            seen.add(draft.stage)
    return faults


def _connect(groups: DraftGroups) -> tuple[PlanStep, ...]:
    steps: list[PlanStep] = []
    before: tuple[str, ...] = ()
    for group in groups:
        for draft in group:
            after = before if draft.after is None else draft.after
            steps.append(
                PlanStep(
                    stage=Stage(draft.stage),
                    after=tuple(Stage(word) for word in after),
                    need=draft.need,
                    requirement=draft.requirement,
                    holders=draft.holders,
                    quorum=draft.quorum,
                )
            )
        before = tuple(draft.stage for draft in group)
    return tuple(steps)


def _check_ends(steps: Sequence[PlanStep]) -> list[Fault]:
    faults = []
    first = steps[0] if steps else None
    if first is None or first.stage is not Stage.CREDIT or first.after:
        faults.append(
            _fault(
                "/0", "credit_first", "信必须在路径中并且是第一步", "credit must be in and first"
            )
        )
    last = steps[-1] if steps else None
    if last is None or last.stage is not Stage.TRADE:
        place = f"/{max(len(steps) - 1, 0)}"
        faults.append(
            _fault(place, "trade_last", "易必须在路径中并且是最后一步", "trade must be in and last")
        )
    ends = (Stage.CREDIT, Stage.TRADE)
    faults += [
        _fault(
            f"/{place}", "stage_required", "信和易不能设为可选", "credit and trade are not optional"
        )
        for place, step in enumerate(steps)
        if step.stage in ends and step.requirement is Requirement.OPTIONAL
    ]
    return faults


def _check_order(steps: Sequence[PlanStep]) -> list[Fault]:
    after = {step.stage: step.after for step in steps}
    faults = []
    for place, step in enumerate(steps):
        missing = [stage.value for stage in step.after if stage not in after]
        ancestors = _ancestors(step.stage, after)
        if missing:
            words = ", ".join(missing)
            faults.append(
                _fault(
                    f"/{place}/after",
                    "after_missing",
                    f"所依赖的环节不在路径中：{words}",
                    f"it waits for stages that are not in the plan: {words}",
                )
            )
        elif step.stage in ancestors:
            faults.append(
                _fault(f"/{place}/after", "circle", "依赖关系成环", "the stages wait in a circle")
            )
        elif step.stage is not Stage.CREDIT and Stage.CREDIT not in ancestors:
            faults.append(
                _fault(
                    f"/{place}/after",
                    "credit_first",
                    "每个环节都在信之后",
                    "each stage follows credit",
                )
            )
        elif step.stage is not Stage.TRADE and Stage.TRADE in ancestors:
            faults.append(
                _fault(f"/{place}/after", "trade_last", "易之后没有环节", "nothing follows trade")
            )
    return faults or _check_loose_ends(steps, after)


def _check_loose_ends(
    steps: Sequence[PlanStep], after: Mapping[Stage, tuple[Stage, ...]]
) -> list[Fault]:
    before_trade = _ancestors(Stage.TRADE, after)
    return [
        _fault(
            f"/{place}",
            "loose_end",
            "必经环节须通向易，否则请设为可选",
            "a required stage must lead to trade; else make it optional",
        )
        for place, step in enumerate(steps)
        if step.stage is not Stage.TRADE
        and step.requirement is Requirement.REQUIRED
        and step.stage not in before_trade
    ]


def _check_counts(steps: Sequence[PlanStep]) -> list[Fault]:
    faults = []
    for place, step in enumerate(steps):
        for name, count, most in (
            ("need", step.need, len(step.after)),
            ("quorum", step.quorum, max(len(step.holders), 1)),
        ):
            if count is not None and not 1 <= count <= most:
                faults.append(
                    _fault(
                        f"/{place}/{name}",
                        "count_out_of_range",
                        f"{name} 应在 1 与 {most} 之间",
                        f"{name} must be between 1 and {most}",
                    )
                )
    return faults


def _ancestors(stage: Stage, after: Mapping[Stage, tuple[Stage, ...]]) -> set[Stage]:
    found: set[Stage] = set()
    waiting = list(after.get(stage, ()))
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting.extend(after.get(one, ()))
    return found

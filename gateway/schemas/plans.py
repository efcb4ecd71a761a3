"""Plans on the wire: a stock plan by its name, or an own one as a list of stages."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from gateway.rules.cases import Case
from gateway.rules.plans import DraftGroups, Plan, Requirement, StepDraft
from kit.identifiers import Uscc
from kit.schemas import AnswerModel, WireModel

StageWord = Annotated[str, Field(min_length=1, max_length=40, examples=["evaluation"])]


class StepRequest(WireModel):
    """One stage of an own plan."""

    stage: StageWord
    after: list[StageWord] | None = Field(
        None, max_length=6, description="the stages it waits for; absent: the step before it"
    )
    need: int | None = Field(None, ge=1, le=6, description="how many of those must be favourable")
    requirement: Requirement = Requirement.REQUIRED
    holders: list[Uscc] = Field([], max_length=10, description="one track for each")
    quorum: int | None = Field(None, ge=1, le=10, description="how many tracks must be favourable")


Step = StageWord | StepRequest
StepOrGroup = Step | Annotated[list[Step], Field(min_length=1, max_length=4)]


class OwnPlan(WireModel):
    """An own plan: steps in order; a list inside the list stands for stages beside each other."""

    stages: list[StepOrGroup] = Field(
        min_length=1,
        max_length=6,
        examples=[["credit", "evaluation", ["investment", "loan"], "trade"]],
    )

    def read_groups(self) -> DraftGroups:
        """The steps as the rules read them."""
        return [
            [_draft(step) for step in (entry if isinstance(entry, list) else [entry])]
            for entry in self.stages
        ]


PlanName = Annotated[
    str, Field(min_length=1, max_length=80, examples=["credit-evaluation-insurance-loan-trade"])
]


class PlanChange(WireModel):
    """A new version of a case's plan, and why."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"plan": "credit-evaluation-trade", "reason": "企业改为直接许可"}]
        }
    )

    plan: PlanName | OwnPlan
    reason: str = Field(min_length=1, max_length=1000, examples=["企业改用股权融资"])


class PlanChangeDecision(WireModel):
    """Whether a proposed change of plan counts from now on."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"outcome": "approved"}]})

    outcome: Literal["approved", "refused"]
    reason: str | None = Field(None, max_length=1000)


class StepAnswer(AnswerModel):
    """One stage of a plan."""

    stage: str
    after: list[str]
    need: int | None
    requirement: Requirement
    quorum: int | None


class PlanAnswer(AnswerModel):
    """A plan in the version that counts."""

    id: str
    version: int
    zh: str
    en: str
    stages: list[StepAnswer]


def describe_plan(plan: Plan) -> PlanAnswer:
    """A plan in words."""
    return PlanAnswer(
        id=plan.id,
        version=plan.version,
        zh=plan.title.zh,
        en=plan.title.en,
        stages=[
            StepAnswer(
                stage=step.stage.value,
                after=[stage.value for stage in step.after],
                need=step.need,
                requirement=step.requirement,
                quorum=step.quorum,
            )
            for step in plan.steps
        ],
    )


def plan_of(case: Case) -> PlanAnswer:
    """The plan of a case."""
    return describe_plan(case.plan)


def _draft(step: Step) -> StepDraft:
    if isinstance(step, str):
        return StepDraft(step)
    return StepDraft(
        stage=step.stage,
        after=None if step.after is None else tuple(step.after),
        need=step.need,
        requirement=step.requirement,
        holders=tuple(step.holders),
        quorum=step.quorum,
    )

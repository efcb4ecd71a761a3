"""Words of `/v1/subsidy-applications`."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import Field, StringConstraints

from kit.identifiers import Uscc
from kit.money import Ratio, Yuan
from kit.pages import PageQuery
from kit.schemas import AnswerModel, WireModel
from services.subsidies.rules.applications import STEPS, ApplicationAct, ApplicationState
from services.subsidies.rules.policies import RuleCode
from services.subsidies.tables import ApplicationRecord, ApplicationStepRecord

Sentence = Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class ApplicationRequest(WireModel):
    """An application for what one entitlement says."""

    entitlement_id: Annotated[str, StringConstraints(min_length=1, max_length=36)]


class ApplicationDecision(WireModel):
    """One step. `review` names the ratio of a match; `return` and `refuse` say why."""

    act: ApplicationAct
    match_ratio: Ratio | None = Field(None, examples=["0.5"])
    reason: Sentence | None = None


class StepAnswer(AnswerModel):
    """A step that was taken."""

    seq: int
    act: str
    state: ApplicationState
    amount_yuan: Yuan | None
    reason: str | None
    actor: str
    at: datetime


class ApplicationAnswer(AnswerModel):
    """An application, the acts that are open, and what happened so far."""

    id: str
    entitlement_id: str
    uscc: str
    org_name: str
    rule: RuleCode
    subject: str
    payment_ref: str | None
    state: ApplicationState
    match_ratio: Ratio | None
    amount_yuan: Yuan | None = Field(description="null until the review")
    policy_id: str | None
    pack_hash: str | None
    allowed: list[str]
    version: int
    steps: list[StepAnswer]


class ApplicationQuery(PageQuery):
    """Which applications, in pages."""

    uscc: Uscc | None = None
    state: ApplicationState | None = None


def describe_application(
    application: ApplicationRecord, steps: Sequence[ApplicationStepRecord]
) -> ApplicationAnswer:
    """An application on the wire."""
    state = ApplicationState(application.state)
    return ApplicationAnswer(
        id=application.id,
        entitlement_id=application.entitlement_id,
        uscc=application.uscc,
        org_name=application.org_name,
        rule=RuleCode(application.rule),
        subject=application.subject,
        payment_ref=application.payment_ref or None,
        state=state,
        match_ratio=_shorten(application.match_ratio),
        amount_yuan=application.amount_yuan,
        policy_id=application.policy_id,
        pack_hash=application.pack_hash,
        allowed=[act.value for act in STEPS[state]],
        version=application.version,
        steps=[
            StepAnswer(
                seq=step.seq,
                act=step.act,
                state=ApplicationState(step.state),
                amount_yuan=step.amount_yuan,
                reason=step.reason,
                actor=step.actor,
                at=step.at,
            )
            for step in steps
        ],
    )


def _shorten(ratio: Decimal | None) -> Decimal | None:
    """As it was written: the column pads with zeros."""
    return None if ratio is None else ratio.normalize()

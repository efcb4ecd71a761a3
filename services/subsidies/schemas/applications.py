"""Words of `/v1/subsidy-applications`."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints

from kit.identifiers import Uscc
from kit.money import Ratio, Yuan
from kit.pages import PageQuery
from kit.schemas import AnswerModel, WireModel
from kit.workdays import Light, get_calendar, show_light
from services.subsidies.rules.applications import DECISIONS, STEPS, ApplicationAct, ApplicationState
from services.subsidies.rules.policies import RuleCode
from services.subsidies.rules.suspected_doubles import HELD_ACTS
from services.subsidies.schemas.entitlements import KnownFact
from services.subsidies.tables import ApplicationRecord, ApplicationStepRecord, DocumentRecord

Sentence = Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class ApplicationRequest(WireModel):
    """An application for what one entitlement says."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"entitlement_id": "0199f0c2-7c1e-7a55-8f3e-2f6f0c1d9e01"}]}
    )

    entitlement_id: Annotated[str, StringConstraints(min_length=1, max_length=36)]


class ApplicationDecision(WireModel):
    """One step. `review` names the ratio of a match or a laboratory's sum; `return` and `refuse`
    say why; `return` lists all that lacks, once.
    """

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"act": "review", "match_ratio": "0.5"}]}
    )

    act: ApplicationAct
    match_ratio: Ratio | None = Field(None, examples=["0.5"])
    approved_amount_yuan: Yuan | None = Field(None, description="rule 3: at most the ceiling")
    lacking: list[Sentence] = Field(default_factory=list, max_length=50)
    reason: Sentence | None = None


class DocumentAnswer(AnswerModel):
    """申报材料"""

    id: str
    name: str
    media_type: str
    size: int
    sha256: str
    uploaded_by: str
    uploaded_at: datetime


class KeptFactAnswer(AnswerModel):
    """A fact that the application was filled with, and where it came from."""

    fact: str
    value: str | None
    source: str
    recorded_at: str | None


class StepAnswer(AnswerModel):
    """A step that was taken."""

    seq: int
    act: str
    state: ApplicationState
    amount_yuan: Yuan | None
    reason: str | None
    actor: str
    actor_uscc: str
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
    paid_yuan: Yuan = Field(description="net of what was clawed back")
    lacking: list[str]
    told_on: date | None
    due_on: date | None = Field(description="whose turn it is has until this day")
    light: Light | None
    notice_from: date | None
    notice_until: date | None
    facts: list[KeptFactAnswer] = Field(description="as of the draft, anew at the review")
    documents: list[DocumentAnswer]
    policy_id: str | None
    pack_hash: str | None
    suspected_doubles: list[str] = Field(
        description="at `/v1/suspected-doubles`: while there are any, nothing is paid"
    )
    allowed: list[str]
    version: int
    steps: list[StepAnswer]


class ApplicationQuery(PageQuery):
    """Which applications, in pages."""

    uscc: Uscc | None = None
    state: ApplicationState | None = None
    sort: Literal["-opened_at", "opened_at"] = "-opened_at"


_RUNNING = frozenset({ApplicationState.SUBMITTED, ApplicationState.RETURNED})


def describe_document(document: DocumentRecord) -> DocumentAnswer:
    """A document on the wire, without its bytes."""
    return DocumentAnswer(
        id=document.id,
        name=document.name,
        media_type=document.media_type,
        size=document.size,
        sha256=document.sha256,
        uploaded_by=document.uploaded_by,
        uploaded_at=document.uploaded_at,
    )


def keep_facts(known: Sequence[KnownFact]) -> list[dict[str, str | None]]:
    """Facts as an application keeps them."""
    return [
        {
            "fact": fact.fact,
            "value": fact.value,
            "source": fact.source,
            "recorded_at": fact.recorded_at.isoformat() if fact.recorded_at else None,
        }
        for fact in known
    ]


def describe_application(
    application: ApplicationRecord,
    steps: Sequence[ApplicationStepRecord],
    documents: Sequence[DocumentRecord],
    doubles: list[str],
    on: date,
) -> ApplicationAnswer:
    """An application on the wire."""
    state = ApplicationState(application.state)
    due_on = application.due_on if state in _RUNNING else None
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
        paid_yuan=application.paid_yuan,
        lacking=application.lacking,
        told_on=application.told_on,
        due_on=due_on,
        light=show_light(on, due_on, get_calendar()) if due_on else None,
        notice_from=application.notice_from,
        notice_until=application.notice_until,
        facts=[KeptFactAnswer.model_validate(fact) for fact in application.facts],
        documents=[describe_document(document) for document in documents],
        policy_id=application.policy_id,
        pack_hash=application.pack_hash,
        suspected_doubles=doubles,
        allowed=[
            act.value
            for act in STEPS[state]
            if act in DECISIONS and not (doubles and act in HELD_ACTS)
        ],
        version=application.version,
        steps=[
            StepAnswer(
                seq=step.seq,
                act=step.act,
                state=ApplicationState(step.state),
                amount_yuan=step.amount_yuan,
                reason=step.reason,
                actor=step.actor,
                actor_uscc=step.actor_uscc,
                at=step.at,
            )
            for step in steps
        ],
    )


def _shorten(ratio: Decimal | None) -> Decimal | None:
    """As it was written: the column pads with zeros."""
    return None if ratio is None else ratio.normalize()

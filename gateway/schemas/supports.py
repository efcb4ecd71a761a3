"""What the files of the supports have in common on the wire."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from gateway.rules.supports import Step, Support, Table, list_acts
from gateway.schemas.cases import HolderAnswer
from kit.pages import Page, PageQuery
from kit.schemas import AnswerModel, WireModel

Evidence = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=200)]],
    Field(default_factory=list, max_length=20, description="ids or names of the documents"),
]
Reason = Annotated[str | None, Field(None, max_length=2000)]


class StepRequest(WireModel):
    """What every step may carry: why, and on which documents."""

    reason: Reason = None
    evidence: Evidence


class SupportQuery(PageQuery):
    """Which files, and how many."""

    case_id: str | None = Field(None, max_length=36)
    state: str | None = Field(None, max_length=50)


class SupportAnswer(AnswerModel):
    """A file: whose it is, where it stands, and what may be done next."""

    id: str
    case_id: str
    track_id: str
    product_id: str | None
    uscc: str
    enterprise_name: str
    holder: HolderAnswer
    state: str
    allowed: list[str]
    opened_on: date
    version: int


class StepAnswer(AnswerModel):
    """One step in the ledger of a file."""

    sequence: int
    act: str
    state: str
    at: datetime
    on: date
    actor: dict[str, Any]
    reason_code: str | None
    reason: str | None
    changes: dict[str, Any]
    evidence: list[str]
    prev_hash: str
    hash: str


class StepList(Page[StepAnswer]):
    """The ledger of a file; its chain of hashes is checked at each look."""

    intact: bool


Refused = Literal["rejected"]


def describe_file(support: Support, table: Table) -> dict[str, Any]:
    """The common part of a file's answer."""
    return {
        "id": support.id,
        "case_id": support.case_id,
        "track_id": support.track_id,
        "product_id": support.product_id,
        "uscc": support.uscc,
        "enterprise_name": support.enterprise_name,
        "holder": HolderAnswer(
            role=support.holder.role, uscc=support.holder.uscc, name=support.holder.name
        ),
        "state": support.state,
        "allowed": list_acts(table, support.state),
        "opened_on": support.opened_on,
        "version": support.version,
    }


def describe_steps(steps: Sequence[Step], *, intact: bool) -> StepList:
    """A ledger on the wire."""
    items = [
        StepAnswer(
            sequence=step.sequence,
            act=step.act,
            state=step.state,
            at=step.at,
            on=step.on,
            actor={
                "client_id": step.actor.client_id,
                "role": step.actor.role,
                "uscc": step.actor.uscc,
                "name": step.actor.name,
                "on_behalf_of": step.actor.on_behalf_of,
            },
            reason_code=step.reason_code,
            reason=step.reason,
            changes=dict(step.changes),
            evidence=list(step.evidence),
            prev_hash=step.prev_hash,
            hash=step.hash,
        )
        for step in steps
    ]
    return StepList(items=items, intact=intact)

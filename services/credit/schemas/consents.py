"""Consents on the wire."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, ConfigDict, Field

from kit.identifiers import Uscc
from kit.pages import PageQuery
from kit.schemas import AnswerModel, WireModel
from services.credit.rules.consents import ConsentScope, ConsentState, Party, list_open_acts
from services.credit.schemas.codes import CODES, CodeList
from services.credit.schemas.times import Since, Until
from services.credit.tables import ConsentEventRecord, ConsentRecord

Purpose = Annotated[
    str,
    Field(
        max_length=50,
        description="用途代码 · a purpose of `GET /v1/credit-catalogue`",
        examples=["loan_review"],
        json_schema_extra={CODES: CodeList.PURPOSES},
    ),
]
Category = Annotated[
    str,
    Field(max_length=50, json_schema_extra={CODES: CodeList.CATEGORIES}, examples=["innovation"]),
]


class DecisionWord(StrEnum):
    """What a party can decide; lapses and expiries come by the clock."""

    GRANTED = "granted"
    DECLINED = "declined"
    REVOKED = "revoked"
    GIVEN_UP = "given_up"
    SUSPENDED = "suspended"
    RESUMED = "resumed"


class ConsentRequest(WireModel):
    """授权申请: an institution asks an enterprise."""

    uscc: Uscc
    purpose: Purpose
    scope: ConsentScope = Field(
        ConsentScope.SUMMARY,
        description="profile = score and dimensions; summary = every indicator's points, without"
        " the values given with consent; detail = values too",
    )
    categories: list[Category] | None = Field(
        None, min_length=1, max_length=20, description="absent = all categories of the catalogue"
    )
    valid_from: Since | None = Field(None, description="absent = from the moment it is granted")
    valid_until: Until
    max_reads: int = Field(1, ge=1, le=1_000_000, strict=True)
    max_reads_per_day: int | None = Field(
        None, ge=1, le=1_000_000, strict=True, description="absent = no limit but `max_reads`"
    )
    keep_days: int | None = Field(
        None,
        ge=0,
        le=3660,
        strict=True,
        description="how many days after the look the institution may keep the answer;"
        " then it is not read again either. Absent = as long as the consent stands",
    )
    supersedes: str | None = Field(
        None, max_length=64, description="the consent that ends when this one is granted"
    )

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "uscc": "91370102MA3D000125",
                    "purpose": "loan_review",
                    "scope": "detail",
                    "categories": ["innovation", "growth", "operation", "compliance", "honours"],
                    "valid_until": "2027-06-30",
                    "max_reads": 10,
                    "max_reads_per_day": 3,
                    "keep_days": 180,
                }
            ]
        }
    )


class ConsentDecision(WireModel):
    """One step of a consent."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"decision": "granted"}]})

    decision: DecisionWord
    reason: str | None = Field(None, max_length=500)


class ConsentInstitution(AnswerModel):
    """The institution that asked."""

    uscc: str
    name: str


class ConsentStep(AnswerModel):
    """One step in the history of a consent."""

    at: datetime
    state: ConsentState
    actor_uscc: str | None
    reason: str | None


class ConsentAnswer(AnswerModel):
    """授权."""

    id: str
    uscc: str
    institution: ConsentInstitution
    purpose: str
    scope: ConsentScope
    categories: list[str]
    state: ConsentState
    valid_from: AwareDatetime | None = Field(description="null = from the moment it was granted")
    valid_until: AwareDatetime
    answer_by: AwareDatetime
    max_reads: int
    reads_used: int
    max_reads_per_day: int | None
    keep_days: int | None
    requested_at: AwareDatetime
    decided_at: AwareDatetime | None
    supersedes: str | None
    version: int
    allowed: list[str] = Field(description="what the caller may decide now")
    history: list[ConsentStep] | None = Field(
        None, description="every step; on a single consent only"
    )


class ConsentQuery(PageQuery):
    """Which consents."""

    state: ConsentState | None = None
    uscc: Uscc | None = None


def describe_consent(
    consent: ConsentRecord,
    state: ConsentState,
    parties: frozenset[Party],
    events: list[ConsentEventRecord] | None = None,
) -> ConsentAnswer:
    """A consent as it is answered; `state` is its state with the clock applied."""
    return ConsentAnswer(
        id=consent.id,
        uscc=consent.uscc,
        institution=ConsentInstitution(
            uscc=consent.institution_uscc, name=consent.institution_name
        ),
        purpose=consent.purpose,
        scope=ConsentScope(consent.scope),
        categories=consent.categories,
        state=state,
        valid_from=consent.valid_from,
        valid_until=consent.valid_until,
        answer_by=consent.answer_by,
        max_reads=consent.max_reads,
        reads_used=consent.reads_used,
        max_reads_per_day=consent.max_reads_per_day,
        keep_days=consent.keep_days,
        requested_at=consent.requested_at,
        decided_at=consent.decided_at,
        supersedes=consent.supersedes,
        version=consent.version,
        allowed=list_open_acts(state, parties),
        history=None if events is None else [_describe_step(event) for event in events],
    )


def _describe_step(event: ConsentEventRecord) -> ConsentStep:
    return ConsentStep(
        at=event.at,
        state=ConsentState(event.state),
        actor_uscc=event.actor_uscc,
        reason=event.reason,
    )

"""Appointments and commissions on the wire."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from kit.identifiers import Uscc
from kit.money import Ratio, Yuan
from kit.pages import PageQuery
from kit.schemas import AnswerModel, WireModel
from services.achievements.rules.appointments import (
    AppointmentAct,
    AppointmentState,
    BrokerShare,
    CommissionTerms,
    SubjectKind,
)
from services.achievements.schemas.records import CountedRows
from services.achievements.schemas.values import IsoDate, SearchWords

ThingId = Annotated[str, Field(min_length=1, max_length=36)]


class ShareBody(WireModel):
    """A broker's part, in whole shares."""

    broker_id: ThingId
    share: Annotated[int, Field(strict=True, ge=1, le=10_000)]


class CommissionBody(WireModel):
    """Either a ratio of the contract's total, or a fixed sum; and who gets which part."""

    ratio: Ratio | None = None
    fixed_yuan: Yuan | None = None
    shares: Annotated[list[ShareBody], Field(min_length=1, max_length=20)]

    def terms(self) -> CommissionTerms:
        """The same in the words of the rules."""
        shares = tuple(BrokerShare(one.broker_id, one.share) for one in self.shares)
        return CommissionTerms(self.ratio, self.fixed_yuan, shares)


class AppointmentBody(WireModel):
    """An owner appoints an agency to a thing of its own."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "subject_kind": "achievement",
                    "subject_id": "019c0000-0000-7000-8000-000000000001",
                    "agency_uscc": "91370102MA3D00063D",
                    "commission": {
                        "ratio": "0.03",
                        "shares": [
                            {"broker_id": "019c0000-0000-7000-8000-000000000003", "share": 1}
                        ],
                    },
                    "valid_until": "2027-12-31",
                }
            ]
        }
    )

    subject_kind: SubjectKind
    subject_id: ThingId
    agency_uscc: Uscc
    commission: CommissionBody
    valid_until: IsoDate | None = None


class AppointmentDecision(WireModel):
    """Accepted or declined by the agency; ended by either side, with a reason."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"decision": "accepted"}]})

    decision: Literal[AppointmentAct.ACCEPT, AppointmentAct.DECLINE, AppointmentAct.END]
    reason: Annotated[str, Field(min_length=1, max_length=500)] | None = None


class CommissionClaim(WireModel):
    """The registered contract that the appointment led to."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"contract_id": "019c0000-0000-7000-8000-000000000002"}]}
    )

    contract_id: ThingId


class CommissionPartAnswer(AnswerModel):
    """What one broker gets."""

    broker_id: str
    share: int
    amount_yuan: Yuan


class CommissionAnswer(AnswerModel):
    """A commission; its parts add up to the total, to the fen."""

    contract_id: str
    base_yuan: Yuan
    total_yuan: Yuan
    parts: list[CommissionPartAnswer]
    created_at: datetime


class CommissionTermsAnswer(AnswerModel):
    """What was agreed."""

    ratio: Ratio | None
    fixed_yuan: Yuan | None
    shares: list[ShareBody]


class AppointmentAnswer(AnswerModel):
    """委托; `allowed` are the steps that are open now."""

    id: str
    subject_kind: SubjectKind
    subject_id: str
    principal_uscc: str
    principal_name: str
    agency_uscc: str
    state: AppointmentState
    version: int
    commission: CommissionTermsAnswer
    valid_until: date | None
    reason: str | None
    allowed: list[AppointmentAct]
    created_at: datetime
    updated_at: datetime


class AppointmentPage(AppointmentAnswer):
    """An appointment with the commission that completed it."""

    earned: CommissionAnswer | None


class AppointmentCounts(AnswerModel):
    """How many appointments the caller is a side of, by state and by what they are about."""

    total: int
    by_state: list[CountedRows]
    by_subject_kind: list[CountedRows]


class AppointmentQuery(PageQuery):
    """Appointments the caller is a side of; the bureau sees all."""

    q: SearchWords = None
    state: AppointmentState | None = None
    subject_kind: SubjectKind | None = None
    subject_id: str | None = Field(None, max_length=36)
    agency_uscc: str | None = Field(None, max_length=18)
    broker_id: str | None = Field(None, max_length=36, description="who has a share in it")

"""Words of `/v1/suspected-doubles`."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints

from kit.identifiers import Uscc
from kit.money import Yuan
from kit.pages import PageQuery
from kit.schemas import AnswerModel, WireModel
from kit.text import Language, Text
from services.subsidies.rules.applications import ApplicationState
from services.subsidies.rules.decisions import ZERO
from services.subsidies.rules.policies import RuleCode
from services.subsidies.rules.suspected_doubles import (
    DoubleCause,
    DoubleOutcome,
    DoubleState,
    next_acts,
    state_of_double,
)
from services.subsidies.tables import (
    ApplicationRecord,
    CityPaymentRecord,
    SuspectedDoubleRecord,
)

Side = tuple[CityPaymentRecord | None, ApplicationRecord | None]
"""A payment of the city with the application that stands on it, or an application alone."""

_PLACES = {
    "decide": "/v1/suspected-doubles/{double}/decisions",
    "refuse": "/v1/subsidy-applications/{application}/decisions",
    "claw_back": "/v1/subsidy-applications/{application}/claw-backs",
}
_CAUSES = {
    DoubleCause.RECORDED: Text(
        "登记时发现：同一单位（或已合并的单位）同一天、同一金额、同一事项已有一笔市级拨付",
        "found when it was recorded: the same organisation, or one merged with it, has a payment"
        " of the same sum on the same day for the same thing",
    ),
    DoubleCause.MERGED: Text(
        "两单位合并后视为一个单位，两项可能为同一项，不重复兑付",
        "the two organisations merged and count as one, so the two may be one; nothing is paid"
        " twice",
    ),
    DoubleCause.UNMERGED: Text(
        "原按合并核定为同一项，合并记录已更正，须重新核定",
        "they were found to be one while the organisations counted as merged; that merger was"
        " undone, so a person decides again",
    ),
}


class DoubleDecisionRequest(WireModel):
    """同一项还是两项"""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"outcome": "distinct", "reason": "市级文件列明分两笔拨付"}]
        }
    )

    outcome: DoubleOutcome
    reason: Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class DoubleQuery(PageQuery):
    """Which suspicions, in pages."""

    uscc: Uscc | None = Field(None, description="of the suspect or of its twin")
    state: DoubleState | None = Field(None, description="`open`: what waits for a person")
    sort: Literal["-noted_at", "noted_at"] = "-noted_at"


class SideAnswer(AnswerModel):
    """One of the two: a payment of the city, an application, or both."""

    uscc: str
    payment_ref: str | None
    disbursed_yuan: Yuan | None = Field(description="what the city paid")
    application_id: str | None
    rule: RuleCode | None
    application_state: ApplicationState | None
    amount_yuan: Yuan | None
    paid_yuan: Yuan = Field(description="what the district paid on it, net")


class NextActAnswer(AnswerModel):
    """What an officer may do now, and where."""

    act: str
    path: str


class DoubleAnswer(AnswerModel):
    """A suspicion: `suspect` is held until it is decided whether it is one with `twin`."""

    id: str
    state: DoubleState
    cause: DoubleCause
    text: str
    suspect: SideAnswer
    twin: SideAnswer
    next: list[NextActAnswer]
    noted_by: str
    noted_by_uscc: str
    noted_at: datetime
    lapsed_at: datetime | None
    outcome: DoubleOutcome | None
    reason: str | None
    decided_by: str | None
    decided_by_uscc: str | None
    decided_at: datetime | None
    version: int


def stand_of(double: SuspectedDoubleRecord) -> DoubleState:
    """Where a suspicion stands."""
    outcome = None if double.outcome is None else DoubleOutcome(double.outcome)
    return state_of_double(outcome, double.lapsed_at)


def version_of(double: SuspectedDoubleRecord) -> int:
    """It is noted, decided and lapses at most once."""
    return 1 + (double.outcome is not None) + (double.lapsed_at is not None)


def describe_double(
    double: SuspectedDoubleRecord, suspect: Side, twin: Side, language: Language
) -> DoubleAnswer:
    """A suspicion on the wire, with what may be done next."""
    cause, application = DoubleCause(double.cause), suspect[1]
    state = None if application is None else ApplicationState(application.state)
    paid = application is not None and application.paid_yuan > 0
    places = {"double": double.id, "application": application.id if application else ""}
    return DoubleAnswer(
        id=double.id,
        state=stand_of(double),
        cause=cause,
        text=_CAUSES[cause].pick(language),
        suspect=_side(suspect),
        twin=_side(twin),
        next=[
            NextActAnswer(act=act, path=_PLACES[act].format(**places))
            for act in next_acts(stand_of(double), state, paid)
        ],
        noted_by=double.noted_by,
        noted_by_uscc=double.noted_by_uscc,
        noted_at=double.noted_at,
        lapsed_at=double.lapsed_at,
        outcome=None if double.outcome is None else DoubleOutcome(double.outcome),
        reason=double.reason,
        decided_by=double.decided_by,
        decided_by_uscc=double.decided_by_uscc,
        decided_at=double.decided_at,
        version=version_of(double),
    )


def _side(side: Side) -> SideAnswer:
    payment, application = side
    named = payment or application
    assert named is not None
    return SideAnswer(
        uscc=named.uscc,
        payment_ref=named.payment_ref or None,
        disbursed_yuan=payment.disbursed_yuan if payment else None,
        application_id=application.id if application else None,
        rule=RuleCode(application.rule) if application else None,
        application_state=ApplicationState(application.state) if application else None,
        amount_yuan=application.amount_yuan if application else None,
        paid_yuan=application.paid_yuan if application else ZERO,
    )

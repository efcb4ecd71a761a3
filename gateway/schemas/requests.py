"""What is asked at a case: opening, deciding, enhancing, closing."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from gateway.rules.stages import Stage
from gateway.schemas.plans import OwnPlan, PlanName
from kit.identifiers import Uscc
from kit.money import Yuan
from kit.schemas import WireModel

Outcome = Literal[
    "in_progress",
    "info_requested",
    "submitted",
    "approved",
    "conditionally_approved",
    "rejected",
    "withdrawn",
    "waived",
    "expired",
]


class CaseRequest(WireModel):
    """What a case is opened with."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "uscc": "91370102MA3D000125",
                    "title": "低功耗边缘计算芯片许可与融资",
                    "amount_yuan": "500000.00",
                    "plan": "credit-evaluation-insurance-loan-trade",
                }
            ]
        }
    )

    uscc: Uscc
    achievement_id: str | None = Field(None, pattern=r"^[0-9A-Za-z_-]{1,36}$")
    title: str = Field(min_length=1, max_length=200, examples=["低功耗边缘计算芯片许可与融资"])
    amount_yuan: Yuan | None = None
    plan: PlanName | OwnPlan


class ConditionOnWire(WireModel):
    """What an approval depends on; with `stage`, it reopens when that stage falls."""

    text: str = Field(min_length=1, max_length=500, examples=["保额不低于贷款本金的80%"])
    stage: Stage | None = None


class DecisionRequest(WireModel):
    """What a holder makes of its track."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"outcome": "approved", "result": {"rate": "0.036", "term_months": 12}},
                {"outcome": "rejected", "reason_code": "repayment_ability"},
            ]
        }
    )

    outcome: Outcome
    reason_code: str | None = Field(None, max_length=50, description="one of /v1/reason-codes")
    reason: str | None = Field(None, max_length=2000)
    items: list[Annotated[str, Field(min_length=1, max_length=500)]] = Field(
        [],
        max_length=50,
        description="with info_requested: all that is missing, told once (一次性告知)",
        examples=[["近两年审计报告", "专利登记簿副本"]],
    )
    conditions: list[ConditionOnWire | str] = Field([], max_length=20)
    result: dict[str, Any] = Field(
        default_factory=dict,
        description="what was found or agreed; for the trade: `contract`, or an existing one's"
        " `contract_id` or `contract_number`",
        examples=[{"contract": {"type": "license", "amount_yuan": "500000.00"}}],
    )


class CloseRequest(WireModel):
    """Why a case ends without a trade."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason_code": "applicant_withdrew", "reason": None}]}
    )

    reason_code: str = Field(max_length=50, examples=["applicant_withdrew"])
    reason: str | None = Field(None, max_length=2000)


class EnhancementRequest(WireModel):
    """增信: by which way a weak 信 is made good, and what it rests on."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "way": "pledge",
                    "reason": "以两件发明专利质押",
                    "evidence": {"patents": ["ZL201710601862.3"], "registration": "出质登记受理"},
                }
            ]
        }
    )

    way: Literal["guarantee", "pledge", "risk_pool"]
    reason: str | None = Field(None, max_length=1000)
    evidence: dict[str, Any] = Field(default_factory=dict, description="what it rests on")
    holder: Uscc | None = Field(None, description="the guarantor; absent: the usual one")

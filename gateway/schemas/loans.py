"""Loans on the wire."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StrictBool

from gateway.rules.loans import MOVES, CoverCondition, Loan
from gateway.rules.packing import unpack
from gateway.rules.schedules import Method
from gateway.rules.stages import Stage
from gateway.rules.supports import Support
from gateway.schemas.supports import StepRequest, SupportAnswer, describe_file
from kit.money import Ratio, Yuan
from kit.schemas import AnswerModel, WireModel

Rate = Annotated[Ratio, Field(ge=0, le=1)]
Months = Annotated[int, Field(ge=1, le=360)]


class LoanRequest(WireModel):
    """An application for a loan."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "case_id": "0199…",
                    "product_id": "0199…",
                    "amount_yuan": "3000000.00",
                    "months": 12,
                    "purpose": "中试设备采购",
                }
            ]
        }
    )

    case_id: str = Field(max_length=36)
    product_id: str = Field(max_length=36)
    amount_yuan: Yuan = Field(gt=0)
    months: Months
    purpose: str = Field(min_length=1, max_length=500)
    subsidised: StrictBool = Field(
        False, description="asks for the interest subsidy: one such loan per firm"
    )
    evidence: list[str] = Field([], max_length=20)


class CoverConditionOnWire(WireModel):
    """What an approval depends on: cover from 保, or the stage alone."""

    text: str = Field(min_length=1, max_length=500, examples=["保额不低于贷款本金的80%"])
    stage: Stage | None = Field(None, description="with it, the loan reopens when the stage falls")
    at_least_cover_ratio: Rate | None = Field(None, examples=["0.8"])

    def read(self) -> CoverCondition:
        """The condition in the words of the rules; one on cover hangs on the stage 保."""
        stage = self.stage
        if stage is None and self.at_least_cover_ratio is not None:
            stage = Stage.INSURANCE
        return CoverCondition(
            self.text, None if stage is None else stage.value, self.at_least_cover_ratio
        )


class LoanApproval(StepRequest):
    """The bank's yes: amount, rate by the year, term and conditions."""

    outcome: Literal["approved"]
    amount_yuan: Yuan = Field(gt=0)
    annual_rate: Rate = Field(examples=["0.0361"])
    months: Months
    method: Method = Method.EQUAL_INSTALMENT
    conditions: list[CoverConditionOnWire] = Field([], max_length=20)


class Refusal(StepRequest):
    """A no, with a published reason that the firm sees."""

    outcome: Literal["rejected"]
    reason_code: str = Field(max_length=50, description="one of /v1/reason-codes")


LoanDecision = Annotated[
    LoanApproval | Refusal,
    Field(
        discriminator="outcome",
        examples=[
            {
                "outcome": "approved",
                "amount_yuan": "1000000.00",
                "annual_rate": "0.0361",
                "months": 12,
            },
            {"outcome": "rejected", "reason_code": "risk_too_high"},
        ],
    ),
]


class LoanMove(StepRequest):
    """A step that takes nothing but its reason."""

    act: Literal[
        "accept",
        "return",
        "supplement",
        "withdraw",
        "mark_overdue",
        "cure",
        "settle",
        "close",
        "write_off",
        "confirm_filing",
        "refuse_filing",
        "revoke_filing",
    ]


class LoanExamination(StepRequest):
    """尽职调查: what the bank found."""

    act: Literal["examine"]
    findings: str = Field(min_length=1, max_length=5000)


class LoanSigning(StepRequest):
    """签约 by the firm."""

    act: Literal["sign"]
    contract_number: str = Field(min_length=1, max_length=100)


class LoanSum(StepRequest):
    """放款, 备案 or 追回 of a sum."""

    act: Literal["disburse", "file", "recover"]
    amount_yuan: Yuan = Field(gt=0)


class Repayment(StepRequest):
    """还款: principal and interest."""

    act: Literal["repay"]
    principal_yuan: Yuan
    interest_yuan: Yuan


class LoanClaim(StepRequest):
    """索赔 towards the guarantee or insurance of the case."""

    act: Literal["claim"]
    guarantee_id: str = Field(max_length=36)
    purpose_kept: StrictBool = Field(
        description="whether the money was spent as agreed (checked again)"
    )


LoanStep = Annotated[
    LoanMove | LoanExamination | LoanSigning | LoanSum | Repayment | LoanClaim,
    Field(
        discriminator="act",
        examples=[{"act": "accept"}, {"act": "disburse", "amount_yuan": "1000000.00"}],
    ),
]


class LoanAnswer(SupportAnswer):
    """A loan: its file, its terms and what is left to pay."""

    terms: Loan
    outstanding_yuan: Decimal
    file_by: date | None = Field(description="the last day on which the loan may be filed")


class LoanBrief(AnswerModel):
    """What the case's ledger keeps of a decision on a loan."""

    loan_id: str
    amount_yuan: Yuan
    annual_rate: Ratio
    months: int
    method: Method


def describe_loan(support: Support) -> LoanAnswer:
    """A loan on the wire."""
    loan = unpack(Loan, support.terms)
    return LoanAnswer(
        **describe_file(support, MOVES),
        terms=loan,
        outstanding_yuan=loan.outstanding_yuan,
        file_by=loan.file_by,
    )

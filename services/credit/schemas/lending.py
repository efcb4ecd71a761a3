"""Pre-checks, many looks at once, and what became of an application, on the wire."""

from datetime import date, datetime
from decimal import Decimal

from pydantic import ConfigDict, Field

from kit.identifiers import Uscc
from kit.money import Ratio, Yuan, format_yuan
from kit.pages import PageQuery
from kit.schemas import AnswerModel, WireModel
from services.credit.rules.outcomes import OutcomeWord, ProductKind, RefusalCode
from services.credit.schemas.times import Day
from services.credit.tables import CreditOutcome, InquiryBatch, InquiryBatchRow

_CONSENT = "0192f0c1-7c1e-7a55-9a3e-2f6f0d6f8b11"
MOST_ROWS = 10_000


class PrecheckRequest(WireModel):
    """预检: would a look be answered?"""

    uscc: Uscc
    purpose: str = Field(max_length=50, examples=["loan_review"])

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"uscc": "91370102MA3D000125", "purpose": "loan_review"}]}
    )


class PrecheckAnswer(AnswerModel):
    """Discloses nothing of the enterprise."""

    has_consent: bool = Field(description="a consent for this purpose stands and has reads left")
    has_data: bool | None = Field(description="something is known; null without a consent")


class BatchItem(WireModel):
    """One enterprise with its consent."""

    uscc: Uscc
    consent_id: str | None = Field(None, max_length=64)


class BatchRequest(WireModel):
    """批量查询: many looks for one purpose; each needs its own consent and is logged by itself."""

    purpose: str = Field(max_length=50, examples=["post_loan_management"])
    items: list[BatchItem] = Field(min_length=1, max_length=MOST_ROWS)

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "purpose": "loan_review",
                    "items": [{"uscc": "91370102MA3D000125", "consent_id": _CONSENT}],
                }
            ]
        }
    )


class BatchCounts(AnswerModel):
    """How many rows wait, were answered, were refused."""

    total: int
    waiting: int
    disclosed: int
    refused: int


class BatchAnswer(AnswerModel):
    """A job with its manifest."""

    id: str
    purpose: str
    state: str = Field(description="running | finished")
    manifest_hash: str = Field(description="SHA-256 of the rows as they were sent")
    counts: BatchCounts
    submitted_at: datetime
    finished_at: datetime | None


class BatchRowAnswer(AnswerModel):
    """One row; the profile is at `GET /v1/inquiries/{inquiry_id}`."""

    place: int
    uscc: str
    consent_id: str | None
    outcome: str = Field(description="waiting | disclosed | refused")
    reason: str | None
    inquiry_id: str | None


class OutcomeRequest(WireModel):
    """结果反馈: what was decided after this look."""

    outcome: OutcomeWord
    product: ProductKind
    decided_on: Day
    amount_yuan: Yuan | None = None
    annual_rate: Ratio | None = Field(None, ge=0, le=1)
    reason_code: RefusalCode | None = None
    reason: str | None = Field(None, max_length=500)
    replaces: str | None = Field(
        None, max_length=64, description="the record that this one corrects"
    )

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "outcome": "granted",
                    "product": "loan",
                    "decided_on": "2026-11-20",
                    "amount_yuan": "3000000.00",
                    "annual_rate": "0.0345",
                },
                {
                    "outcome": "refused",
                    "product": "loan",
                    "decided_on": "2026-11-20",
                    "reason_code": "cash_flow",
                },
            ]
        }
    )


class OutcomeAnswer(AnswerModel):
    """One record of the history; `current` is false where a later one corrects it."""

    id: str
    inquiry_id: str
    uscc: str
    institution_uscc: str
    institution_name: str
    outcome: OutcomeWord
    product: ProductKind
    amount_yuan: str | None
    annual_rate: str | None
    reason_code: RefusalCode | None
    reason: str | None
    decided_on: date
    reported_at: datetime
    replaces: str | None


class StatisticsQuery(WireModel):
    """Decided from this day on, until and including that one."""

    since: Day | None = None
    until: Day | None = None


class OutcomeGroup(AnswerModel):
    """One product, one grade at the look, one outcome."""

    product: ProductKind
    grade: str
    outcome: OutcomeWord
    reason_code: RefusalCode | None
    count: int
    amount_yuan: str
    mean_annual_rate: str | None


class StatisticsAnswer(AnswerModel):
    """授信结果统计: counts of current records."""

    groups: list[OutcomeGroup]


class OutcomeQuery(PageQuery):
    """A page of the history."""


def describe_batch(batch: InquiryBatch, counts: dict[str, int]) -> BatchAnswer:
    """A job as it is answered."""
    return BatchAnswer(
        id=batch.id,
        purpose=batch.purpose,
        state=batch.state,
        manifest_hash=batch.manifest_hash,
        counts=BatchCounts(
            total=batch.total,
            waiting=counts.get("waiting", 0),
            disclosed=counts.get("disclosed", 0),
            refused=counts.get("refused", 0),
        ),
        submitted_at=batch.submitted_at,
        finished_at=batch.finished_at,
    )


def describe_row(row: InquiryBatchRow) -> BatchRowAnswer:
    """A row of a job as it is answered."""
    return BatchRowAnswer(
        place=row.place,
        uscc=row.uscc,
        consent_id=row.consent_id,
        outcome=row.outcome,
        reason=row.reason,
        inquiry_id=row.inquiry_id,
    )


def describe_outcome(outcome: CreditOutcome) -> OutcomeAnswer:
    """A record as it is answered."""
    amount = outcome.amount_yuan
    return OutcomeAnswer(
        id=outcome.id,
        inquiry_id=outcome.inquiry_id,
        uscc=outcome.uscc,
        institution_uscc=outcome.institution_uscc,
        institution_name=outcome.institution_name,
        outcome=OutcomeWord(outcome.outcome),
        product=ProductKind(outcome.product),
        amount_yuan=None if amount is None else format_yuan(amount),
        annual_rate=show_rate(outcome.annual_rate),
        reason_code=None if outcome.reason_code is None else RefusalCode(outcome.reason_code),
        reason=outcome.reason,
        decided_on=outcome.decided_on,
        reported_at=outcome.reported_at,
        replaces=outcome.replaces,
    )


def show_rate(rate: Decimal | None) -> str | None:
    """A rate without the zeros that the column adds."""
    return None if rate is None else format(rate.quantize(Decimal("0.000001")).normalize(), "f")

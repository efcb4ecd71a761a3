"""Words of `/v1/disbursements` and of claw-backs."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints

from kit.days import Day
from kit.money import Yuan
from kit.pages import Page, PageQuery
from kit.schemas import AnswerModel, WireModel
from kit.text import Language
from services.subsidies.rules.return_files import TEXTS, RowOutcome
from services.subsidies.tables import (
    DisbursementLineRecord,
    DisbursementRecord,
    MoneyEntryRecord,
    ReturnFileRecord,
    ReturnRowRecord,
)

ApplicationId = Annotated[str, StringConstraints(min_length=1, max_length=36)]


class DisbursementRequest(WireModel):
    """A batch of applications whose notice is over."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"application_ids": ["0199f0c2-7c1e-7a55-8f3e-2f6f0c1d9e02"]}]
        }
    )

    application_ids: Annotated[list[ApplicationId], Field(min_length=1, max_length=1000)]


class DisbursementQuery(PageQuery):
    """Which batches, in pages."""

    sort: Literal["-made_at", "made_at"] = "-made_at"


class LineAnswer(AnswerModel):
    """One payment that the bank is asked for."""

    line_id: str
    application_id: str
    payee_uscc: str
    payee_name: str
    amount_yuan: Yuan
    paid_yuan: Yuan
    state: str


class DisbursementSummary(AnswerModel):
    """拨付批次"""

    id: str
    total_yuan: Yuan
    made_by: str
    made_at: datetime


class DisbursementAnswer(DisbursementSummary):
    """A batch with its lines."""

    version: int = Field(description="one more with each file of the bank")
    lines: list[LineAnswer]


class ReturnRowAnswer(AnswerModel):
    """What a row of the bank's file did."""

    number: int = Field(description="the line of the file, the header being 1")
    outcome: RowOutcome
    detail: str
    line_id: str | None
    entry_id: str | None
    note: str | None
    raw: str


class ReturnFileAnswer(AnswerModel):
    """银行回盘文件: every row with its answer."""

    id: str
    disbursement_id: str
    name: str
    sha256: str
    received_by: str
    received_at: datetime
    counts: dict[str, int]
    rows: list[ReturnRowAnswer]


class ReturnFileList(Page[ReturnFileAnswer]):
    """The bank's files to one batch."""


class ClawBackRequest(WireModel):
    """追回: money that came back, by the receipt's number."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "amount_yuan": "20000.00",
                    "received_on": "2026-11-20",
                    "bank_ref": "R-2026-001",
                    "reason": "合同解除",
                }
            ]
        }
    )

    amount_yuan: Yuan = Field(gt=0)
    received_on: Day
    bank_ref: Annotated[str, StringConstraints(pattern=r"^[!-~]{1,100}$")]
    reason: Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class MoneyEntryAnswer(AnswerModel):
    """资金分录"""

    id: str
    application_id: str
    line_id: str | None
    kind: str
    amount_yuan: str = Field(description="negative for a claw-back", examples=["-100000.00"])
    booked_on: date
    bank_ref: str
    reason: str | None
    actor: str
    actor_uscc: str
    at: datetime


class MoneyEntryList(Page[MoneyEntryAnswer]):
    """All money of an application, in the order it was booked."""


def describe_batch(batch: DisbursementRecord) -> DisbursementSummary:
    """A batch in a list."""
    return DisbursementSummary(
        id=batch.id, total_yuan=batch.total_yuan, made_by=batch.made_by, made_at=batch.made_at
    )


def describe_disbursement(
    batch: DisbursementRecord, lines: Sequence[DisbursementLineRecord], files: int
) -> DisbursementAnswer:
    """A batch on the wire."""
    return DisbursementAnswer(
        **describe_batch(batch).model_dump(),
        version=1 + files,
        lines=[
            LineAnswer(
                line_id=line.id,
                application_id=line.application_id,
                payee_uscc=line.payee_uscc,
                payee_name=line.payee_name,
                amount_yuan=line.amount_yuan,
                paid_yuan=line.paid_yuan,
                state=line.state,
            )
            for line in lines
        ],
    )


def describe_return_file(
    file: ReturnFileRecord, rows: Sequence[ReturnRowRecord], language: Language
) -> ReturnFileAnswer:
    """A return file on the wire."""
    return ReturnFileAnswer(
        id=file.id,
        disbursement_id=file.disbursement_id,
        name=file.name,
        sha256=file.sha256,
        received_by=file.received_by,
        received_at=file.received_at,
        counts=dict(Counter(row.outcome for row in rows)),
        rows=[
            ReturnRowAnswer(
                number=row.number,
                outcome=RowOutcome(row.outcome),
                detail=TEXTS[RowOutcome(row.outcome)].pick(language),
                line_id=row.line_id,
                entry_id=row.entry_id,
                note=row.note,
                raw=row.raw,
            )
            for row in rows
        ],
    )


def describe_entry(entry: MoneyEntryRecord) -> MoneyEntryAnswer:
    """An entry of money on the wire."""
    return MoneyEntryAnswer(
        id=entry.id,
        application_id=entry.application_id,
        line_id=entry.line_id,
        kind=entry.kind,
        amount_yuan=f"{entry.amount_yuan:.2f}",
        booked_on=entry.booked_on,
        bank_ref=entry.bank_ref,
        reason=entry.reason,
        actor=entry.actor,
        actor_uscc=entry.actor_uscc,
        at=entry.at,
    )

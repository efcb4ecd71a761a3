"""贷: the life of one loan, from application to the last yuan, by two tables.

    applied ─accept→ accepted ─examine→ due_diligence ─approve→ approved ─sign→ signed
       ⇅ return/supplement                    │ reject      ╲ reopen   ╱ reopen  │ disburse
    returned                               rejected          due_diligence       ▼
    before signing: withdraw → withdrawn                  ┌───────────────── disbursed ⟲ repay
                                                     cure │ mark_overdue ↓       │ settle
    overdue ⟲ repay ─claim→ claimed ─compensate→ compensated ─recover→ recovering ⟲  ▼
       ▲ refuse_claim ─────────┘              write_off → written_off ←─┘ │ close  repaid
                                                                          recovered
    filing (备案), once disbursed:  none ─file→ submitted ─confirm→ filed ─revoke→ revoked
                                     │ lapse            └─refuse→ refused ─file→ submitted
                                  lapsed
    by the clock alone: mark_overdue (something due was not paid), lapse_filing (three months over)

Sums: disbursed <= approved, filed <= disbursed and within three months, repaid principal <=
disbursed, recovered <= what was lost.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from gateway.rules.schedules import Instalment, Method, add_months, make_schedule
from gateway.rules.supports import Side, make_table
from kit.errors import RuleBroken
from kit.money import format_yuan
from kit.text import Text

ZERO = Decimal("0.00")
FILING_MONTHS = 3
"""备案：放款之日起三个月内（鲁政办字〔2023〕155号，facts.md §4）。"""


class LoanState(StrEnum):
    """贷款状态。"""

    APPLIED = "applied"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    DUE_DILIGENCE = "due_diligence"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    SIGNED = "signed"
    DISBURSED = "disbursed"
    REPAID = "repaid"
    OVERDUE = "overdue"
    CLAIMED = "claimed"
    COMPENSATED = "compensated"
    RECOVERING = "recovering"
    RECOVERED = "recovered"
    WRITTEN_OFF = "written_off"


class LoanAct(StrEnum):
    """推动贷款的动作。"""

    APPLY = "apply"
    ACCEPT = "accept"
    RETURN = "return"
    SUPPLEMENT = "supplement"
    EXAMINE = "examine"
    APPROVE = "approve"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"
    SIGN = "sign"
    DISBURSE = "disburse"
    REPAY = "repay"
    SETTLE = "settle"
    MARK_OVERDUE = "mark_overdue"
    CURE = "cure"
    CLAIM = "claim"
    REFUSE_CLAIM = "refuse_claim"
    COMPENSATE = "compensate"
    RECOVER = "recover"
    CLOSE = "close"
    WRITE_OFF = "write_off"
    NOTE_CONDITION = "note_condition"
    FILE = "file"
    CONFIRM_FILING = "confirm_filing"
    REFUSE_FILING = "refuse_filing"
    REVOKE_FILING = "revoke_filing"
    LAPSE_FILING = "lapse_filing"


S, A = LoanState, LoanAct
_PAID_OUT = (S.DISBURSED, S.OVERDUE, S.CLAIMED, S.COMPENSATED, S.RECOVERING)
_FILING_ACTS = (A.FILE, A.CONFIRM_FILING, A.REFUSE_FILING, A.REVOKE_FILING, A.LAPSE_FILING)
_STAY: Mapping[LoanState, Mapping[LoanAct, LoanState]] = {
    state: dict.fromkeys((*_FILING_ACTS, A.NOTE_CONDITION), state) for state in _PAID_OUT
} | {S.REPAID: dict.fromkeys(_FILING_ACTS, S.REPAID)}
_ROWS: Mapping[LoanState, Mapping[LoanAct, LoanState]] = {
    S.APPLIED: {
        A.ACCEPT: S.ACCEPTED,
        A.RETURN: S.RETURNED,
        A.REJECT: S.REJECTED,
        A.WITHDRAW: S.WITHDRAWN,
    },
    S.RETURNED: {A.SUPPLEMENT: S.APPLIED, A.WITHDRAW: S.WITHDRAWN},
    S.ACCEPTED: {A.EXAMINE: S.DUE_DILIGENCE, A.REJECT: S.REJECTED, A.WITHDRAW: S.WITHDRAWN},
    S.DUE_DILIGENCE: {A.APPROVE: S.APPROVED, A.REJECT: S.REJECTED, A.WITHDRAW: S.WITHDRAWN},
    S.APPROVED: {A.SIGN: S.SIGNED, A.REOPEN: S.DUE_DILIGENCE, A.WITHDRAW: S.WITHDRAWN},
    S.SIGNED: {A.DISBURSE: S.DISBURSED, A.REOPEN: S.DUE_DILIGENCE, A.WITHDRAW: S.WITHDRAWN},
    S.DISBURSED: {A.REPAY: S.DISBURSED, A.SETTLE: S.REPAID, A.MARK_OVERDUE: S.OVERDUE},
    S.OVERDUE: {
        A.REPAY: S.OVERDUE,
        A.CURE: S.DISBURSED,
        A.SETTLE: S.REPAID,
        A.CLAIM: S.CLAIMED,
        A.RECOVER: S.RECOVERING,
        A.WRITE_OFF: S.WRITTEN_OFF,
    },
    S.CLAIMED: {A.COMPENSATE: S.COMPENSATED, A.REFUSE_CLAIM: S.OVERDUE},
    S.COMPENSATED: {
        A.RECOVER: S.RECOVERING,
        A.CLOSE: S.RECOVERED,
        A.WRITE_OFF: S.WRITTEN_OFF,
    },
    S.RECOVERING: {A.RECOVER: S.RECOVERING, A.CLOSE: S.RECOVERED, A.WRITE_OFF: S.WRITTEN_OFF},
}
MOVES = make_table(
    S, A, {state: dict(_ROWS.get(state, {})) | dict(_STAY.get(state, {})) for state in LoanState}
)
"""Every state and every act; None where the act is refused."""


class Filing(StrEnum):
    """备案状态。"""

    NONE = "none"
    SUBMITTED = "submitted"
    FILED = "filed"
    REFUSED = "refused"
    REVOKED = "revoked"
    LAPSED = "lapsed"


FILING_MOVES = make_table(
    Filing,
    _FILING_ACTS,
    {
        Filing.NONE: {A.FILE: Filing.SUBMITTED, A.LAPSE_FILING: Filing.LAPSED},
        Filing.REFUSED: {A.FILE: Filing.SUBMITTED},
        Filing.SUBMITTED: {A.CONFIRM_FILING: Filing.FILED, A.REFUSE_FILING: Filing.REFUSED},
        Filing.FILED: {A.REVOKE_FILING: Filing.REVOKED},
    },
)

UNDECIDED = frozenset({S.APPLIED, S.RETURNED, S.ACCEPTED, S.DUE_DILIGENCE})
COMMITTED = frozenset({S.APPROVED, S.SIGNED})
"""Approved, and no money has moved yet: a condition that falls still reopens it."""
PAID_OUT = frozenset(_PAID_OUT)

SIDES: Mapping[LoanAct, tuple[Side, ...]] = {
    A.APPLY: (Side.FIRM, Side.BUREAU),
    A.SUPPLEMENT: (Side.FIRM, Side.BUREAU),
    A.WITHDRAW: (Side.FIRM,),
    A.SIGN: (Side.FIRM,),
    A.CONFIRM_FILING: (Side.BUREAU,),
    A.REFUSE_FILING: (Side.BUREAU,),
    A.REVOKE_FILING: (Side.BUREAU,),
    A.LAPSE_FILING: (Side.PLATFORM,),
    A.NOTE_CONDITION: (Side.PLATFORM,),
}
"""Who takes a step; whatever is not named here is the bank's."""


@dataclass(frozen=True, slots=True)
class CoverCondition:
    """What an approval depends on: enough cover from 保, or simply another stage."""

    text: str
    stage: str | None = None
    at_least_cover_ratio: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Loan:
    """The terms of a loan so far. Sums in yuan, the rate by the year as a decimal fraction."""

    asked_yuan: Decimal
    asked_months: int
    purpose: str
    subsidised: bool = False
    findings: str | None = None
    approved_yuan: Decimal | None = None
    annual_rate: Decimal | None = None
    months: int | None = None
    method: Method = Method.EQUAL_INSTALMENT
    conditions: tuple[CoverCondition, ...] = ()
    contract_number: str | None = None
    signed_on: date | None = None
    disbursed_yuan: Decimal = ZERO
    disbursed_on: date | None = None
    schedule: tuple[Instalment, ...] = ()
    filing: Filing = Filing.NONE
    filed_yuan: Decimal = ZERO
    filed_on: date | None = None
    repaid_principal_yuan: Decimal = ZERO
    repaid_interest_yuan: Decimal = ZERO
    lost_yuan: Decimal = ZERO
    compensated_yuan: Decimal = ZERO
    recovered_yuan: Decimal = ZERO
    was_overdue: bool = False
    interest_subsidy_yuan: Decimal = ZERO

    @property
    def outstanding_yuan(self) -> Decimal:
        """Principal paid out and not paid back by the borrower."""
        return self.disbursed_yuan - self.repaid_principal_yuan

    @property
    def file_by(self) -> date | None:
        """The last day on which the loan may be filed."""
        return add_months(self.disbursed_on, FILING_MONTHS) if self.disbursed_on else None


def is_covered(condition: CoverCondition, cover_ratio: Decimal) -> bool:
    """Whether a condition on cover is met; one without a number is met by its stage alone."""
    return condition.at_least_cover_ratio is None or cover_ratio >= condition.at_least_cover_ratio


def approve_loan(
    loan: Loan,
    *,
    amount: Decimal,
    annual_rate: Decimal,
    months: int,
    method: Method,
    conditions: tuple[CoverCondition, ...],
) -> Loan:
    """审批: amount, rate and term; never more than was asked for."""
    if not ZERO < amount <= loan.asked_yuan:
        raise refuse_loan(
            "amount_out_of_bounds",
            f"批准金额须大于零且不超过申请的 {format_yuan(loan.asked_yuan)} 元",
            f"the amount is positive and at most the {format_yuan(loan.asked_yuan)} asked for",
        )
    return replace(
        loan,
        approved_yuan=amount,
        annual_rate=annual_rate,
        months=months,
        method=method,
        conditions=conditions,
    )


def reopen_loan(loan: Loan) -> Loan:
    """The approval is undone; what the bank found stays."""
    return replace(
        loan,
        approved_yuan=None,
        annual_rate=None,
        months=None,
        conditions=(),
        contract_number=None,
        signed_on=None,
    )


def note_findings(loan: Loan, findings: str) -> Loan:
    """尽职调查."""
    return replace(loan, findings=findings)


def sign_loan(loan: Loan, contract_number: str, on: date) -> Loan:
    """签约."""
    return replace(loan, contract_number=contract_number, signed_on=on)


def disburse_loan(loan: Loan, amount: Decimal, on: date) -> Loan:
    """放款: at most what was approved; the schedule begins here."""
    approved = loan.approved_yuan or ZERO
    if not ZERO < amount <= approved:
        raise refuse_loan(
            "amount_out_of_bounds",
            f"放款金额须大于零且不超过批准的 {format_yuan(approved)} 元",
            f"the amount is positive and at most the {format_yuan(approved)} approved",
        )
    schedule = make_schedule(amount, loan.annual_rate or ZERO, loan.months or 1, loan.method, on)
    return replace(loan, disbursed_yuan=amount, disbursed_on=on, schedule=schedule)


def move_filing(loan: Loan, act: LoanAct) -> Loan:
    """The filing after an act of the second table; refused with the allowed ones."""
    after = FILING_MOVES[loan.filing, act]
    if after is None:
        raise refuse_loan(
            "filing_not_open",
            f"备案现为「{loan.filing}」，不能「{act}」",
            f"the filing is {loan.filing} and cannot {act}",
        )
    return replace(loan, filing=Filing(after))


def file_loan(loan: Loan, amount: Decimal, on: date) -> Loan:
    """备案: what was paid out, or part of it, within three months of the payment."""
    moved = move_filing(loan, A.FILE)
    if not ZERO < amount <= loan.disbursed_yuan:
        raise refuse_loan(
            "amount_out_of_bounds",
            f"备案金额须大于零且不超过放款的 {format_yuan(loan.disbursed_yuan)} 元",
            f"the sum filed is positive and at most the {format_yuan(loan.disbursed_yuan)} paid",
        )
    if loan.file_by is not None and on > loan.file_by:
        raise refuse_loan(
            "filing_too_late",
            f"备案须在放款之日起三个月内，最迟 {loan.file_by}",
            f"a loan is filed within three months of its payment, by {loan.file_by}",
        )
    return replace(moved, filed_yuan=amount, filed_on=on)


def repay_loan(loan: Loan, principal: Decimal, interest: Decimal) -> Loan:
    """还款: never more principal than is outstanding."""
    if principal + interest <= ZERO or principal > loan.outstanding_yuan:
        raise refuse_loan(
            "amount_out_of_bounds",
            f"归还本金不能超过尚欠的 {format_yuan(loan.outstanding_yuan)} 元，且还款须大于零",
            f"a repayment is positive, its principal at most {format_yuan(loan.outstanding_yuan)}",
        )
    return replace(
        loan,
        repaid_principal_yuan=loan.repaid_principal_yuan + principal,
        repaid_interest_yuan=loan.repaid_interest_yuan + interest,
    )


def refuse_loan(code: str, zh: str, en: str) -> RuleBroken:
    """A refusal about a loan."""
    return RuleBroken(code, Text(zh, en))

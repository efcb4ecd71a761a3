"""贷: how a loan ends - paid back, or overdue, claimed, compensated, recovered, written off.

The states and the terms stand in `loans.py`.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from gateway.rules.loans import (
    MOVES,
    ZERO,
    Filing,
    Loan,
    LoanAct,
    LoanState,
    move_filing,
    refuse_loan,
)
from gateway.rules.schedules import sum_due
from kit.money import format_yuan, yuan


@dataclass(frozen=True, slots=True)
class SubsidyTerms:
    """贴息 of `limits.yaml`: the part of the interest paid (0-1), the most for a firm in yuan."""

    part_of_interest: Decimal
    per_firm_yuan: Decimal


def is_behind(loan: Loan, on: date) -> bool:
    """Whether anything due before that day has not been paid."""
    principal, interest = sum_due(loan.schedule, on)
    return loan.repaid_principal_yuan < principal or loan.repaid_interest_yuan < interest


def find_clock_act(state: str, loan: Loan, on: date) -> LoanAct | None:
    """What the clock alone does to a loan on that day: overdue first, then a filing that lapsed."""
    if state == LoanState.DISBURSED and is_behind(loan, on):
        return LoanAct.MARK_OVERDUE
    late = loan.file_by is not None and on > loan.file_by
    if (state, LoanAct.LAPSE_FILING) in MOVES and late and loan.filing is Filing.NONE:
        return LoanAct.LAPSE_FILING if MOVES[state, LoanAct.LAPSE_FILING] is not None else None
    return None


def mark_overdue(loan: Loan, on: date) -> Loan:
    """逾期: something due was not paid; it stays known after the loan is cured."""
    require_behind(loan, on, behind=True)
    return replace(loan, was_overdue=True)


def move_by_clock(loan: Loan, act: LoanAct, on: date) -> Loan:
    """The loan after what the clock does to it."""
    return mark_overdue(loan, on) if act is LoanAct.MARK_OVERDUE else move_filing(loan, act)


def settle_loan(loan: Loan, terms: SubsidyTerms) -> Loan:
    """结清: nothing is outstanding; what the firm may claim of its interest is fixed now.

    贴息: a part of the interest actually paid, up to a sum for each firm, on its one subsidised
    loan, if that was filed and never overdue (鲁政办字〔2023〕155号, facts.md §4).
    """
    require_settled(loan)
    entitled = loan.subsidised and loan.filing is Filing.FILED and not loan.was_overdue
    paid = yuan(loan.repaid_interest_yuan * terms.part_of_interest)
    return replace(loan, interest_subsidy_yuan=min(paid, terms.per_firm_yuan) if entitled else ZERO)


def require_settled(loan: Loan) -> None:
    """Nothing is outstanding."""
    if loan.outstanding_yuan != ZERO:
        raise refuse_loan(
            "still_outstanding",
            f"尚欠本金 {format_yuan(loan.outstanding_yuan)} 元",
            f"{format_yuan(loan.outstanding_yuan)} of the principal is outstanding",
        )


def require_behind(loan: Loan, on: date, *, behind: bool) -> None:
    """逾期须有到期未还的款项；恢复正常须已补齐。"""
    if is_behind(loan, on) != behind:
        raise refuse_loan(
            "not_behind" if behind else "still_behind",
            "到期款项均已归还，不能记为逾期" if behind else "仍有到期未还的款项",
            "everything due is paid" if behind else "something due is still not paid",
        )


def claim_loss(loan: Loan, *, purpose_holds: bool) -> Loan:
    """索赔: all principal outstanding is lost; filed loans only, and only if spent as agreed."""
    if loan.filing is not Filing.FILED:
        raise refuse_loan(
            "not_filed", "未备案的贷款不予补偿", "a loan that is not filed has no claim"
        )
    if not purpose_holds:
        raise refuse_loan(
            "purpose_not_kept",
            "贷款用途与约定不符的不予补偿",
            "a loan not spent as agreed is not compensated",
        )
    return replace(loan, lost_yuan=loan.outstanding_yuan)


def drop_claim(loan: Loan) -> Loan:
    """A refused claim: the loan is overdue as before."""
    return replace(loan, lost_yuan=ZERO)


def compensate_loan(loan: Loan, amount: Decimal) -> Loan:
    """代偿: what the sharers paid the bank."""
    return replace(loan, compensated_yuan=amount)


def recover_loan(loan: Loan, amount: Decimal) -> Loan:
    """追偿: money that comes back of what was lost."""
    lost = loan.lost_yuan or loan.outstanding_yuan
    if not ZERO < amount <= lost - loan.recovered_yuan:
        raise refuse_loan(
            "amount_out_of_bounds",
            f"追回金额须大于零且不超过尚未追回的 {format_yuan(lost - loan.recovered_yuan)} 元",
            f"a recovery is positive and at most {format_yuan(lost - loan.recovered_yuan)}",
        )
    return replace(loan, lost_yuan=lost, recovered_yuan=loan.recovered_yuan + amount)


def require_recovered(loan: Loan) -> None:
    """追偿结案: everything lost has come back; otherwise it is written off."""
    if loan.recovered_yuan != loan.lost_yuan:
        raise refuse_loan(
            "still_outstanding",
            f"尚有 {format_yuan(loan.lost_yuan - loan.recovered_yuan)} 元未追回，可核销",
            f"{format_yuan(loan.lost_yuan - loan.recovered_yuan)} has not come back; write it off",
        )

"""What the gateway publishes."""

from datetime import date
from typing import ClassVar

from kit.events import Event
from kit.money import Yuan


class CaseOpened(Event):
    """A financing case was opened (立案)."""

    type: ClassVar[str] = "gateway.case-opened"

    case_id: str
    uscc: str
    achievement_id: str | None
    state: str
    closed_on: date | None = None


class CaseClosed(Event):
    """A case ended: `transformed` with a trade record, or `closed` with a reason."""

    type: ClassVar[str] = "gateway.case-closed"

    case_id: str
    uscc: str
    achievement_id: str | None
    state: str
    closed_on: date | None


class LoanNews(Event):
    """What lending became: the sums in yuan."""

    loan_id: str
    case_id: str
    uscc: str
    bank: dict[str, str]
    disbursed_yuan: Yuan
    outstanding_yuan: Yuan
    on: date


class LoanDisbursed(LoanNews):
    """A loan was paid out (放款)."""

    type: ClassVar[str] = "gateway.loan-disbursed"


class LoanOverdue(LoanNews):
    """Something due was not paid (逾期)."""

    type: ClassVar[str] = "gateway.loan-overdue"


class LoanSettled(LoanNews):
    """A loan was paid back (结清)."""

    type: ClassVar[str] = "gateway.loan-settled"


class SupportGranted(Event):
    """Another support was given: the sum in yuan, where there is one."""

    support_id: str
    case_id: str
    uscc: str
    institution: dict[str, str]
    amount_yuan: Yuan | None
    on: date


class GuaranteeIssued(SupportGranted):
    """A guarantee or insurance came into force (出具保函、保单)."""

    type: ClassVar[str] = "gateway.guarantee-issued"


class AppraisalIssued(SupportGranted):
    """An appraisal report was issued (出具评估报告)."""

    type: ClassVar[str] = "gateway.appraisal-issued"


class InvestmentClosed(SupportGranted):
    """An investment was agreed and closed (投资交割)."""

    type: ClassVar[str] = "gateway.investment-closed"

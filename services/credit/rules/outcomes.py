"""结果反馈: what an institution decided after a look, and what must be said with it.

渝惠融's rule is taken over (facts of practice): a refusal goes back with its reason.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from kit.errors import Fault
from kit.text import Text


class OutcomeWord(StrEnum):
    """已授信 / 已拒绝 / 企业撤回."""

    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class ProductKind(StrEnum):
    """贷款 / 担保 / 保险 / 投资."""

    LOAN = "loan"
    GUARANTEE = "guarantee"
    INSURANCE = "insurance"
    INVESTMENT = "investment"


class RefusalCode(StrEnum):
    """Why it was refused; the enterprise is told."""

    SCORE_TOO_LOW = "score_too_low"
    CASH_FLOW = "cash_flow"
    INDEBTEDNESS = "indebtedness"
    NEGATIVE_RECORD = "negative_record"
    NO_COLLATERAL = "no_collateral"
    DATA_MISSING = "data_missing"
    OUTSIDE_POLICY = "outside_policy"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of one decision."""

    outcome: OutcomeWord
    amount_yuan: Decimal | None
    annual_rate: Decimal | None
    reason_code: RefusalCode | None
    reason: str | None


def find_faults(told: Told) -> list[Fault]:
    """A grant has an amount and no reason for refusal; a refusal has a reason and no amount."""
    faults = []
    granted = told.outcome is OutcomeWord.GRANTED
    if granted and not told.amount_yuan:
        faults.append(_fault("/amount_yuan", "授信须给出金额", "a grant has an amount"))
    if not granted and (told.amount_yuan is not None or told.annual_rate is not None):
        faults.append(
            _fault("/amount_yuan", "未授信者没有金额与利率", "only a grant has amount and rate")
        )
    if told.outcome is OutcomeWord.REFUSED and told.reason_code is None:
        faults.append(_fault("/reason_code", "拒绝须说明原因", "a refusal has a reason"))
    if granted and told.reason_code is not None:
        faults.append(_fault("/reason_code", "授信没有拒绝原因", "a grant has no such reason"))
    if told.reason_code is RefusalCode.OTHER and not told.reason:
        faults.append(_fault("/reason", "请写明其他原因", "say which other reason"))
    return faults


def _fault(pointer: str, zh: str, en: str) -> Fault:
    return Fault(pointer, "outcome_incomplete", Text(zh, en))

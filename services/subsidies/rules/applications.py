"""申报: from an entitlement to money paid once, approved by two persons.

    draft ──submit──▶ submitted ──review──▶ reviewed ──approve──▶ approved
      │                 │  ▲                   │ └────refuse──▶ refused
      │               return └──submit──┐      │
      │                 ▼               │      │
      │              returned ──────────┘      │
      └──withdraw── (draft, submitted, returned, reviewed) ──▶ withdrawn

    approved ──publish──▶ on_notice ──clear──▶ cleared ──order──▶ in_payment ──pay──▶ paid
       └─────withdraw────────┴──────(and refuse)──┘  ▲───────fail──────┘   │ pay_part ↺  │
                                                                            claw_back ◀──┤
                                                              (claw_back_part: paid ↺)   ┘

The applicant submits and withdraws; the bureau returns, reviews, approves and refuses. Who
approves or refuses a reviewed application is not who reviewed it (经办与审批分离).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from kit.errors import RuleBroken
from kit.money import format_yuan
from kit.text import Text


class ApplicationState(StrEnum):
    """草稿 / 已提交 / 退回补正 / 已审核 / 已批准 / 公示中 / 待拨付 / 拨付中 / 已兑现 / 已追回 /
    不予批准 / 已撤回
    """

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    REVIEWED = "reviewed"
    APPROVED = "approved"
    ON_NOTICE = "on_notice"
    CLEARED = "cleared"
    IN_PAYMENT = "in_payment"
    PAID = "paid"
    CLAWED_BACK = "clawed_back"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class ApplicationAct(StrEnum):
    """提交 / 退回 / 审核 / 批准 / 公示 / 公示结束 / 不予批准 / 撤回 /
    列入批次 / 部分到账 / 到账 / 退票 / 部分追回 / 追回
    """

    SUBMIT = "submit"
    RETURN = "return"
    REVIEW = "review"
    APPROVE = "approve"
    PUBLISH = "publish"
    CLEAR = "clear"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    ORDER = "order"
    PAY_PART = "pay_part"
    PAY = "pay"
    FAIL = "fail"
    CLAW_BACK_PART = "claw_back_part"
    CLAW_BACK = "claw_back"


_S, _A = ApplicationState, ApplicationAct

STEPS: Mapping[ApplicationState, Mapping[ApplicationAct, ApplicationState]] = {
    _S.DRAFT: {_A.SUBMIT: _S.SUBMITTED, _A.WITHDRAW: _S.WITHDRAWN},
    _S.SUBMITTED: {
        _A.RETURN: _S.RETURNED,
        _A.REVIEW: _S.REVIEWED,
        _A.REFUSE: _S.REFUSED,
        _A.WITHDRAW: _S.WITHDRAWN,
    },
    _S.RETURNED: {_A.SUBMIT: _S.SUBMITTED, _A.WITHDRAW: _S.WITHDRAWN},
    _S.REVIEWED: {
        _A.RETURN: _S.RETURNED,
        _A.APPROVE: _S.APPROVED,
        _A.REFUSE: _S.REFUSED,
        _A.WITHDRAW: _S.WITHDRAWN,
    },
    _S.APPROVED: {
        _A.PUBLISH: _S.ON_NOTICE,
        _A.REFUSE: _S.REFUSED,
        _A.WITHDRAW: _S.WITHDRAWN,
    },
    _S.ON_NOTICE: {
        _A.CLEAR: _S.CLEARED,
        _A.REFUSE: _S.REFUSED,
        _A.WITHDRAW: _S.WITHDRAWN,
    },
    _S.CLEARED: {
        _A.ORDER: _S.IN_PAYMENT,
        _A.REFUSE: _S.REFUSED,
        _A.WITHDRAW: _S.WITHDRAWN,
    },
    _S.IN_PAYMENT: {
        _A.PAY_PART: _S.IN_PAYMENT,
        _A.PAY: _S.PAID,
        _A.FAIL: _S.CLEARED,
    },
    _S.PAID: {_A.CLAW_BACK_PART: _S.PAID, _A.CLAW_BACK: _S.CLAWED_BACK},
    _S.CLAWED_BACK: {},
    _S.REFUSED: {},
    _S.WITHDRAWN: {},
}

APPLICANT_ACTS = frozenset({_A.SUBMIT, _A.WITHDRAW})
DECISIONS = frozenset(
    {
        _A.SUBMIT,
        _A.RETURN,
        _A.REVIEW,
        _A.APPROVE,
        _A.PUBLISH,
        _A.CLEAR,
        _A.REFUSE,
        _A.WITHDRAW,
    }
)
"""Steps of the decisions route; the others follow from batches, return files and claw-backs."""

ENDED_WITHOUT_PAYMENT = frozenset({_S.REFUSED, _S.WITHDRAWN})
FREES_THE_THING = frozenset({_S.REFUSED, _S.WITHDRAWN, _S.CLAWED_BACK})
"""After these another application may stand on the same thing."""

COMMITTED = frozenset({_S.APPROVED, _S.ON_NOTICE, _S.CLEARED, _S.IN_PAYMENT, _S.PAID})
"""States in which money of a budget is committed to the application."""

SECOND_PERSON_ACTS = frozenset({_A.APPROVE, _A.REFUSE})
REASONED_ACTS = frozenset({_A.RETURN, _A.REFUSE})

USUAL_REASONS: Mapping[ApplicationAct, str] = {
    _A.SUBMIT: "申报单位认为符合条件，提请审核",
    _A.REVIEW: "经审核，符合所列条款",
    _A.APPROVE: "经第二人复核，同意审核意见",
    _A.PUBLISH: "已批准，依规公示",
    _A.CLEAR: "公示期满，无未决异议",
    _A.WITHDRAW: "申报单位自愿撤回",
    _A.ORDER: "列入拨付批次",
    _A.PAY_PART: "银行回盘：部分到账",
    _A.PAY: "银行回盘：到账",
    _A.FAIL: "银行回盘：退票",
    _A.CLAW_BACK_PART: "部分追回",
    _A.CLAW_BACK: "追回",
}
"""What a step is kept with where its actor gave no reason of his own; the others must give one."""


def releases_money(state: ApplicationState, after: ApplicationState) -> bool:
    """Whether a step ends a commitment before anything was paid."""
    return state in COMMITTED and after in ENDED_WITHOUT_PAYMENT


def take_step(state: ApplicationState, act: ApplicationAct) -> ApplicationState:
    """The state after an act; raises RuleBroken with the acts that are open."""
    after = STEPS[state].get(act)
    if after is None:
        allowed = [one.value for one in STEPS[state]]
        raise RuleBroken(
            "act_not_open",
            Text(
                f"申报处于「{state}」状态，不能{act}；可以：{'、'.join(allowed) or '无'}",
                f"the application is {state}; {act} is not open, but: {', '.join(allowed) or '-'}",
            ),
            state=state.value,
            allowed=allowed,
        )
    return after


def check_second_person(
    state: ApplicationState, act: ApplicationAct, reviewer: str | None, actor: str
) -> None:
    """Maker is not checker: a reviewed application is decided by somebody else."""
    if state is _S.REVIEWED and act in SECOND_PERSON_ACTS and reviewer == actor:
        raise RuleBroken(
            "second_person_needed",
            Text(
                "审核人不能同时审批，请由另一名经办人审批",
                "who reviewed it may not decide it; another officer must",
            ),
        )


@dataclass(frozen=True, slots=True)
class BudgetState:
    """预算: allotted ≥ committed ≥ paid, always."""

    allotted_yuan: Decimal
    committed_yuan: Decimal
    paid_yuan: Decimal

    @property
    def left_yuan(self) -> Decimal:
        return self.allotted_yuan - self.committed_yuan


def commit_budget(budget: BudgetState, amount: Decimal) -> Decimal:
    """What is committed afterwards; raises RuleBroken with what is left."""
    if amount > budget.left_yuan:
        left = format_yuan(budget.left_yuan)
        raise RuleBroken(
            "budget_exhausted",
            Text(
                f"预算余额{left}元，不足以批准{format_yuan(amount)}元",
                f"{left} yuan of the budget are left, less than {format_yuan(amount)}",
            ),
            left_yuan=left,
        )
    return budget.committed_yuan + amount


def allot_budget(budget: BudgetState, allotted: Decimal) -> Decimal:
    """A new allotment, never below what is committed."""
    if allotted < budget.committed_yuan:
        committed = format_yuan(budget.committed_yuan)
        raise RuleBroken(
            "budget_below_commitments",
            Text(
                f"已承诺{committed}元，预算不能低于此数",
                f"{committed} yuan are committed already; the allotment cannot be less",
            ),
            committed_yuan=committed,
        )
    return allotted


def release_budget(budget: BudgetState, amount: Decimal) -> Decimal:
    """What is committed after a commitment ended unpaid, or its money came back."""
    return max(budget.committed_yuan - amount, budget.paid_yuan)


def pay_budget(budget: BudgetState, amount: Decimal) -> Decimal:
    """What is paid afterwards, never above what is committed."""
    if budget.paid_yuan + amount > budget.committed_yuan:
        raise RuleBroken(
            "budget_exhausted",
            Text("支付将超过已承诺金额", "the payment would exceed what is committed"),
        )
    return budget.paid_yuan + amount

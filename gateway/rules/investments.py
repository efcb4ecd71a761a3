"""投: the life of one investment, from interest to exit.

    interested ─propose→ proposed ─agree→ agreed ─close→ closed ─exit→ exited
        │            ⟲ propose │ refuse_terms → interested    │ write_off → written_off
        │ decline / withdraw (before close) → passed / withdrawn
    closed, tranche by tranche:  waiting ─claim→ claimed ─confirm→ met ─pay→ paid
                                                   └─refuse→ waiting

The tranches add up to the sum of the term sheet; a tranche is paid when its milestone is confirmed
by the fund; every payment issues whole shares at the round's price. 先投后股 has no price yet: its
payments issue nothing until they are converted (`conversions.py`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from gateway.rules.cap_tables import (
    CapTable,
    Stake,
    add_shares,
    check_table,
    count_bought,
    move_shares,
)
from gateway.rules.supports import Side, make_table
from kit.errors import InvalidInput, RuleBroken
from kit.money import format_yuan
from kit.text import Text

ZERO = Decimal("0.00")


class InvestmentState(StrEnum):
    """投资状态。"""

    INTERESTED = "interested"
    PROPOSED = "proposed"
    AGREED = "agreed"
    CLOSED = "closed"
    EXITED = "exited"
    PASSED = "passed"
    WITHDRAWN = "withdrawn"
    WRITTEN_OFF = "written_off"


class InvestmentAct(StrEnum):
    """推动投资的动作。"""

    SHOW_INTEREST = "show_interest"
    PROPOSE = "propose"
    AGREE = "agree"
    REFUSE_TERMS = "refuse_terms"
    CLOSE = "close"
    REOPEN = "reopen"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    CLAIM_MILESTONE = "claim_milestone"
    CONFIRM_MILESTONE = "confirm_milestone"
    REFUSE_MILESTONE = "refuse_milestone"
    PAY_TRANCHE = "pay_tranche"
    CLAIM_CONVERSION = "claim_conversion"
    CONVERT = "convert"
    REFUSE_CONVERSION = "refuse_conversion"
    RETURN_MONEY = "return_money"
    SELL_SHARES = "sell_shares"
    EXIT = "exit"
    WRITE_OFF = "write_off"


S, A = InvestmentState, InvestmentAct
_LEAVE = {A.DECLINE: S.PASSED, A.WITHDRAW: S.WITHDRAWN}
MOVES = make_table(
    S,
    A,
    {
        S.INTERESTED: {A.PROPOSE: S.PROPOSED, **_LEAVE},
        S.PROPOSED: {
            A.PROPOSE: S.PROPOSED,
            A.AGREE: S.AGREED,
            A.REFUSE_TERMS: S.INTERESTED,
            **_LEAVE,
        },
        S.AGREED: {A.CLOSE: S.CLOSED, A.PROPOSE: S.PROPOSED, **_LEAVE},
        S.CLOSED: {
            A.CLAIM_MILESTONE: S.CLOSED,
            A.CONFIRM_MILESTONE: S.CLOSED,
            A.REFUSE_MILESTONE: S.CLOSED,
            A.PAY_TRANCHE: S.CLOSED,
            A.CLAIM_CONVERSION: S.CLOSED,
            A.CONVERT: S.CLOSED,
            A.REFUSE_CONVERSION: S.CLOSED,
            A.RETURN_MONEY: S.CLOSED,
            A.SELL_SHARES: S.CLOSED,
            A.EXIT: S.EXITED,
            A.WRITE_OFF: S.WRITTEN_OFF,
            A.REOPEN: S.AGREED,
        },
    },
)
"""Every state and every act; None where the act is refused."""

UNDECIDED = frozenset({S.INTERESTED, S.PROPOSED, S.AGREED})
DEAD: frozenset[str] = frozenset({S.PASSED, S.WITHDRAWN})

SIDES: Mapping[InvestmentAct, tuple[Side, ...]] = {
    A.AGREE: (Side.FIRM,),
    A.REFUSE_TERMS: (Side.FIRM,),
    A.WITHDRAW: (Side.FIRM,),
    A.CLAIM_MILESTONE: (Side.FIRM,),
    A.CLAIM_CONVERSION: (Side.FIRM,),
}
"""Who takes a step; whatever is not named here is the fund's."""


class TrancheState(StrEnum):
    """分期状态。"""

    WAITING = "waiting"
    CLAIMED = "claimed"
    MET = "met"
    PAID = "paid"


TRANCHE_MOVES = make_table(
    TrancheState,
    (A.CLAIM_MILESTONE, A.CONFIRM_MILESTONE, A.REFUSE_MILESTONE, A.PAY_TRANCHE),
    {
        TrancheState.WAITING: {A.CLAIM_MILESTONE: TrancheState.CLAIMED},
        TrancheState.CLAIMED: {
            A.CONFIRM_MILESTONE: TrancheState.MET,
            A.REFUSE_MILESTONE: TrancheState.WAITING,
        },
        TrancheState.MET: {A.PAY_TRANCHE: TrancheState.PAID},
    },
)


@dataclass(frozen=True, slots=True)
class Tranche:
    """A part of the money, and the milestone it waits for."""

    amount_yuan: Decimal
    milestone: str
    due_on: date | None = None
    state: TrancheState = TrancheState.WAITING
    paid_on: date | None = None
    shares: int = 0


@dataclass(frozen=True, slots=True)
class Conversion:
    """先投后股: when money becomes shares, by what day, and how much cheaper than that round (0-1).

    `pre_money_yuan` and `stakes` are what the firm claims of the round that brings it about.
    """

    condition: str
    convert_by: date
    discount: Decimal = Decimal(0)
    pre_money_yuan: Decimal | None = None
    stakes: tuple[Stake, ...] = ()
    converted_on: date | None = None


@dataclass(frozen=True, slots=True)
class Investment:
    """The terms of an investment so far; `before` is the cap table the round starts from."""

    amount_yuan: Decimal | None = None
    pre_money_yuan: Decimal | None = None
    tranches: tuple[Tranche, ...] = ()
    before: tuple[Stake, ...] = ()
    stakes: tuple[Stake, ...] = ()
    clauses: tuple[str, ...] = ()
    proceeds_yuan: Decimal = ZERO
    conversion: Conversion | None = None
    returned_yuan: Decimal = ZERO

    @property
    def paid_yuan(self) -> Decimal:
        paid = (one.amount_yuan for one in self.tranches if one.state is TrancheState.PAID)
        return sum(paid, ZERO)

    @property
    def invested_yuan(self) -> Decimal:
        """What was paid and has not been given back."""
        return self.paid_yuan - self.returned_yuan


def propose_terms(
    investment: Investment,
    *,
    amount: Decimal,
    pre_money: Decimal | None,
    tranches: Sequence[Tranche],
    stakes: Sequence[Stake],
    clauses: Sequence[str],
    conversion: Conversion | None = None,
) -> Investment:
    """投资条款书: the sum, the valuation before it, the tranches that add up to the sum."""
    table = check_table(stakes)
    parts = sum((one.amount_yuan for one in tranches), ZERO)
    if (pre_money is None) == (conversion is None):
        raise _wrong(
            "投前估值与先投后股条款须且只须其一",
            "either a valuation now, or the terms on which money becomes shares later",
        )
    sums = [amount, pre_money or amount, *(one.amount_yuan for one in tranches)]
    if any(one <= ZERO for one in sums):
        raise _wrong("金额、投前估值与各期金额须大于零", "all sums are above zero")
    if not tranches or parts != amount:
        raise _wrong(
            f"各期合计 {format_yuan(parts)} 元，须等于投资额 {format_yuan(amount)} 元",
            f"the tranches add up to {format_yuan(parts)}, and must be {format_yuan(amount)}",
        )
    return replace(
        investment,
        amount_yuan=amount,
        pre_money_yuan=pre_money,
        tranches=tuple(tranches),
        before=table.stakes,
        stakes=table.stakes,
        clauses=tuple(clauses),
        conversion=conversion,
    )


def move_tranche(investment: Investment, place: int, act: InvestmentAct) -> Investment:
    """A tranche by one step of its own table."""
    tranche = _get_tranche(investment, place)
    after = TRANCHE_MOVES[tranche.state, act]
    if after is None:
        raise RuleBroken(
            "tranche_not_open",
            Text(
                f"第 {place + 1} 期现为「{tranche.state}」，不能「{act}」",
                f"tranche {place + 1} is {tranche.state} and cannot {act}",
            ),
        )
    return _put(investment, place, lambda one: replace(one, state=TrancheState(after)))


def pay_tranche(investment: Investment, place: int, holder: str, name: str, on: date) -> Investment:
    """付款: the milestone is met; the shares that all payments so far have bought are issued."""
    moved = move_tranche(investment, place, A.PAY_TRANCHE)
    moved = _put(moved, place, lambda one: replace(one, paid_on=on))
    return issue_shares(moved, place, holder, name)


def issue_shares(investment: Investment, place: int, holder: str, name: str) -> Investment:
    """All that was bought so far, less what was issued; nothing while there is no price."""
    if investment.pre_money_yuan is None:
        return investment
    held = sum(one.shares for one in investment.tranches)
    before, paid = CapTable(investment.before), investment.invested_yuan
    shares = count_bought(before, investment.pre_money_yuan, paid) - held
    issued = _put(investment, place, lambda one: replace(one, shares=one.shares + shares))
    table = add_shares(CapTable(issued.stakes), holder, name, shares)
    return replace(issued, stakes=table.stakes)


def sell_shares(
    investment: Investment, seller: str, buyer: str, name: str, shares: int, proceeds: Decimal
) -> Investment:
    """退出（部分）: the fund sells shares to another holder; the total stays."""
    table = move_shares(CapTable(investment.stakes), seller, buyer, name, shares)
    return replace(
        investment, stakes=table.stakes, proceeds_yuan=investment.proceeds_yuan + proceeds
    )


def require_gone(investment: Investment, holder: str) -> None:
    """退出: nothing is held any more, neither shares nor money that waits for its conversion."""
    held = next((one.shares for one in investment.stakes if one.holder == holder), 0)
    waits = investment.pre_money_yuan is None and investment.invested_yuan
    if held or waits or investment.paid_yuan == ZERO:
        raise RuleBroken(
            "still_held",
            Text(
                f"仍持有 {held} 股、尚有未转股也未退回的投资，或尚未付款，不能记为退出",
                f"{held} shares or money not converted are still held, or nothing was paid",
            ),
        )


def _get_tranche(investment: Investment, place: int) -> Tranche:
    if not 0 <= place < len(investment.tranches):
        raise _wrong("没有这一期", "there is no such tranche")
    return investment.tranches[place]


def _put(investment: Investment, place: int, change: Callable[[Tranche], Tranche]) -> Investment:
    tranches = list(investment.tranches)
    tranches[place] = change(tranches[place])
    return replace(investment, tranches=tuple(tranches))


def _wrong(zh: str, en: str) -> InvalidInput:
    return InvalidInput("terms_invalid", Text(zh, en))

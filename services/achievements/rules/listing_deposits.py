"""保证金: paid in before a bid, and gone for good on exactly one way.

```
due ──paid──▶ paid ──returned──▶ returned
                 ├──forfeited──▶ forfeited
                 └──credited───▶ credited      (抵作价款)
```
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from kit.errors import RuleBroken
from kit.text import Text
from services.achievements.rules.listings import ListingState
from services.achievements.rules.steps import Steps


class DepositState(StrEnum):
    """保证金状态"""

    DUE = "due"
    PAID = "paid"
    RETURNED = "returned"
    FORFEITED = "forfeited"
    CREDITED = "credited"


class DepositAct(StrEnum):
    """确认到账、退还、没收、抵作价款"""

    PAY = "paid"
    RETURN = "returned"
    FORFEIT = "forfeited"
    CREDIT = "credited"


DEPOSIT_STEPS: Steps[DepositState, DepositAct] = Steps(
    noun=Text("保证金", "deposit"),
    code="deposit_step_not_open",
    table={
        (DepositState.DUE, DepositAct.PAY): DepositState.PAID,
        (DepositState.PAID, DepositAct.RETURN): DepositState.RETURNED,
        (DepositState.PAID, DepositAct.FORFEIT): DepositState.FORFEITED,
        (DepositState.PAID, DepositAct.CREDIT): DepositState.CREDITED,
    },
    names={
        DepositState.DUE: "待缴纳",
        DepositState.PAID: "已缴纳",
        DepositState.RETURNED: "已退还",
        DepositState.FORFEITED: "已没收",
        DepositState.CREDITED: "已抵作价款",
    },
)


@dataclass(frozen=True, slots=True)
class DepositTotals:
    """What came in, and where it is now; the parts add up to what came in, to the fen."""

    paid_in_yuan: Decimal
    held_yuan: Decimal
    returned_yuan: Decimal
    forfeited_yuan: Decimal
    credited_yuan: Decimal


def add_up(deposits: Sequence[tuple[DepositState, Decimal]]) -> DepositTotals:
    """The sums by state."""
    sums: Mapping[DepositState, Decimal] = {
        state: sum((amount for at, amount in deposits if at is state), Decimal("0.00"))
        for state in DepositState
    }
    held, returned = sums[DepositState.PAID], sums[DepositState.RETURNED]
    forfeited, credited = sums[DepositState.FORFEITED], sums[DepositState.CREDITED]
    return DepositTotals(
        held + returned + forfeited + credited, held, returned, forfeited, credited
    )


def require_grounds(act: DepositAct, listing: ListingState, *, is_winner: bool) -> None:
    """A winner's deposit is not returned before the end; only a winner can forfeit or credit."""
    ended = listing in (ListingState.SETTLED, ListingState.WITHDRAWN)
    if act is DepositAct.RETURN and listing is ListingState.LISTED:
        raise _refused(
            "竞价截止前保证金不退还", "deposits are not returned before the contest is decided"
        )
    if act is DepositAct.RETURN and is_winner and not ended:
        raise _refused("买受人的保证金在成交前不退还", "the winner's deposit stays until the end")
    if act is DepositAct.FORFEIT and not (is_winner and listing is not ListingState.SETTLED):
        raise _refused(
            "只有未履约的买受人的保证金可以没收", "only a winner who does not settle forfeits"
        )
    if act is DepositAct.CREDIT and not (is_winner and listing is ListingState.SETTLED):
        raise _refused(
            "只有已摘牌的买受人的保证金可以抵作价款", "only a settled winner's deposit is credited"
        )


def _refused(zh: str, en: str) -> RuleBroken:
    return RuleBroken("deposit_grounds_missing", Text(zh, en))

"""保: the life of one guarantee or insurance, from application to release or recovery.

    applied ─quote→ quoted ─accept_quote→ agreed ─issue→ in_force ─release→ released
       │ decline      │ requote ⟲            │ withdraw     │ claim
    declined          └ withdraw → withdrawn              claimed ─compensate→ compensated
                                                            │ refuse_claim        │ recover ⟲
                                        in_force ◄──────────┘     recovering ─close→ closed
    in_force ─cancel→ cancelled (not while a claim runs)

- The cover ratio is what the scheme does not leave with the lender: 国2:省2:市4:行2 covers 0.8.
- All that is in force for one firm stays within the limit of `limits.yaml` (30,000,000 yuan).
- Compensation is at most share x principal lost, to the fen; recoveries return by those shares.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from gateway.rules.sharing import (
    LENDER,
    POOL,
    ZERO,
    Borne,
    Scheme,
    check_scheme,
    find_compensation,
    find_cover_ratio,
    share_loss,
    share_recovery,
)
from gateway.rules.supports import Side, make_table
from kit.errors import RuleBroken
from kit.money import format_yuan, yuan
from kit.text import Text


class GuaranteeState(StrEnum):
    """担保或保险状态。"""

    APPLIED = "applied"
    QUOTED = "quoted"
    AGREED = "agreed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    IN_FORCE = "in_force"
    RELEASED = "released"
    CANCELLED = "cancelled"
    CLAIMED = "claimed"
    COMPENSATED = "compensated"
    RECOVERING = "recovering"
    CLOSED = "closed"


class GuaranteeAct(StrEnum):
    """推动担保或保险的动作。"""

    APPLY = "apply"
    QUOTE = "quote"
    ACCEPT_QUOTE = "accept_quote"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    ISSUE = "issue"
    RELEASE = "release"
    CANCEL = "cancel"
    CLAIM = "claim"
    REFUSE_CLAIM = "refuse_claim"
    COMPENSATE = "compensate"
    RECOVER = "recover"
    CLOSE = "close"


S, A = GuaranteeState, GuaranteeAct
MOVES = make_table(
    S,
    A,
    {
        S.APPLIED: {A.QUOTE: S.QUOTED, A.DECLINE: S.DECLINED, A.WITHDRAW: S.WITHDRAWN},
        S.QUOTED: {
            A.QUOTE: S.QUOTED,
            A.ACCEPT_QUOTE: S.AGREED,
            A.DECLINE: S.DECLINED,
            A.WITHDRAW: S.WITHDRAWN,
        },
        S.AGREED: {
            A.QUOTE: S.QUOTED,
            A.ISSUE: S.IN_FORCE,
            A.DECLINE: S.DECLINED,
            A.WITHDRAW: S.WITHDRAWN,
        },
        S.IN_FORCE: {
            A.RELEASE: S.RELEASED,
            A.CANCEL: S.CANCELLED,
            A.CLAIM: S.CLAIMED,
        },
        S.CLAIMED: {A.COMPENSATE: S.COMPENSATED, A.REFUSE_CLAIM: S.IN_FORCE},
        S.COMPENSATED: {A.RECOVER: S.RECOVERING, A.CLOSE: S.CLOSED},
        S.RECOVERING: {A.RECOVER: S.RECOVERING, A.CLOSE: S.CLOSED},
    },
)
"""Every state and every act; None where the act is refused."""

UNDECIDED = frozenset({S.APPLIED, S.QUOTED, S.AGREED})
COVERING = frozenset({S.IN_FORCE, S.CLAIMED})
"""What counts as cover for a loan, and against the limit of its firm."""

SIDES: Mapping[GuaranteeAct, tuple[Side, ...]] = {
    A.APPLY: (Side.FIRM, Side.BUREAU),
    A.ACCEPT_QUOTE: (Side.FIRM,),
    A.WITHDRAW: (Side.FIRM,),
}
"""Who takes a step; whatever is not named here is the insurer's or guarantor's."""


class GuaranteeKind(StrEnum):
    """担保（保函）或保险（保单）。"""

    GUARANTEE = "guarantee"
    INSURANCE = "insurance"


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of `limits.yaml`: per firm in yuan, of a guarantee the highest fee by the year
    and the least part of a loss (0-1) that stays with the lender.
    """

    per_firm_yuan: Decimal
    guarantee_fee_rate: Decimal
    lender_share_at_least: Decimal


@dataclass(frozen=True, slots=True)
class Guarantee:
    """The terms of a guarantee or insurance so far; `principal_yuan` is the loan it stands for."""

    kind: GuaranteeKind
    asked_yuan: Decimal
    principal_yuan: Decimal | None = None
    fee_rate: Decimal | None = None
    fee_yuan: Decimal | None = None
    scheme: Scheme | None = None
    quote_valid_until: date | None = None
    number: str | None = None
    in_force_from: date | None = None
    in_force_until: date | None = None
    loan_id: str | None = None
    lost_yuan: Decimal = ZERO
    borne: tuple[Borne, ...] = ()

    @property
    def cover_ratio(self) -> Decimal:
        """The part of the principal that does not stay with the lender."""
        return ZERO if self.scheme is None else find_cover_ratio(self.scheme)

    @property
    def liability_yuan(self) -> Decimal:
        """What counts against the limit of the firm: the principal it stands for, covered."""
        return yuan((self.principal_yuan or ZERO) * self.cover_ratio)

    @property
    def recovered_yuan(self) -> Decimal:
        return sum((one.got_back_yuan for one in self.borne), ZERO)


def quote_guarantee(
    guarantee: Guarantee,
    *,
    principal: Decimal,
    fee_rate: Decimal,
    scheme: Scheme,
    valid_until: date,
    limits: Limits,
) -> Guarantee:
    """报价: principal, fee and the scheme by which a loss would be shared."""
    check_scheme(scheme)
    if not ZERO < principal <= guarantee.asked_yuan:
        raise _refuse(
            "amount_out_of_bounds",
            f"担保本金须大于零且不超过申请的 {format_yuan(guarantee.asked_yuan)} 元",
            f"the principal is positive and at most {format_yuan(guarantee.asked_yuan)}",
        )
    if guarantee.kind is GuaranteeKind.GUARANTEE and fee_rate > limits.guarantee_fee_rate:
        raise _refuse(
            "fee_too_high",
            f"担保费率不得超过 {limits.guarantee_fee_rate}",
            f"the fee of a guarantee is at most {limits.guarantee_fee_rate} a year",
        )
    own = 1 - find_cover_ratio(scheme)
    if guarantee.kind is GuaranteeKind.GUARANTEE and own < limits.lender_share_at_least:
        raise _refuse(
            "lender_share_too_low",
            f"出借银行分担的比例不得低于 {limits.lender_share_at_least}",
            f"at least {limits.lender_share_at_least} of a loss stays with the lender",
        )
    return replace(
        guarantee,
        principal_yuan=principal,
        fee_rate=fee_rate,
        fee_yuan=yuan(principal * fee_rate),
        scheme=scheme,
        quote_valid_until=valid_until,
    )


def issue_guarantee(guarantee: Guarantee, number: str, on: date, until: date) -> Guarantee:
    """出具保函或保单, while the quotation is still good."""
    if guarantee.quote_valid_until is not None and on > guarantee.quote_valid_until:
        raise _refuse(
            "quote_expired",
            f"报价已于 {guarantee.quote_valid_until} 失效，请重新报价",
            f"the quotation was good until {guarantee.quote_valid_until}; quote again",
        )
    if until <= on:
        raise _refuse("term_invalid", "保障期限须晚于出具之日", "the cover ends after it begins")
    return replace(guarantee, number=number, in_force_from=on, in_force_until=until)


def require_room(in_force: Decimal, guarantee: Guarantee, limits: Limits) -> None:
    """单户在保上限: all that is in force for a firm, this one included, stays within the limit."""
    if in_force + guarantee.liability_yuan > limits.per_firm_yuan:
        raise RuleBroken(
            "guarantee_limit",
            Text(
                f"该企业在保 {format_yuan(in_force)} 元，加上本笔将超过单户上限"
                f" {format_yuan(limits.per_firm_yuan)} 元",
                f"{format_yuan(in_force)} is in force for the firm; with this one it would exceed"
                f" the limit of {format_yuan(limits.per_firm_yuan)}",
            ),
            in_force_yuan=format_yuan(in_force),
            limit_yuan=format_yuan(limits.per_firm_yuan),
        )


def claim_guarantee(guarantee: Guarantee, loan_id: str, lost: Decimal, on: date) -> Guarantee:
    """索赔: the principal lost on the loan it stands for, within the time of the cover."""
    until = guarantee.in_force_until
    if until is not None and on > until:
        raise _refuse("cover_ended", f"保障已于 {until} 到期", f"the cover ended on {until}")
    return replace(guarantee, loan_id=loan_id, lost_yuan=lost)


def drop_claim(guarantee: Guarantee) -> Guarantee:
    """A refused claim leaves no loss behind; which loan it was stays in the ledger."""
    return replace(guarantee, loan_id=None, lost_yuan=ZERO)


def compensate_guarantee(guarantee: Guarantee, pool_holds: Decimal) -> Guarantee:
    """代偿: every sharer's part of the loss; what exceeds the principal stays with the lender."""
    if guarantee.scheme is None:
        raise _refuse("no_scheme", "尚无分担方案", "there is no scheme to share by")
    covered = min(guarantee.lost_yuan, guarantee.principal_yuan or ZERO)
    borne = share_loss(guarantee.scheme, covered, pool_holds)
    beyond = guarantee.lost_yuan - covered
    own = tuple(
        replace(one, amount_yuan=one.amount_yuan + beyond) if one.code == LENDER else one
        for one in borne
    )
    return replace(guarantee, borne=own)


def recover_guarantee(guarantee: Guarantee, amount: Decimal) -> Guarantee:
    """追偿: money that comes back returns to those who bore the loss, by their shares."""
    left = guarantee.lost_yuan - guarantee.recovered_yuan
    if not ZERO < amount <= left:
        raise _refuse(
            "amount_out_of_bounds",
            f"追回金额须大于零且不超过尚未追回的 {format_yuan(left)} 元",
            f"a recovery is positive and at most {format_yuan(left)}",
        )
    gets = share_recovery(guarantee.borne, amount)
    borne = tuple(
        replace(one, got_back_yuan=one.got_back_yuan + get)
        for one, get in zip(guarantee.borne, gets, strict=True)
    )
    return replace(guarantee, borne=borne)


def find_pool_part(guarantee: Guarantee) -> tuple[Decimal, Decimal]:
    """What the pool paid, and what has come back to it."""
    pool = next((one for one in guarantee.borne if one.code == POOL), None)
    return (ZERO, ZERO) if pool is None else (pool.amount_yuan, pool.got_back_yuan)


def find_paid(guarantee: Guarantee) -> Decimal:
    """What the lender received in all."""
    return find_compensation(guarantee.borne)


def _refuse(code: str, zh: str, en: str) -> RuleBroken:
    return RuleBroken(code, Text(zh, en))

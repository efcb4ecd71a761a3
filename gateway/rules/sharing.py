"""风险分担: who bears which part of a loss, and who gets what of the money that comes back.

- A pool, where there is one, pays first: at most its ratio of the principal lost (never more than
  one half), and never more than it holds.
- The rest is split by whole shares to the fen (largest remainder); the lender's own share stays
  with the lender. All parts together are the loss.
- Recoveries return by the original shares, in proportion to what each bore. Nobody gets back more
  than it bore, and when everything is recovered everybody has exactly what it bore.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from kit.errors import InvalidInput
from kit.money import FEN, split_by_shares, yuan
from kit.text import Text

LENDER = "lender"
"""The party of a scheme that is the lending bank itself."""

MOST_OF_POOL = Decimal("0.5")
"""A pool pays at most half of the principal lost (facts.md §4, 济南 20 亿元补偿资金池)."""

ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Sharer:
    """One party of a scheme and its whole share; the lender's code is `lender`."""

    code: str
    name: str
    share: int


@dataclass(frozen=True, slots=True)
class Scheme:
    """分担方案: the parties by whole shares (2:2:4:2), and at most one pool before them."""

    sharers: tuple[Sharer, ...]
    pool_id: str | None = None
    pool_ratio: Decimal = Decimal(0)

    @property
    def whole(self) -> int:
        return sum(one.share for one in self.sharers)


@dataclass(frozen=True, slots=True)
class Borne:
    """What one party bears of a loss; `got_back_yuan` is what recoveries returned to it."""

    code: str
    amount_yuan: Decimal
    got_back_yuan: Decimal = ZERO


POOL = "pool"


def check_scheme(scheme: Scheme) -> None:
    """Refuse a scheme that cannot be added up."""
    codes = [one.code for one in scheme.sharers]
    if len(codes) < 2 or len(set(codes)) != len(codes) or POOL in codes or LENDER not in codes:
        raise _wrong(
            "分担方案须有两方以上、代码各不相同，并含出借银行（lender）",
            "a scheme has two parties or more, each once, the lender among them",
        )
    if any(one.share < 0 for one in scheme.sharers) or scheme.whole == 0:
        raise _wrong("份额须为不全为零的非负整数", "shares are whole, not negative, not all zero")
    if not 0 <= scheme.pool_ratio <= MOST_OF_POOL or (scheme.pool_ratio and not scheme.pool_id):
        raise _wrong(
            "资金池补偿比例须在 0 与 0.5 之间，并指明资金池",
            "a pool pays between nothing and one half of the principal lost, and has a name",
        )


def find_cover_ratio(scheme: Scheme) -> Decimal:
    """The part of a loss that does not stay with the lender, before any pool."""
    own = sum(one.share for one in scheme.sharers if one.code == LENDER)
    return Decimal(scheme.whole - own) / Decimal(scheme.whole)


def share_loss(scheme: Scheme, loss: Decimal, pool_holds: Decimal = ZERO) -> tuple[Borne, ...]:
    """Who bears what of a principal lost; the parts add up to it, to the fen."""
    from_pool = min((loss * scheme.pool_ratio).quantize(FEN, rounding=ROUND_DOWN), pool_holds)
    parts = split_by_shares(loss - from_pool, [one.share for one in scheme.sharers])
    borne = [Borne(one.code, yuan(part)) for one, part in zip(scheme.sharers, parts, strict=True)]
    return (Borne(POOL, from_pool), *borne) if scheme.pool_id else tuple(borne)


def find_compensation(borne: Sequence[Borne]) -> Decimal:
    """What the lender receives: all but its own part."""
    return sum((one.amount_yuan for one in borne if one.code != LENDER), ZERO)


def share_recovery(borne: Sequence[Borne], recovered: Decimal) -> tuple[Decimal, ...]:
    """Who gets what of one recovery, in the order of `borne`; the parts add up to it.

    Each party is brought to its largest-remainder part of everything recovered so far. That part
    can shrink by a fen from one sum to the next; nobody pays back for it, the others wait a fen.
    """
    before = sum((one.got_back_yuan for one in borne), ZERO)
    lost = sum((one.amount_yuan for one in borne), ZERO)
    if not ZERO < recovered <= lost - before:
        raise ValueError("a recovery is positive and at most what is still lost")
    targets = split_by_shares(before + recovered, [int(one.amount_yuan * 100) for one in borne])
    gets = [max(ZERO, to - one.got_back_yuan) for to, one in zip(targets, borne, strict=True)]
    excess = int((sum(gets, ZERO) - recovered) * 100)
    order = sorted(range(len(gets)), key=lambda place: (-gets[place], place))
    while excess > 0:
        for place in order:
            if excess > 0 and gets[place] > 0:
                gets[place] -= FEN
                excess -= 1
    return tuple(yuan(one) for one in gets)


def _wrong(zh: str, en: str) -> InvalidInput:
    return InvalidInput("scheme_invalid", Text(zh, en))

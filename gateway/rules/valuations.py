"""估值: three approaches with stated inputs, and a card of five values. Amounts, never promises.

- market: the median of the technology sums of comparable registered contracts, adjusted by a
  stated factor;
- cost: what making it again would cost today, with a stated profit, less obsolescence;
- income: sum over the years of revenue x share of the technology / (1 + discount rate) ** year,
  each year's money taken at its end.

The conclusion is the mean of the approaches used, weighted as stated, between the lowest and the
highest. The card: every expert gives each value 0-100; the mean without the highest and the lowest
(where there are five or more) is weighted by the card, a dated pack of data.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

from kit.errors import InvalidInput
from kit.money import yuan
from kit.text import Text

ZERO = Decimal("0.00")
POINT = Decimal("0.1")
_EXACT = Context(prec=40, rounding=ROUND_HALF_UP)
MOST_POINTS = 100
TRIMMED_FROM = 5


@dataclass(frozen=True, slots=True)
class Comparable:
    """A registered contract that says what something like this was worth."""

    contract_id: str
    type: str
    technology_yuan: Decimal
    registered_on: date


@dataclass(frozen=True, slots=True)
class MarketInput:
    """市场法: the comparables chosen, and the factor by which this one differs, with its reason."""

    comparables: tuple[Comparable, ...]
    factor: Decimal
    factor_reason: str


@dataclass(frozen=True, slots=True)
class CostItem:
    """One cost of making it, in yuan of its year, and the price index from then to now."""

    what: str
    amount_yuan: Decimal
    price_index: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class CostInput:
    """成本法: the costs, the profit a maker would ask, and how far it is outdated (0-1)."""

    items: tuple[CostItem, ...]
    profit_rate: Decimal
    obsolescence: Decimal


@dataclass(frozen=True, slots=True)
class IncomeInput:
    """收益法: revenue year by year, the technology's share of it, and the discount rate."""

    revenues_yuan: tuple[Decimal, ...]
    share: Decimal
    discount_rate: Decimal
    assumptions: str


@dataclass(frozen=True, slots=True)
class Approach:
    """One approach's value, its weight in the conclusion, and how it came about."""

    name: str
    value_yuan: Decimal
    weight: Decimal
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conclusion:
    """The value concluded, between the lowest and the highest approach."""

    value_yuan: Decimal
    low_yuan: Decimal
    high_yuan: Decimal
    approaches: tuple[Approach, ...]


@dataclass(frozen=True, slots=True)
class CardValue:
    """One of the values of a card, with its weight; the weights of a card add up to one."""

    code: str
    label: Text
    weight: Decimal


@dataclass(frozen=True, slots=True)
class Card:
    """A dated card of values; `verified` says whether its words were read in a source."""

    id: str
    version: str
    valid_from: date
    source: str
    verified: bool
    values: tuple[CardValue, ...]


@dataclass(frozen=True, slots=True)
class Points:
    """What the experts made of one value."""

    code: str
    points: Decimal
    lowest: int
    highest: int


def value_by_market(said: MarketInput, weight: Decimal) -> Approach:
    """市场法; three comparables at least."""
    if len(said.comparables) < 3:
        raise _wrong("market", "市场法至少需要三份可比合同", "three comparables at least")
    sums = sorted(one.technology_yuan for one in said.comparables)
    middle = len(sums) // 2
    median = sums[middle] if len(sums) % 2 else (sums[middle - 1] + sums[middle]) / 2
    value = yuan(median * said.factor)
    steps = (
        f"{len(sums)} comparables, median {yuan(median)}",
        f"x {said.factor} ({said.factor_reason})",
    )
    return Approach("market", value, weight, steps)


def value_by_cost(said: CostInput, weight: Decimal) -> Approach:
    """成本法."""
    if not said.items or not 0 <= said.obsolescence <= 1:
        raise _wrong(
            "cost", "成本法须列出成本，且贬值率在 0 与 1 之间", "costs, and obsolescence of 0 to 1"
        )
    today = sum((one.amount_yuan * one.price_index for one in said.items), ZERO)
    value = yuan(today * (1 + said.profit_rate) * (1 - said.obsolescence))
    steps = (
        f"{len(said.items)} costs at today's prices: {yuan(today)}",
        f"x (1 + {said.profit_rate}) x (1 - {said.obsolescence})",
    )
    return Approach("cost", value, weight, steps)


def value_by_income(said: IncomeInput, weight: Decimal) -> Approach:
    """收益法: end-of-year discounting, one rate for all years."""
    if not said.revenues_yuan or said.discount_rate <= -1 or not 0 < said.share <= 1:
        raise _wrong(
            "income",
            "收益法须有各年收入、0 至 1 的分成率与折现率",
            "revenues, a share of 0 to 1 and a discount rate",
        )
    with localcontext(_EXACT):
        total, steps = Decimal(0), []
        for year, revenue in enumerate(said.revenues_yuan, start=1):
            present = revenue * said.share / (1 + said.discount_rate) ** year
            steps.append(
                f"year {year}: {revenue} x {said.share} / (1 + {said.discount_rate})^{year}"
                f" = {yuan(present)}"
            )
            total += present
    return Approach("income", yuan(total), weight, tuple(steps))


def conclude(approaches: Sequence[Approach]) -> Conclusion:
    """The weighted mean; the weights stated must add up to one."""
    if not approaches or sum(one.weight for one in approaches) != 1:
        raise _wrong("weights", "各方法的权重之和须为 1", "the weights add up to one")
    values = [one.value_yuan for one in approaches]
    mean = sum((one.value_yuan * one.weight for one in approaches), ZERO)
    return Conclusion(yuan(mean), min(values), max(values), tuple(approaches))


def rate_values(
    card: Card, opinions: Sequence[Mapping[str, int]]
) -> tuple[Decimal, tuple[Points, ...]]:
    """The card's points, and those of each value, with how far the experts were apart."""
    codes = {value.code for value in card.values}
    for opinion in opinions:
        if set(opinion) != codes or not all(0 <= one <= MOST_POINTS for one in opinion.values()):
            raise _wrong(
                "points",
                f"每位专家须对 {'、'.join(sorted(codes))} 各给 0 至 100 分",
                f"every expert gives 0 to 100 to each of {', '.join(sorted(codes))}",
            )
    rated = tuple(_rate(value.code, [one[value.code] for one in opinions]) for value in card.values)
    total = sum(
        (one.points * value.weight for one, value in zip(rated, card.values, strict=True)),
        Decimal(0),
    )
    return total.quantize(POINT, rounding=ROUND_HALF_UP), rated


def _rate(code: str, given: Sequence[int]) -> Points:
    ordered = sorted(given)
    kept = ordered[1:-1] if len(ordered) >= TRIMMED_FROM else ordered
    mean = (Decimal(sum(kept)) / len(kept)).quantize(POINT, rounding=ROUND_HALF_UP)
    return Points(code, mean, ordered[0], ordered[-1])


def _wrong(where: str, zh: str, en: str) -> InvalidInput:
    return InvalidInput("valuation_invalid", Text(zh, en), approach=where)

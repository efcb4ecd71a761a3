"""Matching (供需匹配): what is wanted beside what is offered, with reasons that a person can read.

A match is judged by seven reasons. Each is a number from 0 to 1; what nobody has said counts one
half and gives no sentence, so that silence neither helps nor harms. The score is the average of
the seven by their weights, which are data (`market_terms.yaml`) and learn from feedback.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from kit.money import format_yuan
from kit.text import Text
from services.achievements.rules.labels import FIELDS, LABELS
from services.achievements.rules.relevance import Relevance


class MatchKind(StrEnum):
    """能与需求匹配的种类"""

    ACHIEVEMENTS = "achievements"
    RESEARCHERS = "researchers"
    INSTRUMENTS = "instruments"
    PLATFORMS = "platforms"
    BROKERS = "brokers"


class ReasonCode(StrEnum):
    """匹配理由：共同词、领域、成熟度、价格、地区、业绩、转化方式"""

    SHARED_TERMS = "shared_terms"
    FIELD = "field"
    READINESS = "readiness"
    PRICE = "price"
    REGION = "region"
    RECORD = "record"
    WAYS = "ways"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a demand asks for besides its words."""

    field: str | None
    trl: int | None
    budget_yuan: Decimal | None
    district: str | None
    ways: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Offered:
    """What a thing offers besides its words; `contracts` and `awards` are its owner's."""

    field: str | None = None
    fields: tuple[str, ...] = ()
    trl: int | None = None
    price_yuan: Decimal | None = None
    district: str | None = None
    ways: tuple[str, ...] = ()
    contracts: int = 0
    awards: int = 0


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a match stands where it does: how strong (0–1), and in words."""

    code: ReasonCode
    holds: bool
    strength: Decimal
    text: Text


@dataclass(frozen=True, slots=True)
class Judged:
    """A match: its score (0–1, four places) and at least two reasons, the strongest first."""

    score: Decimal
    relevance: Decimal
    reasons: tuple[Reason, ...]


Weights = Mapping[ReasonCode, Decimal]


@dataclass(frozen=True, slots=True)
class MatchingTerms:
    """Weights to begin with, how slowly they learn, from which relevance on people are told."""

    since: date
    weights: Weights
    prior: int
    tell_from: Decimal
    tell_most: int
    vectors_share: float
    close_from: float


_NEUTRAL = Decimal("0.5")
_PLACES = Decimal("0.0001")
_SHOWN_TERMS = 6
_MOST_RECORDS = 11


def judge_match(wanted: Wanted, offered: Offered, relevance: Relevance, weights: Weights) -> Judged:
    """Put a thing beside a demand."""
    reasons = tuple(_list_reasons(wanted, offered, relevance))
    strengths = {reason.code: reason.strength for reason in reasons}
    total = sum(
        (weight * strengths.get(code, _NEUTRAL) for code, weight in weights.items()), Decimal(0)
    )
    score = (total / sum(weights.values(), Decimal(0))).quantize(_PLACES)
    ranked = sorted(reasons, key=lambda one: (-_effect(one, weights), one.code))
    return Judged(score, _decimal(relevance.score), tuple(ranked))


def _effect(reason: Reason, weights: Weights) -> Decimal:
    return abs(reason.strength) * weights.get(reason.code, Decimal(0))


def _list_reasons(wanted: Wanted, offered: Offered, relevance: Relevance) -> Iterable[Reason]:
    yield _share_terms(relevance)
    yield _record(offered)
    found = (
        _compare_field(wanted, offered),
        _compare_readiness(wanted, offered),
        _compare_price(wanted, offered),
        _compare_region(wanted, offered),
        _compare_ways(wanted, offered),
    )
    yield from (reason for reason in found if reason is not None)


def _share_terms(relevance: Relevance) -> Reason:
    terms = relevance.shared[:_SHOWN_TERMS]
    near = relevance.closeness
    zh, en = ("", "") if near is None else (f"；语义相近度 {near:.2f}", f"; closeness {near:.2f}")
    return Reason(
        ReasonCode.SHARED_TERMS,
        bool(terms),
        _decimal(relevance.score),
        Text(
            f"共同词：{'、'.join(terms) or '无'}{zh}",
            f"shared terms: {', '.join(terms) or 'none'}{en}",
        ),
    )


def _record(offered: Offered) -> Reason:
    contracts, awards = offered.contracts, offered.awards
    known = min(contracts + awards, _MOST_RECORDS - 1)
    return Reason(
        ReasonCode.RECORD,
        contracts + awards > 0,
        _decimal(math.log1p(known) / math.log(_MOST_RECORDS)),
        Text(
            f"业绩：所属单位已登记技术合同 {contracts} 份、科技奖励 {awards} 项",
            f"record: its organisation has {contracts} registered contracts and {awards} awards",
        ),
    )


def _compare_field(wanted: Wanted, offered: Offered) -> Reason | None:
    fields = offered.fields or ((offered.field,) if offered.field else ())
    if wanted.field is None or not fields:
        return None
    same = wanted.field in fields
    asked = FIELDS.get(wanted.field, wanted.field)
    given = "、".join(FIELDS.get(one, one) for one in fields)
    return Reason(
        ReasonCode.FIELD,
        same,
        Decimal(same),
        Text(f"领域相同：{asked}", f"same field: {wanted.field}")
        if same
        else Text(f"领域不同：{given}", f"another field: {', '.join(fields)}"),
    )


def _compare_readiness(wanted: Wanted, offered: Offered) -> Reason | None:
    if wanted.trl is None or offered.trl is None:
        return None
    enough = offered.trl >= wanted.trl
    missing = max(wanted.trl - offered.trl, 0)
    return Reason(
        ReasonCode.READINESS,
        enough,
        max(Decimal(1) - Decimal(missing) / 4, Decimal(0)),
        Text(
            f"技术就绪度 {offered.trl} 级，{'达到' if enough else '未到'}所需的 {wanted.trl} 级",
            f"readiness {offered.trl}, {'at least' if enough else 'below'} the {wanted.trl} wanted",
        ),
    )


def _compare_price(wanted: Wanted, offered: Offered) -> Reason | None:
    budget, price = wanted.budget_yuan, offered.price_yuan
    if budget is None or price is None:
        return None
    within = price <= budget
    strength = Decimal(1) if within else (budget / price).quantize(_PLACES)
    return Reason(
        ReasonCode.PRICE,
        within,
        strength,
        Text(
            f"意向价格 {format_yuan(price)} 元，{'在预算之内' if within else '高于预算'}",
            f"asking price {format_yuan(price)}, {'within' if within else 'above'} the budget",
        ),
    )


def _compare_region(wanted: Wanted, offered: Offered) -> Reason | None:
    if not wanted.district or not offered.district:
        return None
    here, there = wanted.district, offered.district
    same = here in there or there in here
    return Reason(
        ReasonCode.REGION,
        same,
        Decimal(same),
        Text(
            f"同在{there}" if same else f"位于{there}",
            f"in the same district, {there}" if same else f"located in {there}",
        ),
    )


def _compare_ways(wanted: Wanted, offered: Offered) -> Reason | None:
    if not wanted.ways or not offered.ways:
        return None
    both = [way for way in wanted.ways if way in offered.ways]
    names = LABELS["transfer_ways"]
    shown = both or list(offered.ways)
    return Reason(
        ReasonCode.WAYS,
        bool(both),
        Decimal(bool(both)),
        Text(
            f"转化方式{'一致' if both else '不同'}：{'、'.join(names.get(w, w) for w in shown)}",
            f"ways of transfer {'agree' if both else 'differ'}: {', '.join(shown)}",
        ),
    )


def _decimal(value: float) -> Decimal:
    return Decimal(str(value)).quantize(_PLACES)


class Verdict(StrEnum):
    """对匹配的反馈：有用、无用、已联系、已签约"""

    USEFUL = "useful"
    NOT_USEFUL = "not_useful"
    CONTACTED = "contacted"
    CONTRACTED = "contracted"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One organisation's verdict on a match, and the reasons that held for it then."""

    verdict: Verdict
    reasons: tuple[ReasonCode, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """How often matches for which a reason held were found useful, and how often not."""

    useful: int
    not_useful: int


def count_evidence(judgements: Sequence[Judgement]) -> dict[ReasonCode, Evidence]:
    """What feedback says of each reason."""
    return {
        code: Evidence(
            sum(_held(one, code) and one.verdict is not Verdict.NOT_USEFUL for one in judgements),
            sum(_held(one, code) and one.verdict is Verdict.NOT_USEFUL for one in judgements),
        )
        for code in ReasonCode
    }


def _held(judgement: Judgement, code: ReasonCode) -> bool:
    return code in judgement.reasons


def learn_weights(
    base: Weights, evidence: Mapping[ReasonCode, Evidence], prior: int
) -> dict[ReasonCode, Decimal]:
    """The weights after feedback; they add up to 1.

    A reason's weight is its first one, times 2 × (useful + prior) / (all + 2 × prior): without
    feedback it stays, and no feedback moves it beyond the double or below zero.
    """
    raw = {
        code: weight
        * 2
        * (evidence[code].useful + prior)
        / (evidence[code].useful + evidence[code].not_useful + 2 * prior)
        for code, weight in base.items()
    }
    whole = sum(raw.values(), Decimal(0))
    learned = {code: (weight / whole).quantize(_PLACES) for code, weight in raw.items()}
    # What rounding left over goes to the heaviest, so that they add up.
    heaviest = max(learned, key=lambda code: (learned[code], code))
    learned[heaviest] += 1 - sum(learned.values(), Decimal(0))
    return learned

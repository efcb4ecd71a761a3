"""Matches and weights as answers."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from kit.text import Language, Text
from services.achievements.rules.match_texts import FoundMatch, MatchesCut
from services.achievements.rules.matching import MatchingTerms, Reason, Verdict, Weights
from services.achievements.schemas.matches import (
    MatchAnswer,
    MatchPage,
    ReasonAnswer,
    WeightsAnswer,
    WeightsPage,
)

_RULE = Text(
    "权重 = 初始权重 × 2 ×（有用 + 先验）÷（有用 + 无用 + 2 × 先验），再归一；"
    "每日由全部现行反馈重新计算",
    "weight = first weight × 2 × (useful + prior) / (useful + not useful + 2 × prior), then scaled"
    " to add up to 1; worked out anew every day from all standing verdicts",
)


def answer_matches(page: MatchesCut, language: Language) -> MatchPage:
    """A page of matches in the caller's language."""
    return MatchPage(
        items=[_answer_match(one, page, language) for one in page.items],
        next_cursor=page.next_cursor,
        total=sum(page.counts.values()),
        counts=dict(page.counts),
    )


def _answer_match(found: FoundMatch, page: MatchesCut, language: Language) -> MatchAnswer:
    verdict = page.verdicts.get(found.thing_id)
    return MatchAnswer(
        kind=found.kind,
        thing_id=found.thing_id,
        name=found.name,
        owner_uscc=found.owner_uscc,
        owner_name=found.owner_name,
        score=found.judged.score,
        reasons=[_answer_reason(one, page.weights, language) for one in found.judged.reasons],
        verdict=Verdict(verdict) if verdict else None,
    )


def _answer_reason(reason: Reason, weights: Weights, language: Language) -> ReasonAnswer:
    return ReasonAnswer(
        code=reason.code,
        holds=reason.holds,
        strength=reason.strength,
        weight=weights.get(reason.code, Decimal(0)),
        text=reason.text.pick(language),
    )


def answer_weights(
    terms: MatchingTerms, rows: Sequence[Mapping[Any, Any]], language: Language
) -> WeightsPage:
    """The weights in force and how they came about."""
    items = [WeightsAnswer.model_validate(dict(row)) for row in rows]
    base = dict(terms.weights)
    return WeightsPage(
        in_force=items[0].weights if items else base,
        base=base,
        base_from=terms.since,
        prior=terms.prior,
        rule=_RULE.pick(language),
        items=items,
    )

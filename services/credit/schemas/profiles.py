"""画像 on the wire: the score with every indicator's value, source, date and contribution.

Built as plain JSON, not as models: the bytes are kept and answered again as they are.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache

import orjson
from pydantic import Field

from kit.schemas import AnswerModel
from kit.text import Text
from services.credit.rules.catalogue import Catalogue, Disclosure, Freshness
from services.credit.rules.consents import ConsentScope
from services.credit.rules.disputes import DisputeState, MarkedFact
from services.credit.rules.facts import Fact, WireValue, show_value
from services.credit.rules.lifecycle import Lifecycle, Placement
from services.credit.rules.scorecards import Dimension, Scorecard
from services.credit.rules.scoring import (
    Gap,
    Profile,
    Reason,
    ScoredDimension,
    ScoredIndicator,
)
from services.credit.rules.verdicts import Verdict

Json = dict[str, object]
MOST_FACTS_NAMED = 20

_GAP_TEXTS = {
    "no_fact": Text("平台尚未归集到该信息", "no supplier has reported this"),
    "not_disclosed": Text("不在授权范围内，未予披露", "outside the consent, not disclosed"),
}
_GAP_ADVICE = {
    "no_fact": Text("请提供单位报送该信息", "have its supplier report this"),
    "not_disclosed": Text(
        "如需计入，请在授权中包含该类信息", "include the category in the consent"
    ),
}


class ScorecardRef(AnswerModel):
    """Which card, which version."""

    id: str
    version: str


class IndicatorAnswer(AnswerModel):
    """指标. `value` is null when not known, or withheld under the scope `summary`."""

    code: str
    label: str
    label_en: str
    value: WireValue | None
    value_kind: str
    withheld: bool
    points: float
    best: float
    source: str | None
    as_of: date | None
    freshness: Freshness
    disputed: bool = Field(description="an objection to one of its facts is open (异议标注)")
    fact_count: int
    fact_ids: list[str] = Field(description="the newest twenty of the facts it rests on")


class DimensionAnswer(AnswerModel):
    """维度."""

    code: str
    label: str
    label_en: str
    points: float
    best: float
    indicators: list[IndicatorAnswer]


class ReasonAnswer(AnswerModel):
    """Why points were lost, and what would raise them."""

    code: str
    dimension: str
    points_lost: float
    text: str
    text_en: str
    advice: str
    advice_en: str


class GapAnswer(AnswerModel):
    """What was not available; scored by its missing-value bin."""

    code: str
    dimension: str
    label: str
    label_en: str
    reason: str
    text: str
    text_en: str


class ObjectionMark(AnswerModel):
    """异议标注: an open objection, or one after which the fact was kept with a note."""

    id: str
    item: str
    fact_id: str
    state: str = Field(description="open | kept")
    raised_on: date
    text: str
    text_en: str
    note: str | None


class LifecycleAnswer(AnswerModel):
    """生命周期阶段; `missing` are the items that must be known before it can be told."""

    stage: str | None = Field(description="start_up | growth | stable")
    label: str | None
    label_en: str | None
    missing: list[str]
    version: str
    verified: bool = Field(description="false: the bounds are an assumption of this platform")


class ProfileAnswer(AnswerModel):
    """信用画像: points, never a probability."""

    score: float
    best_possible: float
    grade: str
    grade_label: str
    grade_label_en: str
    weak: bool
    kind: str
    lifecycle: LifecycleAnswer | None = Field(description="null under the scope `profile`")
    scorecard: ScorecardRef
    dimensions: list[DimensionAnswer]
    reasons: list[ReasonAnswer]
    not_available: list[GapAnswer]
    objections: list[ObjectionMark]


def describe_profile(
    profile: Profile,
    card: Scorecard,
    catalogue: Catalogue,
    scope: ConsentScope,
    marks: Sequence[MarkedFact] = (),
) -> Json:
    """A profile as it is answered, with the marks of disputed facts.

    The scope `profile` tells score, dimensions and marks alone.
    """
    bare = scope is ConsentScope.PROFILE
    disputed = frozenset(each.fact_id for each in marks if each.mark.state is DisputeState.OPEN)
    labels = {dimension.code: dimension for dimension in card.dimensions}
    return {
        "score": show_points(profile.score),
        "best_possible": show_points(profile.best),
        "grade": profile.grade.code,
        "grade_label": profile.grade.label.zh,
        "grade_label_en": profile.grade.label.en,
        "weak": profile.weak,
        "kind": card.kind,
        "scorecard": {"id": card.id, "version": card.version},
        "dimensions": [
            _describe_dimension(each, labels[each.code], catalogue, scope, disputed)
            for each in profile.dimensions
        ],
        "reasons": [] if bare else [_describe_reason(reason) for reason in profile.reasons],
        "not_available": [] if bare else [_describe_gap(gap) for gap in profile.gaps],
        "objections": [describe_mark(each) for each in marks],
    }


def describe_placement(placement: Placement, lifecycle: Lifecycle) -> Json:
    """The stage of life as it stands in a profile."""
    label = placement.stage.label if placement.stage else None
    return {
        "stage": placement.stage.code if placement.stage else None,
        "label": label.zh if label else None,
        "label_en": label.en if label else None,
        "missing": list(placement.missing),
        "version": f"{lifecycle.id} {lifecycle.version}",
        "verified": lifecycle.verified,
    }


def describe_mark(marked: MarkedFact) -> Json:
    """A mark as it stands in a profile."""
    mark = marked.mark
    return {
        "id": mark.objection_id,
        "item": mark.item,
        "fact_id": marked.fact_id,
        "state": mark.state.value,
        "raised_on": mark.raised_on.isoformat(),
        "text": mark.text.zh,
        "text_en": mark.text.en,
        "note": mark.note,
    }


def describe_verdict(verdict: Verdict) -> Json:
    """The verdict of a card that has a bar."""
    return {
        "outcome": verdict.outcome.value,
        "by": verdict.by,
        "checks": [
            {
                "code": check.code,
                "label": check.label.zh,
                "label_en": check.label.en,
                "holds": check.holds,
            }
            for check in verdict.checks
        ],
    }


@lru_cache(maxsize=4096)
def show_points(points: Decimal) -> int | float:
    """Points as a JSON number; whole where they are whole."""
    return int(points) if points == points.to_integral_value() else float(points)


def write_json(content: Json) -> bytes:
    """The one way answers become bytes: the same content always gives the same bytes."""
    return orjson.dumps(content)


def hash_inputs(context: Json, facts: Iterable[Fact], marks: Iterable[MarkedFact] = ()) -> str:
    """SHA-256 over all that a profile was made from (RFC 8785-like: sorted keys)."""
    rested = [[fact.id, fact.item, str(fact.value), fact.valid_from.isoformat()] for fact in facts]
    noted = [describe_mark(each) for each in marks]
    inputs = {**context, "facts": rested, "objections": noted}
    canonical = orjson.dumps(inputs, option=orjson.OPT_SORT_KEYS)
    return f"sha256:{hashlib.sha256(canonical).hexdigest()}"


def _describe_dimension(
    scored: ScoredDimension,
    dimension: Dimension,
    catalogue: Catalogue,
    scope: ConsentScope,
    disputed: frozenset[str],
) -> Json:
    return {
        "code": scored.code,
        "label": dimension.label.zh,
        "label_en": dimension.label.en,
        "points": show_points(scored.points),
        "best": show_points(scored.best),
        "indicators": [
            _describe_indicator(each, catalogue, scope, disputed)
            for each in scored.indicators
            if scope is not ConsentScope.PROFILE
        ],
    }


def _describe_indicator(
    scored: ScoredIndicator, catalogue: Catalogue, scope: ConsentScope, disputed: frozenset[str]
) -> Json:
    withheld = scope is not ConsentScope.DETAIL and any(
        catalogue.items[item].disclosure is Disclosure.WITH_CONSENT
        for item in scored.indicator.items
    )
    value = None if scored.value is None else show_value(scored.value_kind, scored.value)
    return {
        "code": scored.indicator.code,
        "label": scored.indicator.label.zh,
        "label_en": scored.indicator.label.en,
        "value": None if withheld else value,
        "value_kind": scored.value_kind.value,
        "withheld": withheld and value is not None,
        "points": show_points(scored.points),
        "best": show_points(scored.indicator.best),
        "source": scored.source,
        "as_of": None if scored.observed_on is None else scored.observed_on.isoformat(),
        "freshness": scored.freshness.value,
        "disputed": not disputed.isdisjoint(scored.fact_ids),
        "fact_count": len(scored.fact_ids),
        "fact_ids": list(scored.fact_ids[-MOST_FACTS_NAMED:]),
    }


def _describe_reason(reason: Reason) -> Json:
    text, advice = _explain(reason)
    return {
        "code": reason.indicator.code,
        "dimension": reason.dimension,
        "points_lost": show_points(reason.points_lost),
        "text": text.zh,
        "text_en": text.en,
        "advice": advice.zh,
        "advice_en": advice.en,
    }


def _explain(reason: Reason) -> tuple[Text, Text]:
    """What is said of the value where it is known; of a gap only that it is one."""
    if reason.gap is None:
        return reason.indicator.lost, reason.indicator.hint
    label, why = reason.indicator.label, _GAP_TEXTS[reason.gap]
    text = Text(f"{label.zh}：{why.zh}，按缺项计分", f"{label.en}: {why.en}; scored as missing")
    return text, _GAP_ADVICE[reason.gap]


def _describe_gap(gap: Gap) -> Json:
    return {
        "code": gap.indicator.code,
        "dimension": gap.dimension,
        "label": gap.indicator.label.zh,
        "label_en": gap.indicator.label.en,
        "reason": gap.why,
        "text": _GAP_TEXTS[gap.why].zh,
        "text_en": _GAP_TEXTS[gap.why].en,
    }

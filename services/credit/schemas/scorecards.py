"""Scorecards on the wire: everything that makes the points."""

from datetime import date
from decimal import Decimal

from kit.pages import PageQuery
from kit.schemas import AnswerModel
from kit.text import Text
from services.credit.rules.scorecards import (
    Bin,
    Dimension,
    Indicator,
    Measure,
    Scorecard,
    Way,
)
from services.credit.schemas.profiles import show_points
from services.credit.schemas.times import Day


class Words(AnswerModel):
    """A text in both languages."""

    zh: str
    en: str


class BinAnswer(AnswerModel):
    """From (included) to below (excluded), or one of some codes."""

    start: str | None
    below: str | None
    codes: list[str]
    points: float


class WayAnswer(AnswerModel):
    """One measure with its bins; of several, the one that gives most points counts."""

    how: str
    of: list[str]
    to: str | None
    within_months: int | None
    bins: list[BinAnswer]


class IndicatorCard(AnswerModel):
    """指标."""

    code: str
    label: Words
    best: float
    missing_points: float
    ways: list[WayAnswer]
    lost: Words
    advice: Words


class DimensionCard(AnswerModel):
    """维度."""

    code: str
    label: Words
    best: float
    indicators: list[IndicatorCard]


class GradeAnswer(AnswerModel):
    """等级."""

    code: str
    at_least: float
    label: Words


class ApprovalAnswer(AnswerModel):
    """审批: bound to the content by its digest."""

    name: str
    office: str
    approved_on: date
    digest: str


class ModelCard(AnswerModel):
    """模型说明: what the points are, whose they are, and what they are not."""

    text: Words
    owner: str
    author: str
    approvals: list[ApprovalAnswer]


class ScorecardSummary(AnswerModel):
    """One version of a card."""

    id: str
    version: str
    valid_from: date
    valid_to: date | None
    label: Words
    kind: str
    verified: bool
    clause: str
    source: str
    best_possible: float


class ScorecardAnswer(ScorecardSummary):
    """评分卡, whole."""

    result_valid_days: int
    weak_below: float
    grades: list[GradeAnswer]
    dimensions: list[DimensionCard]
    model_card: ModelCard


class ScorecardQuery(PageQuery):
    """Cards in force on a day; without one, all versions."""

    on: Day | None = None


def describe_summary(card: Scorecard) -> ScorecardSummary:
    """A card in a list."""
    return ScorecardSummary(
        id=card.id,
        version=card.version,
        valid_from=card.valid_from,
        valid_to=card.valid_to,
        label=_words(card.label),
        kind=card.kind,
        verified=card.verified,
        clause=card.clause,
        source=card.source,
        best_possible=show_points(card.best),
    )


def describe_scorecard(card: Scorecard) -> ScorecardAnswer:
    """A whole card."""
    return ScorecardAnswer(
        **describe_summary(card).model_dump(),
        result_valid_days=card.result_valid_days,
        weak_below=show_points(card.weak_below),
        grades=[
            GradeAnswer(
                code=grade.code,
                at_least=show_points(grade.at_least),
                label=_words(grade.label),
            )
            for grade in card.grades
        ],
        dimensions=[_describe_dimension(each) for each in card.dimensions],
        model_card=ModelCard(
            text=_words(card.model_card),
            owner=card.owner,
            author=card.author,
            approvals=[
                ApprovalAnswer(
                    name=each.name,
                    office=each.office,
                    approved_on=each.approved_on,
                    digest=each.digest,
                )
                for each in card.approvals
            ],
        ),
    )


def _describe_dimension(dimension: Dimension) -> DimensionCard:
    best = sum((each.best for each in dimension.indicators), Decimal(0))
    return DimensionCard(
        code=dimension.code,
        label=_words(dimension.label),
        best=show_points(best),
        indicators=[_describe_indicator(each) for each in dimension.indicators],
    )


def _describe_indicator(indicator: Indicator) -> IndicatorCard:
    return IndicatorCard(
        code=indicator.code,
        label=_words(indicator.label),
        best=show_points(indicator.best),
        missing_points=show_points(indicator.missing_points),
        ways=[_describe_way(way.measure, way) for way in indicator.ways],
        lost=_words(indicator.lost),
        advice=_words(indicator.hint),
    )


def _describe_way(measure: Measure, way: Way) -> WayAnswer:
    return WayAnswer(
        how=measure.how.value,
        of=list(measure.of),
        to=measure.to,
        within_months=measure.within_months,
        bins=[_describe_bin(band) for band in way.bins],
    )


def _describe_bin(band: Bin) -> BinAnswer:
    return BinAnswer(
        start=None if band.start is None else format(band.start, "f"),
        below=None if band.below is None else format(band.below, "f"),
        codes=sorted(band.codes),
        points=show_points(band.points),
    )


def _words(text: Text) -> Words:
    return Words(zh=text.zh, en=text.en)

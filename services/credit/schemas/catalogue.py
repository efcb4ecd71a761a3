"""The catalogue on the wire."""

from pydantic import Field

from kit.schemas import AnswerModel
from services.credit.rules.catalogue import (
    Catalogue,
    Disclosure,
    Item,
    Label,
    Nature,
    Polarity,
    Severity,
    ValueKind,
)


class LabelAnswer(AnswerModel):
    """A code with its names."""

    code: str
    zh: str
    en: str


class FreshnessAnswer(AnswerModel):
    """Days after the observation: until the first fresh, until the second aging, then stale."""

    fresh_days: int
    aging_days: int


class SeverityAnswer(AnswerModel):
    """失信程度, with the months after publication in which a repair is not yet possible."""

    code: str
    zh: str
    en: str
    least_months: int
    most_months: int
    verified: bool


class CatalogueItemAnswer(AnswerModel):
    """目录事项. `verified` is false where the official list could not be read."""

    code: str
    category: str
    zh: str
    en: str
    suppliers: list[str]
    disclosure: Disclosure
    nature: Nature
    value: ValueKind
    choices: list[str]
    polarity: Polarity
    shown_for_years: int | None = Field(
        description="years after the end of the conduct; null: while it is true"
    )
    inherited: bool = Field(description="passes to the enterprise that survives a merger")
    freshness: FreshnessAnswer
    verified: bool


class CatalogueAnswer(AnswerModel):
    """信用信息目录, with the purposes and categories that a consent may name."""

    id: str
    version: str
    consent_answer_days: int
    negative_years: int
    answer_working_days: int = Field(description="for an objection or a repair")
    answer_working_days_with_another_unit: int
    severities: list[SeverityAnswer]
    purposes: list[LabelAnswer]
    categories: list[LabelAnswer]
    items: list[CatalogueItemAnswer]


def describe_catalogue(catalogue: Catalogue) -> CatalogueAnswer:
    """The catalogue as it is answered."""
    return CatalogueAnswer(
        id=catalogue.id,
        version=catalogue.version,
        consent_answer_days=catalogue.terms.consent_answer_days,
        negative_years=catalogue.terms.negative_years,
        answer_working_days=catalogue.terms.answer_working_days,
        answer_working_days_with_another_unit=(
            catalogue.terms.answer_working_days_with_another_unit
        ),
        severities=[_describe_severity(each) for each in catalogue.severities.values()],
        purposes=[_describe_label(each) for each in catalogue.purposes.values()],
        categories=[_describe_label(each) for each in catalogue.categories.values()],
        items=[_describe_item(item) for item in catalogue.items.values()],
    )


def _describe_severity(severity: Severity) -> SeverityAnswer:
    return SeverityAnswer(
        code=severity.code,
        zh=severity.name.zh,
        en=severity.name.en,
        least_months=severity.least_months,
        most_months=severity.most_months,
        verified=severity.verified,
    )


def _describe_label(label: Label) -> LabelAnswer:
    return LabelAnswer(code=label.code, zh=label.name.zh, en=label.name.en)


def _describe_item(item: Item) -> CatalogueItemAnswer:
    return CatalogueItemAnswer(
        code=item.code,
        category=item.category,
        zh=item.name.zh,
        en=item.name.en,
        suppliers=list(item.suppliers),
        disclosure=item.disclosure,
        nature=item.nature,
        value=item.value,
        choices=list(item.choices),
        polarity=item.polarity,
        shown_for_years=item.shown_years,
        inherited=item.inherited,
        freshness=FreshnessAnswer(fresh_days=item.fresh_days, aging_days=item.aging_days),
        verified=item.verified,
    )

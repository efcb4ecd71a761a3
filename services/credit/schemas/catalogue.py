"""The catalogue on the wire."""

from kit.schemas import AnswerModel
from services.credit.rules.catalogue import (
    Catalogue,
    Disclosure,
    Item,
    Label,
    Nature,
    Polarity,
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
    shown_for_years: int | None
    freshness: FreshnessAnswer
    verified: bool


class CatalogueAnswer(AnswerModel):
    """信用信息目录, with the purposes and categories that a consent may name."""

    id: str
    version: str
    consent_answer_days: int
    negative_years: int
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
        purposes=[_describe_label(each) for each in catalogue.purposes.values()],
        categories=[_describe_label(each) for each in catalogue.categories.values()],
        items=[_describe_item(item, catalogue) for item in catalogue.items.values()],
    )


def _describe_label(label: Label) -> LabelAnswer:
    return LabelAnswer(code=label.code, zh=label.name.zh, en=label.name.en)


def _describe_item(item: Item, catalogue: Catalogue) -> CatalogueItemAnswer:
    negative = item.polarity is Polarity.NEGATIVE
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
        shown_for_years=catalogue.terms.negative_years if negative else None,
        freshness=FreshnessAnswer(fresh_days=item.fresh_days, aging_days=item.aging_days),
        verified=item.verified,
    )

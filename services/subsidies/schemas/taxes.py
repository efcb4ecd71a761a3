"""Words of `POST /v1/subsidies/tax-effects`."""

from typing import Annotated

from pydantic import Field

from kit.days import Day
from kit.money import Ratio, SignedYuan, Yuan, format_yuan
from kit.schemas import AnswerModel, WireModel
from kit.text import Language
from services.subsidies.rules.taxes import ContractForTax, EffectCode, TaxEffect, TaxPack
from services.subsidies.schemas.calculations import Code, Flag

Rate = Annotated[Ratio, Field(ge=0, le=1)]
Years = Annotated[Ratio, Field(ge=0)]


class TaxQuestion(WireModel):
    """Facts of one technology contract; what is not known is null or absent."""

    on: Day
    type: Code | None = Field(None, examples=["transfer"])
    registered: Flag | None = Field(None, description="recognised and registered (认定登记)")
    licence_years: Years | None = None
    total_yuan: Yuan | None = None
    technology_yuan: Yuan | None = Field(None, description="技术交易额")
    vat_rate: Rate | None = Field(None, description="the rate that would apply, as 0.06")
    transfer_income_yuan: SignedYuan | None = Field(None, description="of the whole tax year")
    income_tax_rate: Rate | None = Field(None, description="of the enterprise, as 0.25")
    rd_expensed_yuan: Yuan | None = None

    def as_rule(self) -> ContractForTax:
        return ContractForTax(
            self.on,
            self.type,
            self.registered,
            self.licence_years,
            self.total_yuan,
            self.technology_yuan,
            self.vat_rate,
            self.transfer_income_yuan,
            self.income_tax_rate,
            self.rd_expensed_yuan,
        )


class TaxEffectAnswer(AnswerModel):
    """One provision."""

    code: EffectCode
    label: str
    applies: bool | None = Field(description="null: not known")
    text: str
    amounts: dict[str, str]
    missing: list[str]
    source: str
    link: str | None
    confidence: str = Field(description="A law read, B reliable reprint, C report, D not verified")
    doubt: str | None


class TaxAnswer(AnswerModel):
    """What national tax law gives; information, no subsidy of the district."""

    on: Day
    pack: str
    version: str
    pack_hash: str
    title: str
    notice: str
    effects: list[TaxEffectAnswer]


def describe_taxes(
    question: TaxQuestion, pack: TaxPack, effects: list[TaxEffect], language: Language
) -> TaxAnswer:
    """The answer on the wire."""
    return TaxAnswer(
        on=question.on,
        pack=pack.id,
        version=pack.version,
        pack_hash=pack.pack_hash,
        title=pack.title.pick(language),
        notice=pack.notice.pick(language),
        effects=[_effect(question, effect, language) for effect in effects],
    )


def _effect(question: TaxQuestion, effect: TaxEffect, language: Language) -> TaxEffectAnswer:
    rule = effect.rule
    doubt = rule.doubt_on(question.on)
    return TaxEffectAnswer(
        code=rule.code,
        label=rule.label.pick(language),
        applies=effect.applies,
        text=effect.text.pick(language),
        amounts={name: format_yuan(amount) for name, amount in effect.amounts.items()},
        missing=list(effect.missing),
        source=rule.source,
        link=rule.link,
        confidence=rule.confidence_on(question.on),
        doubt=None if doubt is None else doubt.pick(language),
    )

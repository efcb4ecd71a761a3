"""国家税收: what national tax law gives for a technology contract; information, never a payment.

Every number comes from the information pack. Unknown facts stay unknown: then no amount is said.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from kit.money import yuan
from kit.text import Text

ZERO = Decimal("0.00")


class EffectCode(StrEnum):
    """税收优惠"""

    VAT_EXEMPTION = "vat_exemption"
    INCOME_TAX = "income_tax"
    LICENCE_COUNTS = "licence_counts"
    RD_SUPER_DEDUCTION = "rd_super_deduction"


@dataclass(frozen=True, slots=True)
class TaxRule:
    """One provision with its source and how sure it is, from a day on."""

    code: EffectCode
    label: Text
    from_day: date
    numbers: Mapping[str, Decimal]
    source: str
    link: str | None
    confidence: str
    doubtful_from: date | None = None
    doubt: Text | None = None
    doubtful_confidence: str | None = None

    def confidence_on(self, day: date) -> str:
        doubtful = self.doubtful_from is not None and day >= self.doubtful_from
        return (self.doubtful_confidence or "D") if doubtful else self.confidence

    def doubt_on(self, day: date) -> Text | None:
        return self.doubt if self.doubtful_from and day >= self.doubtful_from else None


@dataclass(frozen=True, slots=True)
class TaxPack:
    """The information pack."""

    id: str
    version: str
    title: Text
    notice: Text
    pack_hash: str
    rules: Mapping[EffectCode, TaxRule]


@dataclass(frozen=True, slots=True)
class ContractForTax:
    """What is stated about one contract; `income` is that of the whole tax year."""

    on: date
    type: str | None = None
    registered: bool | None = None
    licence_years: Decimal | None = None
    price: Decimal | None = None
    technology_price: Decimal | None = None
    vat_rate: Decimal | None = None
    transfer_income: Decimal | None = None
    income_tax_rate: Decimal | None = None
    rd_expensed: Decimal | None = None


@dataclass(frozen=True, slots=True)
class TaxEffect:
    """`applies` is None where it is not known; `amounts` only what the facts allow to say."""

    rule: TaxRule
    applies: bool | None
    text: Text
    amounts: Mapping[str, Decimal]
    missing: tuple[str, ...] = ()


_TRANSFERS = frozenset({"transfer", "license"})
_EXEMPT = frozenset({"transfer", "license", "development"})
_ATTACHED = frozenset({"consulting", "service"})


def judge_taxes(contract: ContractForTax, pack: TaxPack) -> list[TaxEffect]:
    """Every provision of the pack that was in force on the day."""
    judges = {
        EffectCode.VAT_EXEMPTION: _judge_vat,
        EffectCode.INCOME_TAX: _judge_income,
        EffectCode.RD_SUPER_DEDUCTION: _judge_research,
    }
    return [
        judge(contract, pack)
        for code, judge in judges.items()
        if pack.rules[code].from_day <= contract.on
    ]


def _judge_vat(contract: ContractForTax, pack: TaxPack) -> TaxEffect:
    rule = pack.rules[EffectCode.VAT_EXEMPTION]
    if contract.type is None:
        return _ask(rule, "type")
    if contract.type in _ATTACHED:
        text = Text(
            "仅当与技术转让、技术开发相关并开在同一张发票时免征，须人工判断。",
            "Exempt only where it belongs to a transfer or development and is on the same invoice.",
        )
        return TaxEffect(rule, None, text, {})
    if contract.type not in _EXEMPT:
        return _refuse(rule, Text("不是技术合同。", "It is not a technology contract."))
    if contract.registered is not True:
        return _unregistered(rule, contract.registered)
    base = contract.technology_price if contract.technology_price is not None else contract.price
    amounts = {}
    if base is not None:
        amounts["exempt_sales_yuan"] = base
        if contract.vat_rate is not None:
            amounts["vat_saved_yuan"] = yuan(base * contract.vat_rate)
    text = Text("技术转让、技术开发收入免征增值税。", "Income from it is exempt from VAT.")
    asked = () if base is not None else ("technology_yuan",)
    return TaxEffect(rule, True, text, amounts, asked)


def _judge_income(contract: ContractForTax, pack: TaxPack) -> TaxEffect:
    rule = pack.rules[EffectCode.INCOME_TAX]
    if contract.type is None:
        return _ask(rule, "type")
    if contract.type not in _TRANSFERS:
        return _refuse(
            rule, Text("只适用于技术转让所得。", "It is for income from transfers only.")
        )
    if contract.type == "license":
        refused = _judge_licence(contract, pack)
        if refused is not None:
            return refused
    if contract.registered is not True:
        return _unregistered(rule, contract.registered)
    income = contract.transfer_income
    if income is None:
        return TaxEffect(rule, True, _HALVED, {}, ("transfer_income_yuan",))
    return TaxEffect(rule, True, _HALVED, _income_amounts(contract, rule, income))


_HALVED = Text(
    "一个纳税年度内技术转让所得不超过500万元的部分免征，超过部分减半征收。",
    "Of the year's transfer income the first part is exempt, and the rest is taxed by half.",
)


def _income_amounts(contract: ContractForTax, rule: TaxRule, income: Decimal) -> dict[str, Decimal]:
    exempt = min(max(income, ZERO), rule.numbers["exempt_up_to_yuan"])
    excess = max(income, ZERO) - exempt
    taxed = yuan(excess * rule.numbers["excess_share"])
    amounts = {"exempt_income_yuan": exempt, "halved_income_yuan": excess, "taxed_yuan": taxed}
    if contract.income_tax_rate is not None:
        saved = max(income, ZERO) - taxed
        amounts["income_tax_saved_yuan"] = yuan(saved * contract.income_tax_rate)
    return amounts


def _judge_licence(contract: ContractForTax, pack: TaxPack) -> TaxEffect | None:
    """A licence counts from five years on; before the provision of 2015 nothing is said."""
    rule, licence = pack.rules[EffectCode.INCOME_TAX], pack.rules[EffectCode.LICENCE_COUNTS]
    if contract.on < licence.from_day:
        return TaxEffect(rule, None, Text("须人工判断。", "A person decides."), {})
    if contract.licence_years is None:
        return _ask(rule, "licence_years")
    if contract.licence_years < licence.numbers["least_years"]:
        said = Text("许可不满五年。", "The licence is for less than five years.")
        return _refuse(rule, said)
    return None


def _judge_research(contract: ContractForTax, pack: TaxPack) -> TaxEffect:
    """For whoever pays for research: its expenses count again."""
    rule = pack.rules[EffectCode.RD_SUPER_DEDUCTION]
    text = Text(
        "符合条件的研发费用未形成无形资产的，在据实扣除之外再按100%加计扣除。",
        "Eligible R&D expenses that form no intangible asset are deducted once more.",
    )
    spent = contract.rd_expensed
    if spent is None:
        return TaxEffect(rule, None, text, {}, ("rd_expensed_yuan",))
    extra = yuan(spent * rule.numbers["expensed_extra"])
    amounts = {"extra_deduction_yuan": extra}
    if contract.income_tax_rate is not None:
        amounts["income_tax_saved_yuan"] = yuan(extra * contract.income_tax_rate)
    return TaxEffect(rule, spent > ZERO, text, amounts)


def _ask(rule: TaxRule, name: str) -> TaxEffect:
    return TaxEffect(rule, None, Text("缺少事实。", "A fact is missing."), {}, (name,))


def _refuse(rule: TaxRule, text: Text) -> TaxEffect:
    return TaxEffect(rule, False, text, {})


def _unregistered(rule: TaxRule, registered: bool | None) -> TaxEffect:
    if registered is None:
        return _ask(rule, "registered")
    text = Text("合同须经认定登记。", "The contract must be recognised and registered.")
    return _refuse(rule, text)

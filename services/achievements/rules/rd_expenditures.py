"""R&D expenditure (研发经费): eight cost categories of form 107-2 that add up to the fen."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from kit.errors import Fault
from kit.money import format_yuan
from kit.text import Text
from services.achievements.rules.text import FormFields
from services.achievements.rules.visibility import Guarded, Visibility

CATEGORIES = {
    "personnel_yuan": Text("人员人工费用", "personnel"),
    "direct_input_yuan": Text("直接投入费用", "direct input"),
    "depreciation_yuan": Text("折旧费用与长期待摊费用", "depreciation and amortisation"),
    "intangible_amortization_yuan": Text("无形资产摊销费用", "amortisation of intangibles"),
    "design_yuan": Text("设计费用", "design"),
    "equipment_trial_yuan": Text("装备调试费用与试验费用", "commissioning and trials"),
    "outsourced_yuan": Text("委托外部研究开发费用", "outsourced research"),
    "other_yuan": Text("其他费用", "other"),
}


@dataclass(frozen=True, slots=True)
class RdExpenditureFacts(Guarded):
    """一个单位一年的研发经费; the sources call it by year, so `source_id` may be the year."""

    source_id: str
    year: int
    total_yuan: Decimal
    personnel_yuan: Decimal
    direct_input_yuan: Decimal
    depreciation_yuan: Decimal
    intangible_amortization_yuan: Decimal
    design_yuan: Decimal
    equipment_trial_yuan: Decimal
    outsourced_yuan: Decimal
    other_yuan: Decimal
    revenue_yuan: Decimal | None = None
    form: FormFields | None = None
    visibility: Visibility = field(default=Visibility.PRIVATE, kw_only=True)


def judge_rd_expenditure(facts: RdExpenditureFacts, today: date) -> list[Fault]:
    """The eight categories sum to the total, and the year is not in the future."""
    faults: list[Fault] = []
    parts = sum((getattr(facts, name) for name in CATEGORIES), Decimal(0))
    if parts != facts.total_yuan:
        apart = format_yuan(parts - facts.total_yuan)
        message = Text(
            f"八类费用之和 {format_yuan(parts)} 元与合计 {format_yuan(facts.total_yuan)} 元"
            f"相差 {apart} 元",
            f"the eight categories sum to {format_yuan(parts)}, the total says"
            f" {format_yuan(facts.total_yuan)}: {apart} apart",
        )
        faults.append(Fault("/total_yuan", "sum_mismatch", message))
    if facts.year > today.year:
        message = Text(f"年度 {facts.year} 尚未到来", f"the year {facts.year} has not begun")
        faults.append(Fault("/year", "date_in_future", message))
    return faults


def searchable_text(facts: RdExpenditureFacts) -> list[tuple[str, int]]:
    """Expenditure is listed by year, not searched by words."""
    return [(str(facts.year), 1)]

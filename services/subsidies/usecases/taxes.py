"""国家税收: what national tax law gives for a contract; nothing is stored."""

from kit.text import Language
from services.subsidies.rules.taxes import judge_taxes
from services.subsidies.schemas.taxes import TaxAnswer, TaxQuestion, describe_taxes
from services.subsidies.store.taxes import open_tax_pack


def show_tax_effects(question: TaxQuestion, language: Language) -> TaxAnswer:
    """Every provision in force on the day, with its source and how sure it is."""
    pack = open_tax_pack()
    return describe_taxes(question, pack, judge_taxes(question.as_rule(), pack), language)

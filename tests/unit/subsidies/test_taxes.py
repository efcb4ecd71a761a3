"""National taxes: numbers at the borders, sources, and what is not known."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from services.subsidies.rules.taxes import ContractForTax, judge_taxes
from services.subsidies.store.taxes import open_tax_pack

TRANSFER = ContractForTax(
    on=date(2025, 6, 30),
    type="transfer",
    registered=True,
    technology_price=Decimal("6000000.00"),
    vat_rate=Decimal("0.06"),
    transfer_income=Decimal("8000000.00"),
    income_tax_rate=Decimal("0.25"),
)


def judge(contract):
    return {effect.rule.code.value: effect for effect in judge_taxes(contract, open_tax_pack())}


@pytest.mark.parametrize(
    ("income", "exempt", "halved", "taxed"),
    [
        ("0.00", "0.00", "0.00", "0.00"),
        ("5000000.00", "5000000.00", "0.00", "0.00"),
        ("5000000.01", "5000000.00", "0.01", "0.01"),
        ("8000000.00", "5000000.00", "3000000.00", "1500000.00"),
        ("-1.00", "0.00", "0.00", "0.00"),
    ],
)
def test_the_first_five_million_are_exempt_and_the_rest_is_halved(income, exempt, halved, taxed):
    effect = judge(replace(TRANSFER, transfer_income=Decimal(income)))["income_tax"]

    assert [effect.amounts[name] for name in ("exempt_income_yuan", "halved_income_yuan")] == [
        Decimal(exempt),
        Decimal(halved),
    ]
    assert effect.amounts["taxed_yuan"] == Decimal(taxed)


def test_what_is_saved_is_said_where_the_rates_are_stated():
    effects = judge(TRANSFER)

    assert effects["vat_exemption"].amounts["vat_saved_yuan"] == Decimal("360000.00")
    assert effects["income_tax"].amounts["income_tax_saved_yuan"] == Decimal("1625000.00")
    unstated = judge(replace(TRANSFER, vat_rate=None))["vat_exemption"]
    assert "vat_saved_yuan" not in unstated.amounts


@pytest.mark.parametrize(
    ("change", "code", "applies"),
    [
        ({"type": None}, "vat_exemption", None),
        ({"type": "service"}, "vat_exemption", None),
        ({"type": "sale"}, "vat_exemption", False),
        ({"registered": False}, "vat_exemption", False),
        ({"registered": None}, "income_tax", None),
        ({"type": "development"}, "income_tax", False),
        ({"type": "license"}, "income_tax", None),
        ({"type": "license", "licence_years": Decimal("4.9")}, "income_tax", False),
        ({"type": "license", "licence_years": Decimal(5)}, "income_tax", True),
        ({"rd_expensed": Decimal("100.00")}, "rd_super_deduction", True),
    ],
)
def test_who_may_use_it(change, code, applies):
    assert judge(replace(TRANSFER, **change))[code].applies is applies


def test_a_doubtful_provision_says_so_and_sources_are_named():
    rules = open_tax_pack().rules.values()

    assert all(rule.source and rule.confidence in "ABCD" for rule in rules)
    vat = judge(TRANSFER)["vat_exemption"].rule
    assert (vat.confidence_on(date(2025, 12, 31)), vat.doubt_on(date(2025, 12, 31))) == ("B", None)
    assert vat.confidence_on(date(2026, 1, 1)) == "D"
    assert "2026-01-01" in vat.doubt_on(date(2026, 1, 1)).en
    assert "rd_super_deduction" not in judge(replace(TRANSFER, on=date(2022, 12, 31)))

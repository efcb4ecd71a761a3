"""国家税收."""

from typing import Annotated, Any

from fastapi import Body, Request
from fastapi.openapi.models import Example

from kit.http import HouseRouter
from kit.text import choose_language
from services.subsidies.schemas.taxes import TaxAnswer, TaxQuestion
from services.subsidies.usecases.taxes import show_tax_effects

router = HouseRouter(prefix="/v1/subsidies/tax-effects", tags=["subsidies"])

_TRANSFER: dict[str, Any] = {
    "on": "2025-06-30",
    "type": "transfer",
    "registered": True,
    "technology_yuan": "6000000.00",
    "vat_rate": "0.06",
    "transfer_income_yuan": "8000000.00",
    "income_tax_rate": "0.25",
}
EXAMPLES: dict[str, Example] = {
    "transfer": {"summary": "技术转让 · a transfer", "value": _TRANSFER}
}


@router.post("", summary="技术合同的国家税收优惠 · National tax effects of a technology contract")
def ask_tax_effects(
    body: Annotated[TaxQuestion, Body(openapi_examples=EXAMPLES)], request: Request
) -> TaxAnswer:
    """For everyone. Information with sources and confidence, no subsidy and no tax advice; a rate
    that is not stated is not assumed.
    """
    return show_tax_effects(body, choose_language(request.headers.get("accept-language")))

"""测算."""

from typing import Annotated

from fastapi import Body, Request, Response

from kit.pure import PureRouter
from kit.text import choose_language
from services.subsidies.schemas.answers import CalculationAnswer
from services.subsidies.schemas.calculations import CalculationRequest
from services.subsidies.schemas.examples import CALCULATIONS
from services.subsidies.usecases.calculations import calculate_subsidies

router = PureRouter(prefix="/v1/subsidies/calculations", tags=["subsidies"])

RequestBody = Annotated[CalculationRequest, Body(openapi_examples=CALCULATIONS)]


@router.post(
    "",
    response_model=CalculationAnswer,
    summary="政策测算 · Calculate what the six rules give",
)
async def calculate(request: Request, body: RequestBody) -> Response:
    """For everyone, without a token; nothing is stored. The same facts get the same bytes.

    Money is a string such as "60000.00". A fact that is not known is null or absent and is asked
    for under `missing`; facts that contradict law or each other are items `invalid_input`.
    """
    language = choose_language(request.headers.get("accept-language"))
    headers = {"Content-Language": language.value, "Vary": "Accept-Language"}
    return Response(calculate_subsidies(body, language), 200, headers, "application/json")

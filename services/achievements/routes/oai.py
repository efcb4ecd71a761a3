"""OAI-PMH 2.0 over HTTP: GET, or POST of a form; its errors are said in its own way."""

from typing import Annotated, Any

from fastapi import Depends, Request, Response

from kit.http import HouseRouter, Read, public_origin
from services.achievements.usecases.oai import answer_harvester

_XML = "text/xml; charset=utf-8"
_ARGUMENTS = ("verb", "identifier", "metadataPrefix", "from", "until", "set", "resumptionToken")
_PARAMETERS: list[dict[str, Any]] = [
    {"name": name, "in": "query", "required": name == "verb", "schema": {"type": "string"}}
    for name in _ARGUMENTS
]
_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/xml": {"schema": {"type": "string"}}}}
}
router = HouseRouter(tags=["开放获取 · OAI-PMH"], strict_query=False)


async def _read_pairs(request: Request) -> list[tuple[str, str]]:
    pairs = list(request.query_params.multi_items())
    if request.method == "POST":
        form = await request.form()
        pairs += [(name, str(value)) for name, value in form.multi_items()]
    return pairs


async def _name_base(request: Request) -> str:
    return f"{public_origin(request)}{request.url.path}"


Pairs = Annotated[list[tuple[str, str]], Depends(_read_pairs)]
BaseUrl = Annotated[str, Depends(_name_base)]


@router.get("/oai", include_in_schema=False)
@router.get(
    "/v1/oai",
    summary="开放获取收割 · harvest by OAI-PMH 2.0",
    response_class=Response,
    responses=_ANSWERS,
    openapi_extra={"parameters": _PARAMETERS},
)
def harvest(pairs: Pairs, base_url: BaseUrl, session: Read) -> Response:
    """Public achievements, instruments, platforms and awards as oai_dc, and what is gone."""
    return Response(answer_harvester(session, base_url, pairs), media_type=_XML)


@router.post("/oai", include_in_schema=False)
@router.post(
    "/v1/oai",
    summary="开放获取收割（表单） · harvest by OAI-PMH 2.0, arguments in a form",
    response_class=Response,
    responses=_ANSWERS,
)
def harvest_by_form(pairs: Pairs, base_url: BaseUrl, session: Read) -> Response:
    """The same with the arguments in the body, as the protocol allows."""
    return Response(answer_harvester(session, base_url, pairs), media_type=_XML)

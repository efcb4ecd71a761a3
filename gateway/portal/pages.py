"""门户页面: the front page, and a page for every problem code."""

from pathlib import Path

import jinja2
from fastapi import Request, Response

from gateway.rules.stages import STAGES
from gateway.usecases.portal import list_shown_clients
from kit.errors import no_such
from kit.http import HouseRouter, Read
from kit.text import choose_language

router = HouseRouter(tags=["portal"])
_pages = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
)
_PERMITTED = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}


@router.get("/", include_in_schema=False)
def show_home(request: Request, session: Read) -> Response:
    """What this is, and how to begin."""
    clients = list_shown_clients(session, request.app.state.settings)
    address = str(request.base_url).rstrip("/")
    return _render(
        request, "home.html", stages=list(STAGES.values()), clients=clients, address=address
    )


@router.get("/problems/{code}", include_in_schema=False)
async def show_problem(request: Request, code: str) -> Response:
    """What a problem code means."""
    types = await request.app.state.descriptions.list_problem_types()
    if code not in types:
        raise no_such("问题代码", "problem code", code)
    return _render(request, "problem.html", code=code, title=types[code])


def _render(request: Request, name: str, **words: object) -> Response:
    language = choose_language(request.headers.get("accept-language"))
    page = _pages.get_template(name).render(language=language.value, **words)
    return Response(page, headers=_PERMITTED, media_type="text/html; charset=utf-8")

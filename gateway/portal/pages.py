"""门户页面: the front page, the calculator, and a page for every problem code."""

from pathlib import Path

import jinja2
from fastapi import Request, Response

from gateway.portal.words import OUTCOMES, WORDS
from gateway.rules.stages import STAGES
from gateway.usecases.portal import list_shown_clients
from kit.clock import today
from kit.errors import no_such
from kit.http import HouseRouter, Read
from kit.text import Language, choose_language

router = HouseRouter(tags=["portal"])
_HERE = Path(__file__).parent
_pages = jinja2.Environment(
    loader=jinja2.FileSystemLoader(_HERE / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
)
_PERMITTED = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


@router.get("/", include_in_schema=False)
def show_home(request: Request, session: Read) -> Response:
    """What this is, and how to begin."""
    clients = list_shown_clients(session, request.app.state.settings)
    address = str(request.base_url).rstrip("/")
    return _render(
        request, "home.html", stages=list(STAGES.values()), clients=clients, address=address
    )


@router.get("/calculator", include_in_schema=False)
def show_calculator(request: Request) -> Response:
    """政策测算: a form that anyone may fill in, drawn from the policy itself."""
    chinese = _language_of(request) is Language.ZH
    words = {name: text.pick(_language_of(request)) for name, text in WORDS.items()}
    outcomes = {code: text.pick(_language_of(request)) for code, text in OUTCOMES.items()}
    told = {**words, "outcomes": outcomes, "today": today().isoformat()}
    return _render(request, "calculator.html", chinese=chinese, words=told)


@router.get("/portal/calculator.js", include_in_schema=False)
def show_calculator_script() -> Response:
    """What draws the form."""
    script = (_HERE / "assets" / "calculator.js").read_bytes()
    return Response(script, media_type="text/javascript; charset=utf-8")


@router.get("/problems/{code}", include_in_schema=False)
async def show_problem(request: Request, code: str) -> Response:
    """What a problem code means."""
    types = await request.app.state.descriptions.list_problem_types()
    if code not in types:
        raise no_such("问题代码", "problem code", code)
    return _render(request, "problem.html", code=code, title=types[code])


def _render(request: Request, name: str, **words: object) -> Response:
    page = _pages.get_template(name).render(language=_language_of(request).value, **words)
    headers = {"Content-Security-Policy": _PERMITTED, "Vary": "Accept-Language"}
    return Response(page, headers=headers, media_type="text/html; charset=utf-8")


def _language_of(request: Request) -> Language:
    return choose_language(request.headers.get("accept-language"))

"""A gateway over real HTTP, and stand-ins for the two services it asks."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway.main import create_app
from kit.directory import Directory
from kit.settings import Mode, Settings
from liurong.exchange import FILE, ExchangeSimulator
from services.achievements.schemas.exchange import DealQuestion
from services.achievements.usecases.exchange import ask_deal
from tests.server import TestServer
from tests.serving import serve

ENTERPRISE = "91370102MA3D000125"
HOLDERS = {
    "credit": "demo-officer",
    "evaluation": "demo-broker",
    "insurance": "demo-insurer",
    "loan": "demo-bank",
    "investment": "demo-fund",
    "trade": "demo-exchange",
}


@dataclass
class Neighbours:
    """What credit and achievements answer, and what they were asked."""

    consent: bool = True
    weak: bool = False
    away: bool = False
    asked: list[str] = field(default_factory=list)
    contracts: dict[str, dict[str, object]] = field(default_factory=dict)
    directory: Directory | None = None

    async def fix_credit_result(self, request: Request) -> Response:
        self.asked.append("credit-results")
        if self.away:
            return Response(status_code=500)
        if not self.consent:
            problem = {"code": "consent_required", "detail": "企业未授权"}
            return JSONResponse(problem, 403)
        return JSONResponse(
            {
                "consents": [{"id": "consent-1"}],
                "score": 71.5,
                "grade": "B",
                "weak": self.weak,
                "valid_until": "2027-02-28",
                "input_hash": "ab" * 32,
                "inquiry_id": None,
            }
        )

    async def check_standings(self, request: Request) -> Response:
        self.asked.append("consent-standings")
        questions = (await request.json())["questions"]
        return JSONResponse({"stands": [self.consent for _ in questions]})

    async def get_achievement(self, request: Request) -> Response:
        if request.path_params["id"] == "unknown":
            return JSONResponse({"code": "not_found"}, 404)
        return JSONResponse(
            {
                "id": request.path_params["id"],
                "title": "低功耗芯片",
                "organizations": [{"uscc": "123700004955000143", "name": "山东某大学"}],
                "transfer_ways": ["equity", "license"],
                "owner": {"uscc": "123700004955000143", "name": "某大学", "kind": "university"},
            }
        )

    async def list_comparables(self, request: Request) -> Response:
        asked = request.query_params.get("ids", "").split(",")
        items = [
            {
                "contract_id": f"k{place}",
                "type": "license",
                "field": "chips",
                "trl": 6,
                "technology_yuan": f"{place}00000.00",
                "registered_on": "2026-03-01",
            }
            for place in range(1, 6)
        ]
        wanted = [one for one in items if asked == [""] or one["contract_id"] in asked]
        return JSONResponse({"items": wanted})

    async def register_contract(self, request: Request) -> Response:
        terms = await request.json()
        self.asked.append("contracts")
        known = self.contracts.setdefault(terms["source_ref"], terms)
        number = f"20{zlib.crc32(str(known['source_ref']).encode()):014d}"
        return JSONResponse({"contract_id": f"c-{number}", "contract_number": number})

    async def confirm_deal(self, request: Request) -> Response:
        """As the registry does: its one adaptor, against the simulator."""
        question = DealQuestion.model_validate(await request.json())
        done = await ask_deal(self.directory, question)
        return JSONResponse(done.model_dump(mode="json"))

    def make_app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/internal/credit-results", self.fix_credit_result, methods=["POST"]),
                Route("/internal/consent-standings", self.check_standings, methods=["POST"]),
                Route("/v1/achievements/{id}", self.get_achievement),
                Route("/internal/achievements/{id}", self.get_achievement),
                Route("/internal/comparables", self.list_comparables),
                Route("/internal/contracts", self.register_contract, methods=["POST"]),
                Route("/internal/exchange-deals", self.confirm_deal, methods=["POST"]),
            ]
        )


@dataclass
class Gateway:
    """The gateway under test."""

    address: str
    neighbours: Neighbours
    settings: Settings
    tokens: dict[str, str] = field(default_factory=dict)
    opened: list[httpx.Client] = field(default_factory=list)

    def call(self, client_id: str | None = None, **headers: str) -> httpx.Client:
        client = httpx.Client(base_url=self.address, timeout=30, trust_env=False, headers=headers)
        if client_id is not None:
            client.headers["Authorization"] = f"Bearer {self.take_token(client_id)}"
        self.opened.append(client)
        return client

    def hang_up(self) -> None:
        while self.opened:
            self.opened.pop().close()

    def take_token(self, client_id: str) -> str:
        if client_id not in self.tokens:
            form = {
                "grant_type": "client_credentials",
                "client_id": client_id,
                "client_secret": "demo",
            }
            answer = httpx.post(f"{self.address}/v1/oauth/token", data=form, trust_env=False)
            self.tokens[client_id] = answer.json()["access_token"]
        return self.tokens[client_id]


@pytest.fixture(scope="session")
def running(server: TestServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    settings = Settings(
        mode=Mode.DEMO,
        database_url=server.clone("gateway"),
        data_dir=tmp_path_factory.mktemp("gateway"),
    )
    neighbours = Neighbours()
    app = create_app(settings)
    for house in ("credit", "achievements"):
        app.state.directory.add_app(house, neighbours.make_app())
    neighbours.directory = Directory(settings)
    simulator = ExchangeSimulator(settings.data_dir / FILE)
    neighbours.directory.add_app("exchange", simulator.make_app())
    app.state.directory.add_app("gateway", app)
    with serve(app) as address:
        yield Gateway(address, neighbours, settings)


@pytest.fixture
def gateway(running: Gateway) -> Iterator[Gateway]:
    """The gateway, with neighbours that answer well and remember nothing."""
    fresh = Neighbours()
    for name in ("consent", "weak", "away", "asked", "contracts"):
        setattr(running.neighbours, name, getattr(fresh, name))
    yield running
    running.hang_up()


@dataclass
class Walk:
    """A case and the ways to move it."""

    gateway: Gateway
    path: str
    opened: dict[str, object]

    def read(self, by: str = "demo-enterprise") -> dict[str, object]:
        with self.gateway.call(by) as client:
            return client.get(self.path).json()

    def track(self, stage: str) -> str:
        return next(
            f"{self.path}/tracks/{one['tracks'][-1]['id']}"
            for one in self.read("demo-officer")["stages"]
            if one["stage"] == stage
        )

    def decide(
        self, stage: str, outcome: str = "approved", by: str | None = None, **body: object
    ) -> httpx.Response:
        with self.gateway.call(by or HOLDERS[stage]) as client:
            version = self.read("demo-officer")["version"]
            return client.post(
                f"{self.track(stage)}/decisions",
                json={"outcome": outcome, **body},
                headers={"If-Match": f'"{version}"'},
            )


@pytest.fixture
def open_case(gateway: Gateway):
    """Open a case for demo-enterprise, or whoever is named."""

    def make(by: str = "demo-enterprise", **overrides: object) -> Walk:
        request = {
            "uscc": ENTERPRISE,
            "achievement_id": "achievement-1",
            "title": "低功耗芯片许可",
            "amount_yuan": "500000.00",
            "plan": "credit-evaluation-insurance-loan-trade",
        }
        with gateway.call(by) as client:
            answer = client.post("/v1/cases", json=request | overrides)
        assert answer.status_code == 201, answer.text
        return Walk(gateway, answer.headers["Location"], answer.json())

    return make

"""A gateway over real HTTP, beside stand-ins for the two services it asks."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx
import pytest
from starlette.applications import Starlette

from gateway.main import create_app
from kit.directory import Directory
from kit.keys import service_secret
from kit.settings import Mode, Settings
from liurong.exchange import FILE, ExchangeSimulator
from tests.neighbours import Neighbours
from tests.server import TestServer
from tests.serving import serve

ENTERPRISE = "91370102MA3D000125"
BUREAU = "11370102004200018N"
HOLDERS = {
    "credit": "demo-officer",
    "evaluation": "demo-broker",
    "insurance": "demo-insurer",
    "loan": "demo-bank",
    "investment": "demo-fund",
    "trade": "demo-exchange",
}


@dataclass
class Gateway:
    """The gateway under test."""

    address: str
    neighbours: Neighbours
    settings: Settings
    app: Starlette
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
def running_app(running: Gateway) -> Starlette:
    """The app of the gateway under test."""
    return running.app


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
        yield Gateway(address, neighbours, settings, app)


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


@pytest.fixture
def officer(gateway):
    return gateway.call("demo-officer")


@pytest.fixture
def second_officer(gateway):
    return gateway.call("demo-officer-2")


def put_credit_office(officer, **changes):
    body = {"name": "历下区科学技术局", "role": "officer", "is_default": True} | changes
    return officer.put("/v1/institutions/credit/11370102004200018N", json=body)


@pytest.fixture
def four_eyes(officer):
    put_credit_office(officer, four_eyes=True)
    yield
    put_credit_office(officer, four_eyes=False)


@pytest.fixture
def hear(gateway: Gateway):
    """Tell the gateway of what happened in another house."""
    form = {
        "grant_type": "client_credentials",
        "client_id": "liurong-service",
        "client_secret": service_secret(gateway.settings),
    }
    token = gateway.call().post("/v1/oauth/token", data=form).json()["access_token"]
    service = gateway.call(None, Authorization=f"Bearer {token}")

    def tell(event_id, type_, **data):
        envelope = {
            "id": event_id,
            "source": "achievements",
            "type": type_,
            "subject": BUREAU,
            "time": "2026-11-23T09:00:00+08:00",
            "data": {"uscc": BUREAU, **data},
        }
        answer = service.post("/internal/events", json=envelope)
        assert answer.status_code == 204, answer.text

    return tell

"""The mirror at the exchange, both ways: retries, doubles, another order, a day of silence."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx
import pytest
import stamina
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from kit.clock import JINAN, freeze
from kit.directory import Directory
from kit.jobs import Work
from liurong.exchange import FILE, ExchangeSimulator
from services.achievements.usecases.exchange import hear_changes, listen, mirror_listing
from tests.db.achievements.conftest import ENTERPRISE, Registry, make_item

PATH = "/v1/listings"
BUYER = {"uscc": ENTERPRISE, "name": "济南明湖智造科技有限公司", "kind": "enterprise"}
MORNING = datetime(2027, 3, 1, 9, 0, tzinfo=JINAN)


@dataclass
class Exchange:
    """The simulator, the adaptor's work, and what goes wrong between them."""

    registry: Registry
    simulator: ExchangeSimulator
    work: Work
    achievement_id: str
    scramble: bool = False
    asked: list[str] = field(default_factory=list)

    def make_app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/changes", self.tell_changes),
                Mount("/", self.simulator.make_app()),
            ]
        )

    async def tell_changes(self, request: Request) -> Response:
        """As the simulator tells them, or backwards and twice."""
        self.asked.append(str(request.url.query))
        answer = await self.simulator.list_changes(request)
        if not self.scramble or answer.status_code != 200:
            return answer
        said = httpx.Response(200, content=answer.body).json()
        return JSONResponse(said | {"items": [*reversed(said["items"]), *said["items"]]})

    def post(self, title: str) -> dict[str, object]:
        university = self.registry.university
        body = {"achievement_id": self.achievement_id, "title": title, "way": "agreement"}
        listing = university.post(PATH, json=body).json()
        return self.step(listing, "listed")

    def step(self, listing: dict[str, object], decision: str, **more: object) -> dict[str, object]:
        answer = self.registry.university.post(
            f"{PATH}/{listing['id']}/decisions",
            json={"decision": decision} | more,
            headers={"If-Match": "*"},
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    def read(self, listing: dict[str, object]) -> dict[str, object]:
        return self.registry.officer.get(f"{PATH}/{listing['id']}").json()

    def receipts(self, listing: dict[str, object]) -> list[dict[str, object]]:
        found = self.registry.university.get(f"{PATH}/{listing['id']}/exchange-receipts")
        return found.json()["items"]

    def round(self) -> None:
        """What the worker does every minute."""
        asyncio.run(self._round())

    async def _round(self) -> None:
        await listen(self.work)
        await self.work.directory.close()

    def mirror(self, listing: dict[str, object]) -> None:
        async def tell() -> None:
            await mirror_listing(self.work, listing_id=str(listing["id"]))
            await self.work.directory.close()

        asyncio.run(tell())


@pytest.fixture(scope="module")
def exchange(registry: Registry) -> Exchange:
    made = registry.university.post("/v1/achievements", json=make_item(source_id="MIRROR-1"))
    directory = Directory(registry.settings)
    work = Work(registry.database, directory, registry.settings)
    simulator = ExchangeSimulator(registry.settings.data_dir / FILE)
    there = Exchange(registry, simulator, work, made.json()["id"])
    directory.add_app("exchange", there.make_app())
    return there


@pytest.fixture(autouse=True)
def _well(exchange: Exchange) -> Iterator[None]:
    with stamina.set_testing(True, attempts=4):  # as many attempts, no waiting between them
        yield
    exchange.simulator.silent, exchange.scramble = False, False


def test_a_listing_is_told_and_keeps_the_exchanges_number(exchange: Exchange) -> None:
    listing = exchange.post("镜像挂牌")
    exchange.mirror(listing)
    exchange.mirror(listing)
    exchange.round()

    number = str(exchange.read(listing)["exchange_number"])
    there = exchange.simulator.find_listing(number)
    assert there is not None
    assert (there["title"], there["state"], there["revision"]) == ("镜像挂牌", "listed", 2)
    assert "reserve_price_yuan" not in there
    told = exchange.receipts(listing)
    assert [(one["outcome"], one["attempts"], one["simulated"]) for one in told] == [
        ("told", 1, True)
    ]


def test_a_deal_at_the_exchange_reserves_here_once_however_often_it_is_told(
    exchange: Exchange,
) -> None:
    listing = exchange.post("场内成交")
    exchange.mirror(listing)
    number = str(exchange.read(listing)["exchange_number"])
    exchange.simulator.make_happen(
        number, "deal", deal_number="SIM-D-1", buyer=BUYER, amount_yuan="300000.00"
    )
    exchange.scramble = True
    for _ in range(3):
        exchange.round()

    reserved = exchange.read(listing)
    assert (reserved["state"], reserved["price_yuan"]) == ("reserved", "300000.00")
    assert reserved["buyer"] == BUYER
    heard = [one for one in exchange.receipts(listing) if one["direction"] == "in"]
    assert [(one["kind"], one["outcome"], one["attempts"]) for one in heard] == [
        ("deal", "applied", 2)
    ]
    lines = exchange.registry.university.get(f"{PATH}/{listing['id']}/history").json()["items"]
    assert [line["act"] for line in lines] == ["drafted", "listed", "reserved"]
    told = exchange.simulator.find_listing(number)
    assert told is not None
    assert told["state"] == "reserved"


def test_of_messages_in_another_order_the_newest_counts(exchange: Exchange) -> None:
    listing = exchange.post("乱序到达")
    exchange.mirror(listing)
    number = str(exchange.read(listing)["exchange_number"])
    exchange.simulator.make_happen(
        number, "deal", deal_number="SIM-D-2", buyer=BUYER, amount_yuan="1.00"
    )
    exchange.simulator.make_happen(number, "withdrawal", reason="场内撤牌")
    exchange.scramble = True
    exchange.round()

    ended = exchange.read(listing)
    assert ended["state"] == "withdrawn"
    assert "场内撤牌" in str(ended["reason"])
    heard = {
        one["kind"]: one["outcome"]
        for one in exchange.receipts(listing)
        if one["direction"] == "in"
    }
    assert heard == {"withdrawal": "applied", "deal": "outdated"}


def test_a_day_of_silence_loses_nothing_and_tells_only_the_newest(exchange: Exchange) -> None:
    listing = exchange.post("沉默一天")
    exchange.mirror(listing)
    number = str(exchange.read(listing)["exchange_number"])
    exchange.simulator.make_happen(
        number, "deal", deal_number="SIM-D-3", buyer=BUYER, amount_yuan="5.00"
    )
    exchange.simulator.silent = True
    with freeze(MORNING):
        exchange.round()
    exchange.step(listing, "reserved", buyer=BUYER, price_yuan="9.00")
    exchange.step(listing, "released", reason="买方退出")
    latest = exchange.step(listing, "withdrawn", reason="改为自行实施")
    with freeze(MORNING + timedelta(hours=12)):
        exchange.round()
        exchange.mirror(listing)
    silent = [one for one in exchange.receipts(listing) if one["outcome"] == "silent"]
    before = exchange.simulator.find_listing(number)

    exchange.simulator.silent = False
    with freeze(MORNING + timedelta(hours=24)):
        exchange.round()
        exchange.round()

    assert before is not None
    assert before["state"] == "listed"
    assert [one["request"]["revision"] for one in silent] == [latest["version"]]
    assert silent[0]["attempts"] >= 4
    there = exchange.simulator.find_listing(number)
    assert there is not None
    assert (there["state"], there["revision"]) == ("withdrawn", latest["version"])
    told = [one for one in exchange.receipts(listing) if one["direction"] == "out"]
    assert [one["outcome"] for one in told] == ["told", "told"]
    deal = [one for one in exchange.receipts(listing) if one["direction"] == "in"]
    assert [(one["outcome"], one["attempts"]) for one in deal] == [("conflict", 1)]
    assert datetime.fromisoformat(str(deal[0]["first_at"])) == MORNING + timedelta(hours=24)
    waiting = exchange.registry.officer.get(f"{PATH}/exchange-conflicts").json()["items"]
    assert deal[0]["id"] in {one["id"] for one in waiting}
    assert exchange.registry.enterprise.get(f"{PATH}/exchange-conflicts").status_code == 403


def test_what_cannot_be_read_is_kept_for_a_person_and_stops_nothing(exchange: Exchange) -> None:
    listing = exchange.post("坏消息之后")
    exchange.mirror(listing)
    number = str(exchange.read(listing)["exchange_number"])
    bad = exchange.simulator.make_happen(number, "deal", deal_number="SIM-D-4")
    exchange.simulator.make_happen(number, "withdrawal", reason="场内撤牌")
    exchange.round()

    assert exchange.read(listing)["state"] == "withdrawn"
    waiting = exchange.registry.officer.get(f"{PATH}/exchange-conflicts").json()["items"]
    assert [one["outcome"] for one in waiting if one["key"] == bad["id"]] == ["refused"]


def test_a_gap_is_asked_for_again(exchange: Exchange) -> None:
    async def ask() -> None:
        await hear_changes(exchange.work)
        await exchange.work.directory.close()

    exchange.asked.clear()
    asyncio.run(ask())
    asyncio.run(ask())

    assert len(set(exchange.asked)) == 1
    assert exchange.asked[0] != "after=0"

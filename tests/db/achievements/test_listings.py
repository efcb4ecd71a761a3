"""Listings: only the owner lists, a price is agreed or fought for, a contract settles."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal

import httpx
import pytest
from sqlalchemy import text

from kit.auth import Principal, Role
from kit.clock import freeze, now
from kit.directory import Directory
from kit.errors import RuleBroken
from kit.jobs import Work
from services.achievements.schemas.listing_parts import BidBody
from services.achievements.schemas.listings import ListingDecision
from services.achievements.usecases.listing_bids import close_contests, place_bid
from services.achievements.usecases.listings import decide_listing
from tests.db.achievements.conftest import ENTERPRISE, UNIVERSITY, Registry, make_item
from tests.db.achievements.market import PATH, Market, register_contract, step
from tests.serving import call_as, make_principal

SECOND = "91370102MA3D00010W"


@pytest.fixture(scope="module")
def market(registry: Registry) -> Iterator[Market]:
    made = registry.university.post("/v1/achievements", json=make_item(source_id="SALE-1"))
    assert made.status_code == 201, made.text
    buyer = make_principal(Role.ENTERPRISE, SECOND, "历下某新材料有限公司")
    second = call_as(registry.address, registry.settings, buyer)
    yield Market(registry, made.json()["id"], second)
    second.close()


def test_a_price_is_negotiated_noticed_and_settled_by_a_contract(market: Market) -> None:
    registry = market.registry
    listing = market.post(asking_price_yuan="500000.00")
    offers = f"{PATH}/{listing['id']}/offers"
    offer = registry.enterprise.post(offers, json={"amount_yuan": "400000.00"}).json()
    counter = registry.university.post(
        f"{offers}/{offer['id']}/decisions",
        json={"decision": "countered", "amount_yuan": "450000.00"},
    ).json()
    accepted = registry.enterprise.post(
        f"{offers}/{counter['id']}/decisions", json={"decision": "accepted"}
    )

    assert (counter["sequence"], accepted.json()["state"]) == (2, "accepted")
    reserved = market.read(listing)
    assert (reserved["state"], reserved["price_yuan"]) == ("reserved", "450000.00")
    assert (reserved["buyer"]["uscc"], reserved["notice_days"]) == (ENTERPRISE, 15)
    assert market.second.get(offers).json()["items"] == []

    contract_id = register_contract(market)
    early = step(registry.university, listing, "settled", contract_id=contract_id)
    assert early.json()["code"] == "notice_missing"
    notice = registry.university.post(f"{PATH}/{listing['id']}/public-notices").json()
    running = step(registry.university, listing, "settled", contract_id=contract_id)
    assert (running.json()["code"], notice["price_yuan"]) == ("notice_running", "450000.00")
    assert "第十八条" in notice["clause"]

    objections = f"{PATH}/{listing['id']}/objections"
    raised = market.second.post(objections, json={"statement": "完成人名单有误"}).json()
    with at_the_end_of(notice) as after:
        assert settle(market, listing, contract_id, after) == "objection_stands"
    dismissed = registry.university.post(
        f"{objections}/{raised['id']}/decisions",
        json={"decision": "dismissed", "reason": "名单核对无误"},
        headers={"If-Match": "*"},
    )
    assert dismissed.json()["state"] == "dismissed"
    with at_the_end_of(notice) as after:
        assert settle(market, listing, contract_id, after) == "settled"

    settled = market.read(listing)
    assert (settled["state"], settled["contract_id"]) == ("settled", contract_id)
    lines = registry.university.get(f"{PATH}/{listing['id']}/history").json()["items"]
    acts = [line["act"] for line in lines]
    assert acts[:3] == ["drafted", "listed", "reserved"]
    assert acts[-1] == "settled"


def at_the_end_of(notice: dict[str, object]) -> freeze:
    last = datetime.fromisoformat(f"{notice['ends_on']}T12:00:00+08:00")
    return _At(last + timedelta(days=1))  # type: ignore[return-value]


class _At:
    """The clock held at an instant, which is given."""

    def __init__(self, at: datetime) -> None:
        self._at, self._frozen = at, freeze(at)

    def __enter__(self) -> datetime:
        self._frozen.__enter__()
        return self._at

    def __exit__(self, *error: object) -> None:
        self._frozen.__exit__(None, None, None)


def settle(market: Market, listing: dict[str, object], contract_id: str, _at: datetime) -> str:
    """The state after settling, or the code of the refusal; by the clock of this thread."""
    owner = Principal("u", Role.UNIVERSITY, UNIVERSITY, "山东某大学", "university")
    decision = ListingDecision(decision="settled", contract_id=contract_id)
    try:
        with market.registry.database.write() as session:
            return str(decide_listing(session, owner, str(listing["id"]), decision, "*")["state"])
    except RuleBroken as refused:
        return refused.code


def test_only_the_owner_lists_and_terms_are_fixed_then(market: Market) -> None:
    registry = market.registry
    body = {"achievement_id": market.achievement_id, "title": "他人成果", "way": "agreement"}
    foreign = registry.enterprise.post(PATH, json=body)
    unknown = registry.university.post(PATH, json=body | {"achievement_id": "nope"})
    mixed = registry.university.post(
        PATH, json=body | {"increment_yuan": "1.00", "opens_at": now().isoformat()}
    )
    unready = step(registry.university, market.draft(way="auction"), "listed")
    listing = market.post()
    late = registry.university.patch(
        f"{PATH}/{listing['id']}", json={"title": "新"}, headers={"If-Match": "*"}
    )

    assert foreign.status_code == 403
    assert unknown.json()["errors"][0]["pointer"] == "/achievement_id"
    assert {fault["pointer"] for fault in mixed.json()["errors"]} == {
        "/increment_yuan",
        "/opens_at",
    }
    assert len(unready.json()["errors"]) == 4
    assert late.json()["code"] == "listing_fixed"


def test_a_draft_is_seen_by_its_owner_only_and_changed_with_its_version(market: Market) -> None:
    registry, draft = market.registry, market.draft()
    address = f"{PATH}/{draft['id']}"

    assert registry.enterprise.get(address).status_code == 404
    assert registry.public.get(address).status_code == 404
    no_tag = registry.university.patch(address, json={"title": "改"})
    stale = registry.university.patch(address, json={"title": "改"}, headers={"If-Match": '"9"'})
    changed = registry.university.patch(address, json={"title": "改"}, headers={"If-Match": '"1"'})
    assert [no_tag.status_code, stale.status_code, changed.status_code] == [428, 412, 200]
    assert (changed.json()["title"], changed.headers["ETag"]) == ("改", '"2"')
    withdrawn = step(registry.university, draft, "withdrawn")
    assert withdrawn.json()["errors"][0]["code"] == "reason_required"
    gone = step(registry.university, draft, "withdrawn", reason="不再出让")
    assert (gone.json()["state"], gone.json()["allowed"]) == ("withdrawn", [])


def bidders(n: int) -> list[Principal]:
    return [
        Principal(f"b{i}", Role.ENTERPRISE, f"91370102MA3B{i:06d}", f"竞买人{i}", "enterprise")
        for i in range(n)
    ]


def race(
    market: Market, listing: dict[str, object], offers: list[tuple[Decimal, datetime]]
) -> Counter[str]:
    """All at once, each by its own clock: what each was answered."""

    def bid(given: tuple[Principal, tuple[Decimal, datetime]]) -> str:
        who, (amount, at) = given
        with freeze(at):
            try:
                with market.registry.database.write() as session:
                    place_bid(session, who, str(listing["id"]), BidBody(amount_yuan=amount))
            except RuleBroken as refused:
                return refused.code
        return "taken"

    with ThreadPoolExecutor(50) as pool:
        return Counter(pool.map(bid, zip(bidders(len(offers)), offers, strict=True)))


def close(market: Market, at: datetime) -> None:
    registry = market.registry
    with freeze(at):
        close_contests(Work(registry.database, Directory(registry.settings), registry.settings))


def test_fifty_bids_in_the_last_second_have_one_winner_and_a_provable_order(
    market: Market,
) -> None:
    listing = market.contest("bidding", reserve_price_yuan="150000.00")
    closes = datetime.fromisoformat(str(listing["closes_at"]))
    last_second = [
        (Decimal(200_000 + 1000 * (i % 5)), closes - timedelta(milliseconds=20 * (i + 1)))
        for i in range(40)
    ]
    too_late = [(Decimal("900000.00"), closes + timedelta(milliseconds=i)) for i in range(10)]
    answers = race(market, listing, [*last_second, *too_late])
    address = f"{PATH}/{listing['id']}/bids"
    sealed = market.registry.public.get(address).json()

    close(market, closes)
    close(market, closes)

    assert answers == {"taken": 40, "bidding_not_open": 10}
    assert {item["amount_yuan"] for item in sealed["items"]} == {None}
    won = market.read(listing)
    opened = market.registry.officer.get(address).json()["items"]
    best = max(Decimal(item["amount_yuan"]) for item in opened)
    first = next(item for item in opened if Decimal(item["amount_yuan"]) == best)
    assert (won["state"], won["price_yuan"]) == ("reserved", "204000.00")
    assert (won["winning_bid"], won["buyer"]["uscc"]) == (first["sequence"], first["bidder_uscc"])
    assert [item["sequence"] for item in opened] == list(range(1, 41))
    assert opened == sorted(opened, key=lambda item: (item["at"], item["sequence"]))
    proof = market.registry.public.get(f"{address}/verification").json()
    assert (proof["ok"], proof["entries"], proof["head"]) == (True, 40, opened[-1]["hash"])


def test_fifty_equal_raises_of_an_auction_have_one_taker(market: Market) -> None:
    listing = market.contest(
        "auction",
        increment_yuan="1000.00",
        extension_window_minutes=5,
        extension_minutes=10,
    )
    closes = datetime.fromisoformat(str(listing["closes_at"]))
    at = closes - timedelta(seconds=1)
    answers = race(market, listing, [(Decimal("100000.00"), at)] * 50)
    after = market.read(listing)

    assert answers == {"taken": 1, "bid_too_low": 49}
    assert after["extensions"] == 1
    assert datetime.fromisoformat(str(after["closes_at"])) == at + timedelta(minutes=10)
    assert step(market.registry.university, listing, "withdrawn", reason="不卖").json()["code"] == (
        "contest_running"
    )
    assert (
        market.registry.enterprise.post(
            f"{PATH}/{listing['id']}/bids", json={"amount_yuan": "100999.99"}
        ).json()["least_yuan"]
        == "101000.00"
    )
    close(market, at + timedelta(minutes=10))
    assert market.read(listing)["state"] == "reserved"


def test_a_book_that_was_tampered_with_names_its_first_broken_entry(market: Market) -> None:
    listing = market.contest()
    offers = [(Decimal(100_000 + i), now()) for i in range(3)]
    race(market, listing, offers)
    with market.registry.database.write() as session:
        session.execute(
            text("UPDATE listing_bids SET amount_yuan = 1 WHERE listing_id = :id AND sequence = 2"),
            {"id": listing["id"]},
        )

    proof = market.registry.public.get(f"{PATH}/{listing['id']}/bids/verification").json()
    assert (proof["ok"], proof["first_broken"], proof["entries"]) == (False, 2, 3)


def test_without_a_bid_at_the_reserve_the_contest_fails(market: Market) -> None:
    listing = market.contest(reserve_price_yuan="300000.00")
    race(market, listing, [(Decimal("299999.99"), now())])
    hidden = market.registry.public.get(f"{PATH}/{listing['id']}").json()
    early = step(market.registry.university, listing, "reserved")
    close(market, now() + timedelta(hours=2))

    assert (hidden["reserve_price_yuan"], hidden["has_reserve_price"]) == (None, True)
    assert early.json()["code"] == "bidding_not_closed"
    failed = market.read(listing)
    assert failed["state"] == "withdrawn"
    assert "流拍" in str(failed["reason"])


def test_a_deposit_comes_before_a_bid_and_goes_one_way(market: Market) -> None:
    registry = market.registry
    listing = market.contest(deposit_yuan="10000.00")
    bids, deposits = f"{PATH}/{listing['id']}/bids", f"{PATH}/{listing['id']}/deposits"
    bid = {"amount_yuan": "100000.00"}
    assert registry.enterprise.post(bids, json=bid).json()["code"] == "deposit_required"
    wrong = registry.enterprise.post(deposits, json={"amount_yuan": "9999.99"})
    assert wrong.json()["errors"][0]["code"] == "deposit_differs"

    paid = {}
    for client in (registry.enterprise, market.second):
        announced = client.post(deposits, json={"amount_yuan": "10000.00"}).json()
        paid[client] = f"{deposits}/{announced['id']}/decisions"
        confirm = {"decision": "paid", "reference": "回单1"}
        headers = {"If-Match": '"1"'}
        assert registry.university.post(paid[client], json=confirm).status_code == 403
        assert registry.exchange.post(paid[client], json=confirm, headers=headers).is_success
    assert registry.enterprise.post(bids, json={"amount_yuan": "120000.00"}).status_code == 201
    assert market.second.post(bids, json={"amount_yuan": "110000.00"}).status_code == 201
    again = market.second.post(bids, json={"amount_yuan": "130000.00"})
    assert again.json()["code"] == "bid_already_sealed"
    assert registry.university.post(bids, json=bid).json()["code"] == "seller_may_not_bid"
    close(market, now() + timedelta(hours=2))

    def settle_deposit(client: httpx.Client, act: str, **more: str) -> httpx.Response:
        return registry.exchange.post(
            paid[client], json={"decision": act} | more, headers={"If-Match": "*"}
        )

    assert settle_deposit(registry.enterprise, "returned").status_code == 409
    assert settle_deposit(market.second, "forfeited", reason="无").status_code == 409
    assert settle_deposit(market.second, "returned").json()["state"] == "returned"
    assert settle_deposit(market.second, "returned").json()["code"] == "deposit_step_not_open"
    assert settle_deposit(registry.enterprise, "forfeited").status_code == 422
    assert settle_deposit(registry.enterprise, "forfeited", reason="拒签合同").is_success
    found = registry.exchange.get(deposits).json()
    assert found["totals"] == {
        "paid_in_yuan": "20000.00",
        "held_yuan": "0.00",
        "returned_yuan": "10000.00",
        "forfeited_yuan": "10000.00",
        "credited_yuan": "0.00",
    }
    assert len(registry.enterprise.get(deposits).json()["items"]) == 1


def test_counts_drill_to_their_rows(market: Market) -> None:
    market.post(asking_price_yuan="1.00")
    officer = market.registry.officer
    counted = officer.get(f"{PATH}/counts").json()["items"]

    assert counted
    for line in counted:
        rows = officer.get(f"{line['rows']}&limit=200").json()["items"]
        assert len(rows) == line["listings"]
        prices = sum((Decimal(row["price_yuan"] or 0) for row in rows), Decimal(0))
        assert prices == Decimal(line["price_yuan"])


def test_listings_are_exported_without_their_reserve_price(market: Market) -> None:
    market.contest(reserve_price_yuan="123456.78")
    officer, public = market.registry.officer, market.registry.enterprise
    lines = officer.get("/v1/exports/listings.ndjson").text
    sheet = public.get("/v1/exports/listings.csv")
    board = public.get(PATH, params={"limit": 200}).json()["items"]

    assert "123456.78" not in lines
    assert "reserve_price_yuan" not in lines
    assert sheet.status_code == 200
    assert "成交方式" in sheet.text
    assert len(sheet.text.strip().splitlines()) == len(board) + 1

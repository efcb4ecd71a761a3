"""The book of bids: its order is provable, and its winner follows from it."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.errors import Forbidden, RuleBroken
from services.achievements.rules.listing_bids import (
    BookEntry,
    choose_winner,
    enter_bid,
    extend_close,
    judge_amount,
    require_open,
    require_outsider,
    verify_book,
)
from services.achievements.rules.listing_deposits import (
    DepositAct,
    DepositState,
    add_up,
    require_grounds,
)
from services.achievements.rules.listings import ListingState, ListingTerms, ListingWay

OPENS = datetime(2026, 12, 1, 9, 0, tzinfo=timezone(timedelta(hours=8)))
CLOSES = OPENS + timedelta(hours=2)


def make_terms(**changes: object) -> ListingTerms:
    terms = ListingTerms(
        way=ListingWay.AUCTION,
        start_price_yuan=Decimal("100.00"),
        increment_yuan=Decimal("10.00"),
        opens_at=OPENS,
        closes_at=CLOSES,
        extension_window_minutes=5,
        extension_minutes=5,
    )
    return replace(terms, **changes)  # type: ignore[arg-type]


def make_book(amounts: list[int]) -> list[BookEntry]:
    book: list[BookEntry] = []
    for place, amount in enumerate(amounts):
        at = OPENS + timedelta(seconds=place)
        end = book[-1] if book else None
        book.append(enter_bid("L", end, f"B{place}", Decimal(amount), f"{place:032x}", at))
    return book


@given(st.lists(st.integers(100, 10_000), max_size=12))
def test_an_untouched_book_holds(amounts: list[int]) -> None:
    verdict = verify_book(make_book(amounts))

    assert (verdict.ok, verdict.entries, verdict.first_broken) == (True, len(amounts), None)


@given(
    st.lists(st.integers(100, 10_000), min_size=2, max_size=8),
    st.data(),
    st.sampled_from(["amount_yuan", "bidder_uscc", "at", "seal", "nonce", "previous_hash"]),
)
def test_whatever_is_touched_is_named(amounts: list[int], data: st.DataObject, field: str) -> None:
    book = make_book(amounts)
    place = data.draw(st.integers(0, len(book) - 1))
    touched = {
        "amount_yuan": book[place].amount_yuan + 1,
        "bidder_uscc": "X",
        "at": book[place].at + timedelta(milliseconds=1),
        "seal": "f" * 64,
        "nonce": "e" * 32,
        "previous_hash": "d" * 64,
    }
    book[place] = replace(book[place], **{field: touched[field]})  # type: ignore[arg-type]

    assert verify_book(book).first_broken == place + 1


@given(st.permutations(range(4)))
def test_another_order_does_not_pass(order: list[int]) -> None:
    book = make_book([100, 200, 300, 400])

    assert verify_book([book[place] for place in order]).ok is (list(order) == [0, 1, 2, 3])


def test_an_entry_left_out_is_noticed() -> None:
    book = make_book([100, 200, 300])

    assert verify_book([book[0], book[2]]).first_broken == 2


@given(st.lists(st.integers(100, 120), min_size=1, max_size=12))
def test_the_highest_wins_and_of_equal_ones_the_earliest(amounts: list[int]) -> None:
    winner = choose_winner(make_terms(way=ListingWay.BIDDING), make_book(amounts))

    assert winner is not None
    assert winner.amount_yuan == max(amounts)
    assert winner.sequence == amounts.index(max(amounts)) + 1


def test_below_the_reserve_nobody_wins() -> None:
    book = make_book([100, 110])

    assert choose_winner(make_terms(reserve_price_yuan=Decimal("110.01")), book) is None
    assert choose_winner(make_terms(reserve_price_yuan=Decimal("110.00")), book) is book[1]
    assert choose_winner(make_terms(), []) is None


def test_an_auction_rises_by_its_increment_to_the_fen() -> None:
    book = make_book([100])
    judge_amount(make_terms(), book, "B", Decimal("110.00"))
    with pytest.raises(RuleBroken) as low:
        judge_amount(make_terms(), book, "B", Decimal("109.99"))

    assert low.value.facts["least_yuan"] == "110.00"


def test_a_sealed_bid_is_made_once() -> None:
    terms, book = make_terms(way=ListingWay.BIDDING), make_book([100])
    judge_amount(terms, book, "another", Decimal("100.00"))

    with pytest.raises(RuleBroken, match="bid_already_sealed"):
        judge_amount(terms, book, "B0", Decimal("500.00"))


@pytest.mark.parametrize(
    ("at", "opened"),
    [
        (OPENS - timedelta(microseconds=1), False),
        (OPENS, True),
        (CLOSES - timedelta(microseconds=1), True),
        (CLOSES, False),
    ],
)
def test_bids_are_taken_from_the_opening_to_before_the_close(at: datetime, opened: bool) -> None:
    if opened:
        require_open(make_terms(), ListingState.LISTED, at)
        return
    with pytest.raises(RuleBroken, match="bidding_not_open"):
        require_open(make_terms(), ListingState.LISTED, at)


def test_a_late_bid_moves_the_close_of_an_auction_only() -> None:
    late = CLOSES - timedelta(minutes=1)

    assert extend_close(make_terms(), late) == late + timedelta(minutes=5)
    assert extend_close(make_terms(), CLOSES - timedelta(minutes=6)) is None
    assert extend_close(make_terms(way=ListingWay.BIDDING), late) is None
    assert extend_close(make_terms(extension_minutes=None), late) is None


def test_the_seller_and_its_agency_do_not_bid() -> None:
    require_outsider("C", ["A", "B"])
    with pytest.raises(Forbidden):
        require_outsider("B", ["A", "B"])


@given(st.lists(st.tuples(st.sampled_from(DepositState), st.integers(1, 10**9))))
def test_deposits_add_up_to_the_fen(rows: list[tuple[DepositState, int]]) -> None:
    deposits = [(state, Decimal(fen) / 100) for state, fen in rows]
    totals = add_up(deposits)
    parts = totals.held_yuan + totals.returned_yuan
    parts += totals.forfeited_yuan + totals.credited_yuan

    assert totals.paid_in_yuan == parts
    assert parts == sum(amount for state, amount in deposits if state is not DepositState.DUE)


@pytest.mark.parametrize(
    ("act", "state", "is_winner", "granted"),
    [
        (DepositAct.RETURN, ListingState.LISTED, False, False),
        (DepositAct.RETURN, ListingState.RESERVED, False, True),
        (DepositAct.RETURN, ListingState.RESERVED, True, False),
        (DepositAct.RETURN, ListingState.SETTLED, True, True),
        (DepositAct.FORFEIT, ListingState.RESERVED, True, True),
        (DepositAct.FORFEIT, ListingState.RESERVED, False, False),
        (DepositAct.FORFEIT, ListingState.SETTLED, True, False),
        (DepositAct.CREDIT, ListingState.SETTLED, True, True),
        (DepositAct.CREDIT, ListingState.RESERVED, True, False),
    ],
)
def test_grounds_for_what_becomes_of_a_deposit(
    act: DepositAct, state: ListingState, is_winner: bool, granted: bool
) -> None:
    if granted:
        require_grounds(act, state, is_winner=is_winner)
        return
    with pytest.raises(RuleBroken):
        require_grounds(act, state, is_winner=is_winner)

"""What the exchange's messages mean here."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.achievements.rules.exchange import MessageKind, Outcome, advance, judge_message
from services.achievements.rules.listings import ListingState, ListingWay


@given(st.permutations(range(1, 8)), st.integers(0, 7))
def test_whatever_the_order_the_place_is_before_the_first_gap(
    order: list[int], missing: int
) -> None:
    received = [number for number in order if number != missing]
    expected = 7 if missing == 0 else missing - 1

    assert advance(0, received) == expected


def test_what_comes_twice_moves_nothing_twice() -> None:
    assert advance(3, [4, 4, 2, 5]) == 5
    assert advance(3, []) == 3


@pytest.mark.parametrize(
    ("kind", "state", "way"), list(product(MessageKind, ListingState, ListingWay))
)
def test_a_message_applies_only_where_the_step_is_open(
    kind: MessageKind, state: ListingState, way: ListingWay
) -> None:
    outcome = judge_message(kind, state, way, revision=2, heard=1, says_the_same=False)
    late = judge_message(kind, state, way, revision=1, heard=1, says_the_same=True)
    same = judge_message(kind, state, way, revision=2, heard=1, says_the_same=True)

    open_to = {ListingState.LISTED, ListingState.RESERVED}
    if kind is MessageKind.DEAL:
        open_to = {ListingState.LISTED} if way is ListingWay.AGREEMENT else set()
    assert outcome is (Outcome.APPLIED if state in open_to else Outcome.CONFLICT)
    assert (late, same) == (Outcome.OUTDATED, Outcome.KNOWN)

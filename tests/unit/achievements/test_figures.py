"""Public figures never tell of a single organisation."""

from hypothesis import given
from hypothesis import strategies as st

from services.achievements.rules.figures import withhold_cells

COUNTS = st.lists(st.integers(0, 10), max_size=8)


def test_the_only_small_cell_takes_the_next_smallest_with_it() -> None:
    assert withhold_cells([9, 1, 4, 7], 3) == [False, True, True, False]
    assert withhold_cells([9, 1, 2, 7], 3) == [False, True, True, False]
    assert withhold_cells([9, 4], 3) == [False, False]
    assert withhold_cells([1], 3) == [True]


@given(COUNTS)
def test_no_cell_of_few_is_shown_and_none_can_be_told_from_the_total(counts: list[int]) -> None:
    hidden = withhold_cells(counts, 3)

    assert all(is_hidden for is_hidden, count in zip(hidden, counts, strict=True) if 0 < count < 3)
    behind = [count for is_hidden, count in zip(hidden, counts, strict=True) if is_hidden]
    assert len(behind) != 1 or sum(1 for count in counts if count) == 1


@given(COUNTS)
def test_where_every_cell_has_enough_nothing_is_withheld(counts: list[int]) -> None:
    assert not any(withhold_cells([count + 3 if count else 0 for count in counts], 3))

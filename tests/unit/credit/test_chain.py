"""The chain names the first entry that does not hold, whatever was done to it."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from services.credit.rules.chain import GENESIS, Head, Sealed, find_break, seal_entry

Chain = tuple[list[Sealed], Head]


def make_chain(length: int) -> Chain:
    entries, previous = [], GENESIS
    for seq in range(1, length + 1):
        content: dict[str, object] = {"seq": seq, "purpose": "loan_review", "at": f"t{seq}"}
        seal = seal_entry(previous, content)
        entries.append(Sealed(f"id{seq}", "u", seq, content, previous, seal))
        previous = seal
    return entries, Head(length, previous)


def test_a_whole_chain_holds() -> None:
    for length in (0, 1, 20):
        entries, head = make_chain(length)

        assert find_break("u", entries, head) is None


lengths = st.integers(2, 12)


@given(lengths, st.data())
def test_a_changed_entry_is_found(length: int, data: st.DataObject) -> None:
    entries, head = make_chain(length)
    place = data.draw(st.integers(0, length - 1))
    entries[place] = replace(entries[place], content={**entries[place].content, "purpose": "x"})

    broken = find_break("u", entries, head)

    assert broken is not None
    assert (broken.seq, broken.entry_id) == (place + 1, f"id{place + 1}")


@given(lengths, st.data())
def test_a_resealed_entry_breaks_the_next_or_the_head(length: int, data: st.DataObject) -> None:
    entries, head = make_chain(length)
    place = data.draw(st.integers(0, length - 1))
    content = {**entries[place].content, "purpose": "x"}
    seal = seal_entry(entries[place].previous, content)
    entries[place] = replace(entries[place], content=content, seal=seal)

    broken = find_break("u", entries, head)

    assert broken is not None
    assert broken.seq in (place + 1, place + 2)


@given(lengths, st.data())
def test_a_removed_entry_is_found(length: int, data: st.DataObject) -> None:
    entries, head = make_chain(length)
    place = data.draw(st.integers(0, length - 1))
    del entries[place]

    broken = find_break("u", entries, head)

    assert broken is not None
    assert broken.seq == place + 1


@given(lengths, st.data())
def test_moved_entries_are_found(length: int, data: st.DataObject) -> None:
    entries, head = make_chain(length)
    one, other = sorted(
        data.draw(st.lists(st.integers(0, length - 1), min_size=2, max_size=2, unique=True))
    )
    entries[one], entries[other] = entries[other], entries[one]

    broken = find_break("u", entries, head)

    assert broken is not None
    assert broken.seq == one + 1


@given(lengths)
def test_an_added_entry_is_found(length: int) -> None:
    entries, head = make_chain(length)
    content: dict[str, object] = {"seq": length + 1}
    seal = seal_entry(head.seal, content)
    entries.append(Sealed("new", "u", length + 1, content, head.seal, seal))

    broken = find_break("u", entries, head)

    assert broken is not None
    assert (broken.seq, broken.why) == (length + 1, "added_entry")


@given(lengths, st.data())
def test_a_cut_tail_is_found(length: int, data: st.DataObject) -> None:
    entries, head = make_chain(length)
    left = data.draw(st.integers(0, length - 1))

    broken = find_break("u", entries[:left], head)

    assert broken is not None
    assert (broken.seq, broken.why) == (left + 1, "cut_tail")

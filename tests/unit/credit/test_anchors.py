"""Whatever is done to the log is found: by seals, by stamps, by heads, and by the anchors.

`LIURONG_ROUNDS=10000` does the big count by hand.
"""

import os
import random
from collections.abc import Callable
from dataclasses import replace

from services.credit.rules.anchors import find_grown, read_lines, write_line
from services.credit.rules.chain import (
    GENESIS,
    Head,
    Sealed,
    find_break,
    seal_entry,
    stamp_seal,
)

ROUNDS = int(os.environ.get("LIURONG_ROUNDS", "300"))
KEY = b"a key that is not in the database"
Log = dict[str, list[Sealed]]
Heads = dict[str, Head]


def make_entry(uscc: str, seq: int, previous: str, key: bytes = KEY, **more: object) -> Sealed:
    content = {"uscc": uscc, "seq": seq, "purpose": "loan_review", **more}
    seal = seal_entry(previous, content)
    return Sealed(f"{uscc}-{seq}", uscc, seq, content, previous, seal, stamp_seal(key, seal))


def make_log(chance: random.Random) -> tuple[Log, Heads]:
    log: Log = {}
    for n in range(chance.randrange(1, 4)):
        uscc, previous = f"u{n}", GENESIS
        log[uscc] = []
        for seq in range(1, chance.randrange(2, 9)):
            log[uscc].append(make_entry(uscc, seq, previous, nonce=chance.random()))
            previous = log[uscc][-1].seal
    heads = {uscc: Head(len(chain), chain[-1].seal) for uscc, chain in log.items()}
    return log, heads


def reseal(chain: list[Sealed], start: int) -> None:
    """What a district's administrator can do: seal again, without the key of the stamps."""
    previous = chain[start - 1].seal if start else GENESIS
    for place in range(start, len(chain)):
        old = chain[place]
        content = {**old.content, "seq": place + 1}
        seal = seal_entry(previous, content)
        chain[place] = replace(old, seq=place + 1, content=content, previous=previous, seal=seal)
        previous = seal


def change(chain: list[Sealed], chance: random.Random) -> None:
    place = chance.randrange(len(chain))
    content = {**chain[place].content, "purpose": f"x{chance.random()}"}
    chain[place] = replace(chain[place], content=content)


def remove(chain: list[Sealed], chance: random.Random) -> None:
    del chain[chance.randrange(len(chain))]


def reorder(chain: list[Sealed], chance: random.Random) -> None:
    one = chance.randrange(len(chain))
    other = (one + 1) % len(chain)
    if one == other:
        change(chain, chance)
        return
    chain[one], chain[other] = chain[other], chain[one]


def append(chain: list[Sealed], chance: random.Random) -> None:
    last = chain[-1]
    forged = make_entry(last.uscc, last.seq + 1, last.seal, key=b"guess", nonce=chance.random())
    chain.append(forged)


def cut(chain: list[Sealed], chance: random.Random) -> None:
    del chain[chance.randrange(len(chain)) :]


MUTATIONS: list[Callable[[list[Sealed], random.Random], None]] = [
    change,
    remove,
    reorder,
    append,
    cut,
]


def test_every_mutation_is_found_even_with_seals_and_heads_made_to_fit() -> None:
    missed = []
    for n in range(ROUNDS):
        chance = random.Random(n)
        log, heads = make_log(chance)
        anchored = read_lines([write_line(GENESIS, "t", heads)])
        uscc = chance.choice(sorted(log))
        chain, mutation = log[uscc], MUTATIONS[n % len(MUTATIONS)]
        mutation(chain, chance)
        if chance.random() < 0.5:
            reseal(chain, 0)
            heads[uscc] = Head(len(chain), chain[-1].seal if chain else GENESIS)
        found = find_break(uscc, chain, heads[uscc], anchored.heads[uscc], KEY)
        others = [
            find_break(each, log[each], heads[each], anchored.heads[each], KEY)
            for each in log
            if each != uscc
        ]
        if found is None or any(others):
            missed.append((n, mutation.__name__))

    assert missed == []


def test_a_tail_cut_with_its_head_is_missed_by_the_chain_alone_and_found_by_the_anchor() -> None:
    log, heads = make_log(random.Random(3))
    uscc, chain = next(iter(log.items()))
    anchored = read_lines([write_line(GENESIS, "t", heads)])
    del chain[-1:]
    head = Head(len(chain), chain[-1].seal)

    assert find_break(uscc, chain, head, None, KEY) is None
    broken = find_break(uscc, chain, head, anchored.heads[uscc], KEY)
    assert broken is not None
    assert (broken.seq, broken.why) == (len(chain) + 1, "cut_tail")


def test_the_lines_of_anchors_are_a_chain_of_their_own() -> None:
    first = write_line(GENESIS, "t1", {"u": Head(2, "aa")})
    one = read_lines([first])
    second = write_line(one.last_hash, "t2", {"u": Head(3, "bb"), "v": Head(1, "cc")})
    whole = read_lines([first, second])

    assert (whole.lines, whole.broken_at) == (2, None)
    assert whole.heads == {"u": Head(3, "bb"), "v": Head(1, "cc")}
    assert read_lines([second]).broken_at == 1
    assert read_lines([first.replace("aa", "ab"), second]).broken_at == 1
    assert read_lines([first, second.replace('"t2"', '"t3"')]).broken_at == 2
    assert read_lines([first, "rubbish"]).broken_at == 2


def test_an_anchor_never_goes_back() -> None:
    anchored = {"u": Head(3, "bb")}

    assert dict(find_grown({"u": Head(2, "aa"), "v": Head(1, "x")}, anchored)) == {
        "v": Head(1, "x")
    }

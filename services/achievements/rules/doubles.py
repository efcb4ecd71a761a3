"""Doubles: two records of one achievement, and what a person decides about them.

```
open ──merge──▶ merged ──undo──▶ open ──keep apart──▶ kept_apart ──undo──▶ open
```

Nothing is merged silently. Near titles alone are no reason: people must be shared, too.
"""

from collections.abc import Sequence
from enum import StrEnum

from kit.errors import RuleBroken
from kit.text import Text

NEAR = 0.50
"""Trigram similarity of normalised titles from which a pair with shared people is looked at.

Chosen on one half of labelled pairs and reported on the other (docs/adr/0056-doubles-by-people.md).
"""


class PairState(StrEnum):
    """疑似重复：待判断、已合并、各自保留"""

    OPEN = "open"
    MERGED = "merged"
    KEPT_APART = "kept_apart"


class PairAct(StrEnum):
    """合并、各自保留、撤销"""

    MERGE = "merged"
    KEEP_APART = "kept_apart"
    UNDO = "undone"


TRANSITIONS: dict[tuple[PairState, PairAct], PairState] = {
    (PairState.OPEN, PairAct.MERGE): PairState.MERGED,
    (PairState.OPEN, PairAct.KEEP_APART): PairState.KEPT_APART,
    (PairState.MERGED, PairAct.UNDO): PairState.OPEN,
    (PairState.KEPT_APART, PairAct.UNDO): PairState.OPEN,
}


def move_pair(state: PairState, act: PairAct) -> PairState:
    """The state after an act, or why it is not open."""
    after = TRANSITIONS.get((state, act))
    if after is None:
        allowed = [str(known) for (before, known) in TRANSITIONS if before is state]
        message = Text(f"状态 {state} 下不能 {act}", f"a pair that is {state} cannot be {act}")
        raise RuleBroken("pair_step_not_open", message, allowed=allowed)
    return after


_BY_PROPERTY = frozenset({"patent", "doi"})
_BY_PEOPLE = frozenset({"near_title"})


def tell_reasons(reasons: Sequence[str], knows_property: bool, knows_people: bool) -> list[str]:
    """The reasons of a pair that tell a viewer nothing of fields hidden from him."""
    kept = frozenset() if knows_property else _BY_PROPERTY
    kept |= frozenset() if knows_people else _BY_PEOPLE
    return [reason for reason in reasons if reason not in kept]


def certainty_of(reasons: Sequence[str]) -> str:
    """Certain by the same patent or DOI, else probable."""
    return "certain" if _BY_PROPERTY & set(reasons) else "probable"

"""The same id twice in one list: a repetition counts once, a contradiction is refused."""

from collections.abc import Sequence
from typing import Protocol

from services.subsidies.rules.decisions import Findings


class Identified(Protocol):
    """Anything of a request that carries its own id."""

    @property
    def id(self) -> str: ...


def judge_double(findings: Findings, things: Sequence[Identified], index: int, place: str) -> None:
    """Refuse a repetition of an earlier thing, and every thing whose id is used for two."""
    if len(things) < 2:
        return
    thing = things[index]
    for other_index, other in enumerate(things):
        if other_index == index or other.id != thing.id:
            continue
        if other != thing:
            findings.contradict("listed_once", f"/{place}/{index}/id")
            return
        if other_index < index:
            findings.check("listed_once", False, f"/{place}/{index}/id", other=other.id)
            return

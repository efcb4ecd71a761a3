"""What goes to a platform above: the catalogue decides, not the caller.

A package holds rows `put` (stands and may be shown) and `withdraw` (was sent, and may no longer
be shown or no longer stands): corrections are a withdrawal and a new row.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from kit.text import Text
from services.credit.rules.catalogue import Catalogue, Disclosure

MOST_ROWS = 5000
"""Rows of one package; the next package takes the rest."""


class PackageState(StrEnum):
    """待发送 / 已收到回执."""

    WAITING = "waiting"
    RECEIVED = "received"


class RowAct(StrEnum):
    """报送 / 撤回."""

    PUT = "put"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class Outlet:
    """上级平台: one way out."""

    code: str
    name: Text
    disclosures: frozenset[Disclosure]
    categories: frozenset[str] | None
    verified: bool


OVERLAP = timedelta(minutes=15)
"""A change is committed a while after its instant; what came in late is looked at again."""


@dataclass(frozen=True, slots=True)
class Progress:
    """核对进度: since when changes are looked at, or where a look through all facts has come to."""

    began_at: datetime
    place: str | None = None
    whole_on: date | None = None
    catalogue: str | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One look at what an outlet must be told, at an instant of a day."""

    progress: Progress
    at: datetime
    today: date

    @property
    def since(self) -> datetime:
        return self.progress.began_at - OVERLAP

    @property
    def is_at_the_beginning(self) -> bool:
        return self.progress.place == ""


def next_check(known: Progress | None, catalogue: str, at: datetime, today: date) -> Check:
    """What to look at now: all facts once a day and after a change of catalogue, else changes.

    What runs out by the calendar does so at midnight, and only a look through all facts sees it.
    """
    if known is None or (
        known.place is None and (known.whole_on != today or known.catalogue != catalogue)
    ):
        known = Progress(at, "", today, catalogue)
    return Check(known, at, today)


def go_on(check: Check, last_id: str | None, *, more: bool) -> Progress:
    """The progress after a package; `more` where it could not hold everything."""
    done = check.progress
    if done.place is None:
        return done if more else replace(done, began_at=check.at)
    return replace(done, place=(last_id or done.place) if more else None)


@dataclass(frozen=True, slots=True)
class Receipt:
    """回执: what the platform said of a package."""

    number: str
    accepted: int
    refused: tuple[tuple[str, str], ...]


def list_items(outlet: Outlet, catalogue: Catalogue) -> list[str]:
    """The catalogue items that may go to an outlet."""
    return sorted(
        item.code
        for item in catalogue.items.values()
        if item.disclosure in outlet.disclosures
        and (outlet.categories is None or item.category in outlet.categories)
    )


def is_at_work(outlet: Outlet, addresses: Iterable[str], simulate: bool) -> bool:
    """Whether packages are made for an outlet: it has an address, or it is simulated."""
    return outlet.code in set(addresses) or simulate

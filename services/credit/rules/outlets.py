"""What goes to a platform above: the catalogue decides, not the caller.

A package holds rows `put` (stands and may be shown) and `withdraw` (was sent, and may no longer
be shown or no longer stands): corrections are a withdrawal and a new row.
"""

from collections.abc import Iterable
from dataclasses import dataclass
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

"""The change feed: what everybody who may see a thing is told when it changes or goes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from services.achievements.rules.kinds import Kind
from services.achievements.rules.visibility import Viewer


class ChangeAct(StrEnum):
    """新增或修改（附现状）、不再可见（已删除、撤下、合并或收回）"""

    UPSERTED = "upserted"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in the feed: a transaction, and a line of history within it."""

    transaction: int = 0
    line_id: str = ""


@dataclass(frozen=True, slots=True)
class FoundChange:
    """A thing that changed, as this viewer sees it now; `row` is None where it is gone for him."""

    place: Place
    kind: Kind
    thing_id: str
    at: datetime
    row: Mapping[Any, Any] | None

    @property
    def act(self) -> ChangeAct:
        return ChangeAct.DELETED if self.row is None else ChangeAct.UPSERTED


@dataclass(frozen=True, slots=True)
class Window:
    """Which changes: of some kinds, each as its viewer sees it, within some time (from, before).

    A caller is not the same viewer of every kind: the exchange sees all contracts.
    """

    viewers: Mapping[Kind, Viewer]
    since: datetime | None = None
    before: datetime | None = None

"""Orders: what a holder wants to make of its track, and what was found out before."""

from dataclasses import dataclass

from gateway.rules.case_json import Packed
from gateway.rules.cases import Condition, CreditResult, TradeRecord
from gateway.rules.stages import TrackState


@dataclass(frozen=True, slots=True)
class Order:
    """What a holder wants to make of its track."""

    track_id: str
    outcome: TrackState
    reason_code: str | None = None
    reason: str | None = None
    conditions: tuple[Condition, ...] = ()
    result: Packed | None = None
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outside:
    """What was found out before the decision, from the other houses and the bureau's registers.

    `spare_id` is for a track that may arise; `related` holds pairs of related organisations.
    """

    credit: CreditResult | None = None
    consent_holds: bool = False
    record: TradeRecord | None = None
    spare_id: str = "spare"
    four_eyes: bool = False
    related: frozenset[frozenset[str]] = frozenset()

"""The clocks of tracks: working days from the day after receipt, by the ground floor's calendar.

A track has two: within `accept` working days it is taken on (where the stage has that term),
within `decide` it is decided; both from receipt, and again from the day after a supplement arrives.
No clock runs before receipt, while the enterprise is asked, or after the decision.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.rules.cases import Track
from gateway.rules.stages import SETTLED, Stage, TrackState
from kit.workdays import (
    Calendar,
    Deadline,
    Light,
    count_between,
    count_forward,
    is_working_day,
    show_light,
)

__all__ = [
    "Calendar",
    "Clock",
    "Deadline",
    "Light",
    "Terms",
    "count_between",
    "count_forward",
    "is_working_day",
    "read_clock",
    "show_light",
]


@dataclass(frozen=True, slots=True)
class Terms:
    """Working days for each stage: `decide` for all, `accept` for those that must take on first."""

    decide: Mapping[Stage, int]
    accept: Mapping[Stage, int]


@dataclass(frozen=True, slots=True)
class Clock:
    """When a track must be taken on (None once it is, or where no term says so) and decided."""

    accept: Deadline | None
    decide: Deadline

    @property
    def next(self) -> Deadline:
        """What comes first."""
        return self.accept or self.decide


def read_clock(track: Track, terms: Terms, calendar: Calendar) -> Clock | None:
    """The clock of a track; None while none runs."""
    stopped = track.state in SETTLED or track.state is TrackState.INFO_REQUESTED
    if track.received_on is None or stopped or track.superseded:
        return None
    accept = None
    if track.accepted_on is None and track.stage in terms.accept:
        accept = count_forward(track.received_on, terms.accept[track.stage], calendar)
    return Clock(accept, count_forward(track.received_on, terms.decide[track.stage], calendar))

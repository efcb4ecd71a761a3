"""What makes a house: its name, its jobs, who hears its events, the titles of its problems."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kit.jobs import JobBoard
from kit.text import Text


@dataclass(frozen=True)
class House:
    """One service or the gateway, as the ground floor sees it.

    `subscriptions` maps an event type to the names of the houses that are told.
    """

    name: str
    title: Text
    description: Text
    board: JobBoard
    subscriptions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problems: Mapping[str, Text] = field(default_factory=dict)

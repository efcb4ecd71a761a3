"""What this process was told from outside and the use cases need to know (`settings.py`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Arrangements:
    """Where anchors and signing keys are kept, the key that stamps log entries, whom webhooks
    may reach, outlets.

    `outlets` gives the address of a platform above; one without an address is simulated, and only
    where `simulate` is set (the demo mode).
    """

    log_key: bytes = field(repr=False)
    anchors_dir: Path
    keys_dir: Path
    webhook_hosts: frozenset[str] = frozenset()
    webhook_private: bool = False
    outlets: Mapping[str, str] = field(default_factory=dict)
    simulate: bool = False


INFO = "arrangements"
"""The name under which they travel with every session of credit."""


def arrangements_of(info: Mapping[str, object]) -> Arrangements:
    """The arrangements that a session (or a database) carries."""
    found = info[INFO]
    assert isinstance(found, Arrangements)
    return found

"""政策包的架子: the packs in use, proven before they are taken, exchanged when files change."""

import threading
import time
from datetime import date
from functools import cache
from pathlib import Path

from kit.errors import no_such
from kit.logs import log
from services.subsidies.rules.policies import Policy
from services.subsidies.store.policies import POLICIES, PackRefused, stamp_of
from services.subsidies.usecases.pack_checks import prove_packs

_LOOK_EVERY = 0.5
"""Seconds; with the proof of about 0.05 s a new pack is live within one second."""


class PolicyShelf:
    """All packs of a folder. Packs of which one is refused leave the shelf as it is."""

    def __init__(self, folder: Path = POLICIES) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._stamp = stamp_of(folder)
        self._policies = prove_packs(folder)
        self._looked_at = time.monotonic()

    def policies(self) -> tuple[Policy, ...]:
        """Every pack, the earliest first."""
        if time.monotonic() - self._looked_at > _LOOK_EVERY:
            self._refresh()
        return self._policies

    def find_policy_on(self, day: date) -> Policy | None:
        """The policy of a day."""
        for policy in self.policies():
            if policy.in_force(day):
                return policy
        return None

    def get_policy(self, policy_id: str) -> Policy:
        for policy in self.policies():
            if policy.id == policy_id:
                return policy
        raise no_such("政策", "policy", policy_id)

    def _refresh(self) -> None:
        with self._lock:
            self._looked_at = time.monotonic()
            try:
                stamp = stamp_of(self._folder)
                if stamp != self._stamp:
                    self._stamp = stamp
                    self._policies = prove_packs(self._folder)
                    log.info("policy packs taken", packs=[one.id for one in self._policies])
            except (OSError, PackRefused) as error:
                log.error("policy packs refused, the old ones stay", error=str(error))


@cache
def open_shelf() -> PolicyShelf:
    """The one shelf of this process."""
    return PolicyShelf()

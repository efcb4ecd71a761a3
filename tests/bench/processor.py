"""What one request costs: how long it took, and the processor time of all that it kept busy.

The service runs as threads of the caller's own process, the database as children of its server.
Time of the processor holds on a busy machine too; how long a request took does not.
"""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import TypeVar

Answer = TypeVar("Answer")
_PLACES = {"p50": 0.50, "p90": 0.90, "p99": 0.99}


@dataclass(frozen=True, slots=True)
class Spent:
    """Milliseconds: the whole request, then processor time of each."""

    whole: float
    caller: float
    service: float
    database: float


class Meter:
    """Reads the clocks around a request; `server` is the process of the database's server."""

    def __init__(self, server: int | None) -> None:
        self.server = server

    def measure(self, act: Callable[[], Answer]) -> tuple[Answer, Spent]:
        """Do it, and say what it cost."""
        before = self._read()
        started = time.perf_counter()
        answer = act()
        whole = time.perf_counter() - started
        caller, service, database = (
            after - then for after, then in zip(self._read(), before, strict=True)
        )
        return answer, Spent(*(part * 1000 for part in (whole, caller, service, database)))

    def _read(self) -> tuple[float, float, float]:
        caller, process = time.thread_time(), time.process_time()
        return caller, process - caller, self._read_database()

    def _read_database(self) -> float:
        """Seconds that all processes of the database have run, to the nanosecond (schedstat)."""
        children = Path(f"/proc/{self.server}/task/{self.server}/children").read_text().split()
        return sum(_read_process(child) for child in children)


def _read_process(number: str) -> float:
    try:
        return int(Path(f"/proc/{number}/schedstat").read_text().split()[0]) / 1e9
    except (FileNotFoundError, ProcessLookupError):
        return 0.0


def print_costs(costs: Sequence[Spent], wanted: str) -> None:
    """Spreads of all, and what the processor did for it."""
    print(
        f"whole request               {_spread([one.whole for one in costs])}   (wanted {wanted})"
    )
    own = [one.service + one.database for one in costs]
    print(f"processor, caller apart     {_spread(own)}")
    caller, service, database = (
        sum(part) / len(costs) for part in list(zip(*map(astuple, costs), strict=True))[1:]
    )
    print(
        f"processor on average     service {service:.1f} ms   database {database:.1f} ms"
        f"   caller {caller:.1f} ms"
    )
    print(f"load average             {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")


def _spread(values: Sequence[float]) -> str:
    ordered = sorted(values)
    return "   ".join(
        f"{name} {ordered[int(len(ordered) * at)]:.1f} ms" for name, at in _PLACES.items()
    )

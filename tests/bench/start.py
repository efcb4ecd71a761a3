"""How long the platform takes to start: on fresh data, and again on the same data.

Measured as a person meets it: from the command to the line that says how to stop, demo data
included. Wanted: under 60 s the first time (after downloads), under 8 s later.
"""

import os
import signal
import statistics
import tempfile
from pathlib import Path

from tests.flow.platforms import running_platform

READY = "Ctrl-C stops everything"
STARTS = int(os.environ.get("STARTS", "5"))


def main() -> None:
    """Print the first start and the median, fastest and slowest of the later ones."""
    with tempfile.TemporaryDirectory(prefix="liurong-start-") as folder:
        first = time_start(Path(folder))
        later = [time_start(Path(folder)) for _ in range(STARTS)]
    print(f"fresh data           {first:5.1f} s")
    print(
        f"later, {STARTS} starts      {statistics.median(later):5.1f} s median,"
        f" {min(later):.1f}–{max(later):.1f}"
    )
    print(f"load average         {os.getloadavg()[0]:5.1f} on {os.cpu_count()} processors")


def time_start(data_dir: Path) -> float:
    """Seconds until it says that it serves; it is stopped again."""
    with running_platform(data_dir=data_dir) as platform:
        took = platform.wait_until_said(READY)
        platform.stop(signal.SIGTERM)
    return took


if __name__ == "__main__":
    main()

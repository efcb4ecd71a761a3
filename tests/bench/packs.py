"""How long a changed policy pack takes to be live on two processes. Wanted: under a second."""

import os
import statistics
import tempfile
from pathlib import Path

from tests.packs import make_shelf, seconds_until_live, serve_packs, write_pack

CHANGES = int(os.environ.get("CHANGES", "20"))


def main() -> None:
    """Print the median, fastest and slowest of the changes."""
    with tempfile.TemporaryDirectory(prefix="liurong-packs-") as folder:
        shelf = make_shelf(Path(folder))
        with serve_packs(shelf, Path(folder)) as one, serve_packs(shelf, Path(folder)) as other:
            took = [time_change(shelf, [one, other], number) for number in range(CHANGES)]
    print(
        f"live on two processes, {CHANGES} changes   {statistics.median(took):5.2f} s median,"
        f" {min(took):.2f}–{max(took):.2f}"
    )
    print(f"load average         {os.getloadavg()[0]:5.1f} on {os.cpu_count()} processors")


def time_change(shelf: Path, addresses: list[str], number: int) -> float:
    """Seconds from the written file until every process calculates with it."""
    before = "2023" if number == 0 else f"2023.{number}"
    write_pack(shelf, "pack.yaml", f'version: "{before}"', f'version: "2023.{number + 1}"')
    return seconds_until_live(addresses, f"2023.{number + 1}")


if __name__ == "__main__":
    main()

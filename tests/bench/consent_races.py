"""Revocations against reads, as many as wanted: no read after the revocation was answered.

make soak-consents RACES=10000
"""

import os
import tempfile
import time
from pathlib import Path

from kit.embedded import EmbeddedPostgres
from kit.settings import Settings
from migrations.run import create_databases, upgrade
from services.credit.main import create_app
from tests.db.credit.racing import READERS, count_late_entries, run_races

RACES = int(os.environ.get("RACES", "10000"))
LANES = int(os.environ.get("LANES", "4"))


def main() -> None:
    with (
        tempfile.TemporaryDirectory(prefix="liurong-races-") as folder,
        EmbeddedPostgres(Path(folder) / "postgres", fast_and_unsafe=True) as url,
    ):
        create_databases(url)
        upgrade("credit", url)
        database = create_app(Settings(database_url=url, data_dir=Path(folder))).state.database
        began, reads, answered, late = time.monotonic(), 0, 0, 0
        for done, race in enumerate(run_races(database, range(RACES), LANES), start=1):
            if done % 1000 == 0:
                print(f"{done:,} races in {time.monotonic() - began:.0f} s", flush=True)
            reads += len(race.reads)
            answered += sum(each for _, each in race.reads)
            late += race.late_reads
        print(
            f"{RACES:,} races of {READERS} readers against a revocation in"
            f" {time.monotonic() - began:.0f} s: {reads:,} reads, {answered:,} answered,"
            f" {late} begun after the revocation was answered and answered all the same,"
            f" {count_late_entries(database)} entries in the log after it"
        )
        database.close()
    if late:
        raise SystemExit(1)


if __name__ == "__main__":
    main()

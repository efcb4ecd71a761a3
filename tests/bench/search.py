"""How well and how fast the registry finds: the human keywords of a paper as the query.

    make bench-search                     # 100,000 texts
    ROWS=10000 QUERIES=300 make bench-search

Served over HTTP with visibility, facets and the first page, as anybody would ask. The papers of
`csl_dev_test` are the answers, among all texts of that folder and generated ones up to ROWS. A
text with the same title counts as the same answer.
"""

import gzip
import json
import math
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import httpx

from kit.auth import Principal, Role
from kit.db import Database
from kit.directory import Directory
from kit.embedded import EmbeddedPostgres
from kit.jobs import Work
from kit.settings import Settings
from migrations.run import create_databases, upgrade
from services.achievements.main import HOUSE, create_app
from services.achievements.rules.kinds import ImportKind
from services.achievements.usecases import imports
from services.achievements.usecases.search import count_all_words
from tests.bench.imports import write_lines
from tests.bench.texts import FOLDER, UNIVERSITY, list_achievements
from tests.serving import serve

ROWS = int(os.environ.get("ROWS", "100000"))
QUERIES = int(os.environ.get("QUERIES", "2000"))


def main() -> None:
    """Fill, ask, print."""
    with tempfile.TemporaryDirectory(prefix="liurong-bench-") as folder:
        home = Path(folder)
        with EmbeddedPostgres(home / "postgres", fast_and_unsafe=False) as url:
            settings = Settings(database_url=f"{url.rsplit('/', 1)[0]}/bench", data_dir=home)
            create_databases(settings.database_url)
            upgrade("achievements", settings.database_url)
            database = Database(settings.database_of("achievements"), info={"house": HOUSE})
            fill(Work(database, Directory(settings), settings), home / "rows.ndjson")
            database.close()
            with serve(create_app(settings)) as address:
                ask(address)


def fill(work: Work, path: Path) -> None:
    """Import the texts; count the common words, as the job after an import does."""
    write_lines(path, list_achievements(ROWS))
    caller = Principal("bench", Role.UNIVERSITY, UNIVERSITY, "山东某大学", "university")
    with work.database.write() as session, path.open("rb") as file:
        wanted = imports.Wanted(ImportKind.ACHIEVEMENTS)
        job = imports.start_import(session, caller, file, path.name, wanted)
    imports.run_import(work, import_id=job["id"])
    count_all_words(work)
    with work.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as tidy:
        tidy.exec_driver_sql("VACUUM ANALYZE")


def ask(address: str) -> None:
    """One caller, query after query; the first fifty warm up."""
    with gzip.open(FOLDER / "csl_dev_test.jsonl.gz", "rt") as lines:
        papers = [json.loads(line) for line in lines][:QUERIES]
    gains, spent = [], []
    with httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
        for paper in papers[:50] + papers:
            words = " ".join(paper["keywords"])
            started = time.perf_counter()
            answer = client.get("/v1/achievements", params={"q": words, "limit": 10})
            spent.append((time.perf_counter() - started) * 1000)
            titles = [item["title"] for item in answer.raise_for_status().json()["items"]]
            gains.append(_gain(titles, paper["title"][:500]))
    gains, spent = gains[50:], sorted(spent[50:])
    print(f"{ROWS:,} texts, {len(papers):,} queries")
    print(f"nDCG@10  {statistics.fmean(gains):.4f}   (wanted >= 0.975)")
    print(f"p50 {spent[len(spent) // 2]:.1f} ms   p99 {spent[int(len(spent) * 0.99)]:.1f} ms")


def _gain(titles: list[str], wanted: str) -> float:
    return 1 / math.log2(titles.index(wanted) + 2) if wanted in titles else 0.0


if __name__ == "__main__":
    sys.exit(main())

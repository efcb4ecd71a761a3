"""How well and how fast the registry finds: the human keywords of a paper as the query.

    make bench-search                     # 100,000 texts, about 4 minutes
    ROWS=69739 make bench-search          # exactly the texts of the folder
    ROWS=1000000 make bench-search        # about 30 minutes, 6 GB of disk
    ROWS=10000 QUERIES=300 make bench-search
    KEEP=build/texts make bench-search    # the texts stay there; the next run only asks

Whole requests over HTTP, with visibility, facets, highlights and the first page, as anybody would
ask. The papers of `csl_dev_test` are the answers, among all texts of that folder and made ones up
to ROWS. A text with the same title counts as the same answer.
"""

import gzip
import json
import math
import os
import statistics
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import httpx
from sqlalchemy import exists, func, select

from kit.auth import Role
from kit.db import Database
from kit.directory import Directory
from kit.embedded import EmbeddedPostgres
from kit.jobs import Work
from kit.logs import set_up_logs
from kit.settings import Settings
from migrations.run import create_databases, upgrade
from services.achievements.main import HOUSE, create_app
from services.achievements.rules.kinds import Kind
from services.achievements.tables import RECORD_TABLES, SearchTerm
from services.achievements.usecases.search import count_all_words
from tests.bench.processor import Meter, print_costs
from tests.bench.search_texts import FOLDER, fill
from tests.bench.texts import UNIVERSITY
from tests.serving import call_as, make_principal, serve

ROWS = int(os.environ.get("ROWS", "100000"))
QUERIES = int(os.environ.get("QUERIES", "2000"))
KEEP = os.environ.get("KEEP")
_PATH = "/v1/achievements"


def main() -> None:
    """Fill, ask, print."""
    # As a process of production writes its logs, but to a file beside the data.
    with tempfile.TemporaryDirectory(prefix="liurong-bench-") as folder:
        home = Path(folder)
        set_up_logs(stream=(home / "liurong.log").open("w"))
        place = Path(KEEP or folder).absolute() / "postgres"
        postgres = EmbeddedPostgres(place, fast_and_unsafe=False)
        with postgres as url:
            settings = Settings(database_url=f"{url.rsplit('/', 1)[0]}/texts{ROWS}", data_dir=home)
            create_databases(settings.database_url or "")
            upgrade("achievements", settings.database_url or "")
            database = Database(settings.database_of("achievements"), info={"house": HOUSE})
            if not is_filled(database):
                prepare(Work(database, Directory(settings), settings))
            database.close()
            with serve(create_app(settings)) as address:
                ask(address, Meter(postgres.pid))
                find_what_changed(address, settings)


def is_filled(database: Database) -> bool:
    """Whether an earlier run has stored and joined all texts; half a store is refused."""
    with database.read() as session:
        found = session.scalar(select(func.count()).select_from(RECORD_TABLES[Kind.ACHIEVEMENTS]))
        joined = session.scalar(select(exists().select_from(SearchTerm)))
    if found and not joined:
        raise SystemExit(f"{KEEP} holds {found:,} texts that were not joined; remove it")
    return bool(found)


def prepare(work: Work) -> None:
    """Store the texts, and join and count their words, as the jobs do."""
    started = time.perf_counter()
    fill(work.database, ROWS)
    filled = time.perf_counter()
    count_all_words(work)
    joined = time.perf_counter()
    with work.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as tidy:
        tidy.exec_driver_sql("VACUUM ANALYZE")
    print(f"{ROWS:,} texts stored in {filled - started:.0f} s, joined in {joined - filled:.0f} s")


def ask(address: str, meter: Meter) -> None:
    """One caller, query after query; the first hundred warm up."""
    with gzip.open(FOLDER / "csl_dev_test.jsonl.gz", "rt") as lines:
        papers = [json.loads(line) for line in lines][:QUERIES]
    gains, costs = [], []
    with httpx.Client(base_url=address, trust_env=False, timeout=60) as client:

        def search(words: str) -> list[str]:
            answer = client.get(_PATH, params={"q": words, "limit": 10}).raise_for_status()
            return [item["title"] for item in answer.json()["items"]]

        for paper in papers[:100] + papers:
            titles, spent = meter.measure(partial(search, " ".join(paper["keywords"])))
            costs.append(spent)
            gains.append(_gain(titles, paper["title"][:500]))
    print(
        f"{len(papers):,} queries: nDCG@10 {statistics.fmean(gains[100:]):.4f}   (wanted >= 0.975)"
    )
    print_costs(costs[100:], "p99 < 25 ms at 100,000, three times that at 1,000,000")


def find_what_changed(address: str, settings: Settings) -> None:
    """How long after a change its answer is on its way the new words find it."""
    caller = call_as(address, settings, make_principal(Role.UNIVERSITY, UNIVERSITY))
    spent = []
    for turn in range(20):
        word = f"zfound{turn}x"
        item = {"title": f"改动 {word}", "organizations": [{"name": "某大学"}]}
        caller.put(f"{_PATH}/by-source/changed", json=item).raise_for_status()
        started = time.perf_counter()
        while not caller.get(_PATH, params={"q": word}).json()["items"]:
            time.sleep(0.001)
        spent.append((time.perf_counter() - started) * 1000)
    print(f"a change is found after  {max(spent):.0f} ms at most, its search included (wanted 1 s)")


def _gain(titles: list[str], wanted: str) -> float:
    return 1 / math.log2(titles.index(wanted) + 2) if wanted in titles else 0.0


if __name__ == "__main__":
    sys.exit(main())

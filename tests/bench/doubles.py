"""Doubles among real titles: how well they are told, and how fast beside the bare SQL.

    make bench-doubles                    # 10,000 titles, one in five written a second time
    ROWS=2000 make bench-doubles

Every fifth real title is entered again by another organisation with a slip, a mark, an addition.
Titles belong to teams of some twenty, so that shared people alone prove nothing. Half of the titles
chooses the threshold (`tune`), the other half is reported (`held out`). The bare SQL joins the same
titles, normalised, indexed by trigrams and joined in SQL, and writes the pairs it finds.
"""

import os
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path

from sqlalchemy import text

from kit.auth import Principal, Role
from kit.db import Database, WriteSession
from kit.embedded import EmbeddedPostgres
from kit.settings import Settings
from migrations.run import create_databases, upgrade
from services.achievements.main import HOUSE
from services.achievements.rules.doubles import NEAR
from services.achievements.rules.kinds import Kind
from services.achievements.store.doubles import SAME_LETTERS
from services.achievements.usecases.doubles import scan
from services.achievements.usecases.records import register_batch
from tests.bench.processor import Meter
from tests.bench.search_texts import FILES, read_texts
from tests.db.achievements.test_doubles import perturb

ROWS = int(os.environ.get("ROWS", "10000"))
OWNERS = (("123700004955000143", Role.UNIVERSITY), ("91370102MA3D000125", Role.ENTERPRISE))
THRESHOLDS = (0.40, 0.45, 0.50, 0.52, 0.55, 0.60)
_PREPARE = (
    """
    CREATE TEMP TABLE bare_titles AS
    SELECT id, regexp_replace(lower(normalize(title, NFKC)), '[^[:alnum:]]', '', 'g') AS title,
        ARRAY(SELECT one ->> 'name' FROM jsonb_array_elements(contributors) one) AS people
    FROM achievements
    """,
    "CREATE INDEX bare_titles_title ON bare_titles USING gin (title gin_trgm_ops)",
    "ANALYZE bare_titles",
)
_BARE = """
    CREATE TEMP TABLE bare AS
    SELECT least(mine.id, other.id) AS a, greatest(mine.id, other.id) AS b,
        max(similarity(mine.title, other.title)) AS near
    FROM bare_titles mine
    CROSS JOIN LATERAL (
        SELECT * FROM bare_titles near WHERE near.title % mine.title OFFSET 0
    ) other
    WHERE other.id <> mine.id AND mine.people && other.people
    GROUP BY 1, 2
"""
_OURS = f"""
    SELECT one.achievement_id, two.achievement_id,
        CASE WHEN {SAME_LETTERS.format(one="one.title", other="two.title")} THEN 1
        ELSE similarity(one.title, two.title) END
    FROM achievement_titles one JOIN achievement_titles two
        ON one.people && two.people AND one.achievement_id < two.achievement_id
"""


def main() -> None:
    """Fill, scan, compare, print."""
    with tempfile.TemporaryDirectory(prefix="liurong-bench-") as folder:
        home = Path(folder)
        postgres = EmbeddedPostgres(home / "postgres", fast_and_unsafe=False)
        with postgres as url:
            settings = Settings(database_url=f"{url.rsplit('/', 1)[0]}/bench", data_dir=home)
            create_databases(settings.database_url or "")
            upgrade("achievements", settings.database_url or "")
            database = Database(settings.database_of("achievements"), info={"house": HOUSE})
            truth = fill(database)
            measure(database, truth, Meter(postgres.pid))
            database.close()


def fill(database: Database) -> dict[frozenset[str], int]:
    """Titles and their second writings; the pairs that are one, each with the title's number."""
    dice = random.Random(5)
    titles = list(dict.fromkeys(list_titles()))[:ROWS]
    again = {number: perturb(dice, title) for number, title in enumerate(titles) if number % 5 == 0}
    first = send(database, 0, list(enumerate(titles)))
    second = send(database, 1, list(again.items()))
    return {frozenset((first[number], second[number])): number for number in again}


def list_titles() -> Iterator[str]:
    """Real titles of some length; a few letters alone name nothing."""
    texts = (title for name in FILES for title, _ in read_texts(name))
    return islice((title for title in texts if len(title) >= 6), ROWS * 2)


def send(database: Database, owner: int, titles: Sequence[tuple[int, str]]) -> dict[int, str]:
    """Register titles by their numbers; the ids they got."""
    uscc, role = OWNERS[owner]
    caller = Principal("bench", role, uscc, "某单位", role.value)
    ids: dict[int, str] = {}
    for start in range(0, len(titles), 1000):
        piece = titles[start : start + 1000]
        items: list[object] = [
            {
                "source_id": f"{owner}-{number}",
                "title": title,
                "organizations": [{"name": "某单位", "uscc": uscc}],
                "contributors": [{"name": f"甲{number // 20}"}, {"name": f"乙{number // 20}"}],
            }
            for number, title in piece
        ]
        with database.write() as session:
            done = register_batch(session, caller, Kind.ACHIEVEMENTS, items)
        ids |= {number: str(one.id) for (number, _), one in zip(piece, done, strict=True)}
    return ids


def measure(database: Database, truth: dict[frozenset[str], int], meter: Meter) -> None:
    """The scan as it runs, then the bare SQL over the same titles."""
    with database.write() as session:
        session.execute(text("ANALYZE"))
        done, ours = meter.measure(partial(scan, session))
    with database.write() as session:
        session.execute(text("SET LOCAL enable_seqscan = off"))
        session.execute(text(f"SET LOCAL pg_trgm.similarity_threshold = {NEAR}"))
        _, bare = meter.measure(partial(join_bare, session))
        found = {frozenset((a, b)): near for a, b, near in session.execute(text(_OURS))}
        number = {id_: int(n.split("-")[1]) for id_, n in session.execute(
            text("SELECT id, source_id FROM achievements")
        )}  # fmt: skip
        queued = {frozenset((a, b)) for a, b in session.execute(
            text("SELECT first_id, second_id FROM duplicate_candidates")
        )}  # fmt: skip
    print(f"{done['compared']:,} titles, {len(truth):,} written twice; found {done['found']:,}")
    compare("on the clock", ours.whole, bare.whole)
    compare("of the processors", *(one.caller + one.database for one in (ours, bare)))
    for half, name in ((0, "tune"), (1, "held out")):
        for threshold in THRESHOLDS:
            pairs = {pair for pair, near in found.items() if near >= threshold}
            report(name, f"{threshold:.2f}", pairs, truth, number, half)
    report("held out", "queue", queued, truth, number, 1)


def join_bare(session: WriteSession) -> None:
    """The same work in nothing but SQL."""
    for statement in (*_PREPARE, _BARE):
        session.execute(text(statement))


def compare(what: str, ours: float, bare: float) -> None:
    """Both in seconds, and how fast the scan is beside the bare SQL."""
    ratio = f"scan's speed / bare {bare / ours:.2f}"
    print(f"scan {ours / 1000:.2f} s   bare SQL {bare / 1000:.2f} s {what}   {ratio}   (>= 0.5)")


def report(
    name: str,
    what: str,
    pairs: set[frozenset[str]],
    truth: dict[frozenset[str], int],
    number: dict[str, int],
    half: int,
) -> None:
    """Precision and recall among the titles of one half."""
    own = {pair for pair in pairs if min(number[one] for one in pair) // 20 % 2 == half}
    real = {pair for pair, title in truth.items() if title // 20 % 2 == half}
    right = len(own & real)
    print(
        f"{name:9} {what:6} precision {right / max(len(own), 1):.4f}"
        f"   recall {right / len(real):.4f}   of {len(real)}"
    )


if __name__ == "__main__":
    sys.exit(main())

"""How fast is one import of many achievements, against a plain COPY of the same ready rows.

    make bench-import                     # 100,000 rows
    ROWS=10000 make bench-import          # fewer, on a busy machine

Each import runs in a process of its own on a fresh database with the settings of production, from
the uploaded file to the last commit, search included. The reference dumps what the import wrote and
COPYs it into the same empty tables with the same indexes (search included), in one transaction and
with fsync, as the import does. Memory is the peak of the importing process and its helper together
(proportional set size, so that what they share counts once) over what the process held before.
"""

import io
import json
import multiprocessing
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import psycopg

from kit.auth import Principal, Role
from kit.db import Database
from kit.directory import Directory
from kit.embedded import EmbeddedPostgres
from kit.jobs import Work
from kit.settings import Settings, database_url_of
from migrations.run import create_databases, upgrade
from tests.bench.texts import UNIVERSITY, list_achievements

ROWS = int(os.environ.get("ROWS", "100000"))
XLSX = os.environ.get("XLSX", "1") == "1"
TABLES = (
    "achievements", "history", "duplicate_keys", "search_segments", "search_names", "events"
)  # fmt: skip
HEADERS = ("编号", "成果名称", "成果简介", "关键词", "技术成熟度", "完成单位", "统一社会信用代码",
           "主要完成人", "专利号", "完成日期")  # fmt: skip


@dataclass(frozen=True)
class Run:
    """One import: seconds, counts, megabytes over idle at the peak, processor seconds."""

    seconds: float
    counts: dict[str, int]
    megabytes: float
    cpu: float


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="liurong-bench-") as folder:
        home = Path(folder)
        lines = home / "rows.ndjson"
        write_lines(lines, list_achievements(ROWS))
        bad = home / "bad.ndjson"
        spoil_lines(lines, bad)
        server = EmbeddedPostgres(home / "postgres", fast_and_unsafe=False)
        with server as url:
            base = url.rsplit("/", 1)[0]
            first = run_import(base, "first", lines)
            again = run_import(base, "first", lines)
            copied = copy_rows(base, "first", "copied", home)
            spoiled = run_import(base, "spoiled", bad)
            report("NDJSON, first", first)
            print(f"{'plain COPY of the same rows':32} {ROWS / copied:9,.0f} rows/s")
            report("NDJSON, unchanged", again)
            report("NDJSON, 10 % bad", spoiled)
            if XLSX:
                book = home / "rows.xlsx"
                write_workbook(book, list_achievements(ROWS))
                sheet = run_import(base, "sheet", book)
                report("xlsx, first", sheet)
                print(f"xlsx / COPY            {copied / sheet.seconds:6.2f}   (wanted >= 0.33)")
            print(f"NDJSON / COPY          {copied / first.seconds:6.2f}   (wanted >= 0.50)")
            print(f"unchanged / first      {first.seconds / again.seconds:6.2f}   (wanted >= 3)")
            print(
                f"10 % bad / clean       {spoiled.seconds / first.seconds:6.2f}   (wanted <= 1.3)"
            )


def report(name: str, run: Run) -> None:
    """One line of the table."""
    counts = " ".join(f"{word}={count}" for word, count in run.counts.items() if count)
    rate = ROWS / run.seconds
    print(
        f"{name:32} {rate:9,.0f} rows/s   +{run.megabytes:.0f} MB   {run.cpu:.1f} s cpu   {counts}"
    )


def write_lines(path: Path, items: Iterable[dict[str, object]]) -> None:
    """The items as NDJSON."""
    with path.open("w") as stream:
        for item in items:
            stream.write(json.dumps(item, ensure_ascii=False) + "\n")


def spoil_lines(path: Path, to: Path) -> None:
    """The same with every tenth row wrong, in one of three ways."""
    wrong: list[dict[str, object]] = [{"trl": 12}, {"title": ""}, {"completed_on": "2024-13-01"}]
    with path.open() as lines, to.open("w") as stream:
        for number, line in enumerate(lines):
            item = json.loads(line)
            if number % 10 == 0:
                item |= wrong[number // 10 % 3]
            stream.write(json.dumps(item, ensure_ascii=False) + "\n")


def write_workbook(path: Path, items: Iterable[dict[str, object]]) -> None:
    """The items as people send them."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("成果")
    sheet.append(HEADERS)
    for item in items:
        sheet.append(_cells(item))
    book.save(path)


def _cells(item: dict[str, object]) -> list[object]:
    people, rights, words = (
        item["contributors"], item["intellectual_property"], item["keywords"],
    )  # fmt: skip
    assert isinstance(people, list)
    assert isinstance(rights, list)
    assert isinstance(words, list)
    return [
        item["source_id"], item["title"], item["abstract"], "；".join(words), item["trl"],
        "山东某大学", UNIVERSITY, "、".join(person["name"] for person in people),
        rights[0]["number"], item["completed_on"],
    ]  # fmt: skip


def run_import(base: str, name: str, path: Path) -> Run:
    """Import a file in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return Run(*pool.apply(_import_here, (f"{base}/{name}", str(path))))


def _import_here(url: str, path: str) -> tuple[float, dict[str, int], float, float]:
    # Only the importing process loads the registry, so that idle is what a worker holds.
    from services.achievements.main import HOUSE
    from services.achievements.rules.kinds import ImportKind
    from services.achievements.rules.words import cut_words
    from services.achievements.usecases import import_runs, imports

    create_databases(url)
    upgrade("achievements", url)
    with tempfile.TemporaryDirectory() as data:
        settings = Settings(database_url=url, data_dir=Path(data))
        database = Database(settings.database_of("achievements"), info={"house": HOUSE})
        work = Work(database, Directory(settings), settings)
        caller = Principal("bench", Role.UNIVERSITY, UNIVERSITY, "山东某大学", "university")
        cut_words("词典先装好")
        scale = Scale()
        started, cpu = time.perf_counter(), _processor_seconds()
        with database.write() as session, Path(path).open("rb") as file:
            row = imports.start_import(
                session, caller, file, Path(path).name, imports.Wanted(ImportKind.ACHIEVEMENTS)
            )
        import_runs.run_import(work, import_id=row["id"])
        seconds, cpu = time.perf_counter() - started, _processor_seconds() - cpu
        with database.read() as session:
            done = imports.read_import(session, caller, row["id"])
        database.close()
    assert done["state"] == "completed", dict(done)
    names = ("created", "updated", "unchanged", "failed", "duplicates")
    return seconds, {word: done[word] for word in names}, scale.read(), cpu


def _processor_seconds() -> float:
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


class Scale:
    """Weighs this process and its children several times a second."""

    def __init__(self) -> None:
        self._idle = self._most = _weigh_family()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def read(self) -> float:
        """Megabytes at the peak over those at the beginning."""
        self._stop.set()
        self._thread.join()
        return self._most - self._idle

    def _watch(self) -> None:
        while not self._stop.wait(0.2):
            self._most = max(self._most, _weigh_family())


def _weigh_family() -> float:
    own = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return sum(_weigh(process) for process in ["self", *own])


def _weigh(process: str) -> float:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def copy_rows(base: str, source: str, target: str, home: Path) -> float:
    """Seconds that COPY takes for what an import wrote, into the same tables elsewhere."""
    create_databases(f"{base}/{target}")
    upgrade("achievements", f"{base}/{target}")
    with psycopg.connect(_plain(f"{base}/{source}")) as connection:
        for table in TABLES:
            with (
                (home / table).open("wb") as stream,
                connection.cursor() as cursor,
                cursor.copy(f"COPY {table} TO STDOUT") as copy,
            ):
                for piece in copy:
                    stream.write(piece)
    with psycopg.connect(_plain(f"{base}/{target}")) as connection:
        started = time.perf_counter()
        for table in TABLES:
            with (
                (home / table).open("rb") as stream,
                connection.cursor() as cursor,
                cursor.copy(f"COPY {table} FROM STDIN") as copy,
            ):
                while piece := stream.read(io.DEFAULT_BUFFER_SIZE * 32):
                    copy.write(piece)
        connection.commit()
        return time.perf_counter() - started


def _plain(url: str) -> str:
    return database_url_of(url, "achievements").replace("+psycopg", "")


if __name__ == "__main__":
    sys.exit(main())

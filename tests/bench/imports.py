"""How fast is one import of many achievements, against a plain COPY of the same ready rows.

    make bench-import                     # 100,000 generated rows, then as many with the real texts
    ROWS=10000 make bench-import          # fewer, on a busy machine
    ONLY=real make bench-import           # or ONLY=generated

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
from dataclasses import dataclass, replace
from pathlib import Path

import openpyxl
import psycopg
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from kit.auth import Principal, Role
from kit.db import Database
from kit.directory import Directory
from kit.embedded import EmbeddedPostgres
from kit.jobs import Work
from kit.settings import Settings, database_url_of
from migrations.run import create_databases, upgrade
from tests.bench.texts import FOLDER, REAL_TEXTS, UNIVERSITY, list_achievements

ROWS = int(os.environ.get("ROWS", "100000"))
ONLY = os.environ.get("ONLY")
XLSX = os.environ.get("XLSX", "1") == "1"
TABLES = (
    "achievements", "history", "duplicate_keys", "search_segments", "search_names", "events"
)  # fmt: skip
HEADERS = ("编号", "成果名称", "成果简介", "关键词", "技术成熟度", "完成单位", "统一社会信用代码",
           "主要完成人", "专利号", "完成日期")  # fmt: skip


@dataclass(frozen=True)
class Effort:
    """Seconds on the clock, and of processors: in the job, in its helper, in the database."""

    seconds: float
    job: float
    helper: float
    database: float

    @property
    def bound(self) -> float:
        """Seconds that two free processors would take at least."""
        return max(self.helper, self.job + self.database)


@dataclass(frozen=True)
class Run:
    """One import: its effort, counts, megabytes over idle at the peak."""

    effort: Effort
    counts: dict[str, int]
    megabytes: float


def main() -> None:
    """Measure and print: generated rows, and where they are at hand those with real texts."""
    texts = {"generated": False} | ({"real": True} if (FOLDER / REAL_TEXTS).exists() else {})
    for name, real in texts.items():
        if ONLY in (name, None):
            with tempfile.TemporaryDirectory(prefix="liurong-bench-") as folder:
                measure(Path(folder), name, real=real)


def measure(home: Path, name: str, *, real: bool) -> None:
    """All imports of some rows, and the COPY of what the first of them wrote."""
    lines, bad = home / "rows.ndjson", home / "bad.ndjson"
    write_lines(lines, list_achievements(ROWS, real=real))
    spoil_lines(lines, bad)
    server = EmbeddedPostgres(home / "postgres", fast_and_unsafe=False)
    with server as url:
        base = Base(url.rsplit("/", 1)[0], server.pid or 0)
        print(f"{ROWS:,} rows, {name}, {lines.stat().st_size / 1e6:.0f} MB; microseconds of a row:")
        first = run_import(base, "first", lines)
        report("NDJSON, first", first)
        copied = copy_rows(base, "first", "copied", home)
        report_effort("plain COPY of the same rows", copied)
        again = run_import(base, "first", lines)
        report("NDJSON, unchanged", again)
        spoiled = run_import(base, "spoiled", bad)
        report("NDJSON, 10 % bad", spoiled)
        compare("NDJSON / COPY", copied, first.effort, ">= 0.50")
        if XLSX:
            book = home / "rows.xlsx"
            write_workbook(book, list_achievements(ROWS, real=real))
            sheet = run_import(base, "sheet", book)
            report("xlsx, first", sheet)
            compare("xlsx / COPY", copied, sheet.effort, ">= 0.33")
        compare("unchanged / first", first.effort, again.effort, ">= 3")
        compare("10 % bad / clean", spoiled.effort, first.effort, "<= 1.3")


def report(name: str, run: Run) -> None:
    """One line of the table."""
    counts = " ".join(f"{word}={count}" for word, count in run.counts.items() if count)
    report_effort(name, run.effort, f"+{run.megabytes:.0f} MB   {counts}")


def report_effort(name: str, effort: Effort, more: str = "") -> None:
    """Rows a second, and the processor time of a row."""
    shares = (effort.job, effort.helper, effort.database)
    job, helper, database = (share / ROWS * 1e6 for share in shares)
    print(
        f"{name:28} {ROWS / effort.seconds:8,.0f} rows/s   job {job:4.0f}  helper {helper:4.0f}"
        f"  database {database:4.0f}   {more}",
        flush=True,
    )


def compare(name: str, one: Effort, other: Effort, wanted: str) -> None:
    """How many times as long one took as the other, on the clock and by processor time."""
    print(
        f"{name:28} {one.seconds / other.seconds:6.2f}   (wanted {wanted})"
        f"   by processor time {one.bound / other.bound:6.2f}",
        flush=True,
    )


@dataclass(frozen=True)
class Base:
    """A server: where its databases are, and its first process."""

    url: str
    pid: int


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
        sheet.append([_writable(value) for value in _cells(item)])
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


def _writable(value: object) -> object:
    """A cell without the control characters that a few real texts hold."""
    return ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value


def run_import(base: Base, name: str, path: Path) -> Run:
    """Import a file in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_import_here, (f"{base.url}/{name}", base.pid, path))


def _import_here(url: str, server: int, path: Path) -> Run:
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
        scale, watch = Scale(), Watch(server)
        with database.write() as session, path.open("rb") as file:
            row = imports.start_import(
                session, caller, file, path.name, imports.Wanted(ImportKind.ACHIEVEMENTS)
            )
        import_runs.run_import(work, import_id=row["id"])
        effort, megabytes = watch.read(), scale.read()
        effort = replace(effort, job=effort.job - scale.own_seconds)
        with database.read() as session:
            done = imports.read_import(session, caller, row["id"])
        database.close()
    assert done["state"] == "completed", dict(done)
    names = ("created", "updated", "unchanged", "failed", "duplicates")
    return Run(effort, {word: done[word] for word in names}, megabytes)


class Watch:
    """Tells what was done since it was made, by this process, its children and a server."""

    def __init__(self, server: int) -> None:
        self._server = server
        self._began = self._look()

    def read(self) -> Effort:
        """The effort since the beginning."""
        return Effort(*(now - then for now, then in zip(self._look(), self._began, strict=True)))

    def _look(self) -> tuple[float, float, float, float]:
        used = os.times()
        return (
            time.perf_counter(),
            used.user + used.system,
            used.children_user + used.children_system,
            _seconds_of_family(self._server),
        )


def _seconds_of_family(pid: int) -> float:
    """Processor time of a process and all that it started, ended ones included."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    own = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return own + sum(_seconds_of_family(int(child)) for child in children)


class Scale:
    """Weighs this process and its children twice a second: each time costs some milliseconds."""

    def __init__(self) -> None:
        self._idle = self._most = _weigh_family()
        self.own_seconds = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def read(self) -> float:
        """Megabytes at the peak over those at the beginning; ends the weighing."""
        self._stop.set()
        self._thread.join()
        return self._most - self._idle

    def _watch(self) -> None:
        while not self._stop.wait(0.5):
            self._most = max(self._most, _weigh_family())
        # Weighing is no part of the job.
        self.own_seconds = time.thread_time()


def _weigh_family() -> float:
    own = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return sum(_weigh(process) for process in ["self", *own])


def _weigh(process: str) -> float:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def copy_rows(base: Base, source: str, target: str, home: Path) -> Effort:
    """What COPY takes for what an import wrote, into the same tables elsewhere."""
    create_databases(f"{base.url}/{target}")
    upgrade("achievements", f"{base.url}/{target}")
    with psycopg.connect(_plain(f"{base.url}/{source}")) as connection:
        for table in TABLES:
            with (
                (home / table).open("wb") as stream,
                connection.cursor() as cursor,
                cursor.copy(f"COPY {table} TO STDOUT") as copy,
            ):
                for piece in copy:
                    stream.write(piece)
    with psycopg.connect(_plain(f"{base.url}/{target}")) as connection:
        watch = Watch(base.pid)
        for table in TABLES:
            with (
                (home / table).open("rb") as stream,
                connection.cursor() as cursor,
                cursor.copy(f"COPY {table} FROM STDIN") as copy,
            ):
                while piece := stream.read(io.DEFAULT_BUFFER_SIZE * 32):
                    copy.write(piece)
        connection.commit()
        return watch.read()


def _plain(url: str) -> str:
    return database_url_of(url, "achievements").replace("+psycopg", "")


if __name__ == "__main__":
    sys.exit(main())

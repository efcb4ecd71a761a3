"""Imports: take a file, work it off in pieces that survive a kill, say what did not go in."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import RowMapping
from sqlalchemy.exc import InterfaceError, OperationalError

from kit.auth import Principal, Role
from kit.clock import now, today
from kit.db import Database, ReadSession, WriteSession, new_id
from kit.errors import DomainError, RuleBroken, TooLarge, Unavailable
from kit.jobs import Work
from kit.logs import log
from kit.pages import decode_cursor, encode_cursor
from kit.problems import describe_problem
from kit.text import Language, Text
from services.achievements.rules.kinds import ImportKind
from services.achievements.rules.rows import RowOutcome, RowResult, judge_rows
from services.achievements.rules.uploads import (
    ENDED,
    FileFormat,
    ImportMode,
    ImportState,
    choose_format,
)
from services.achievements.schemas.problems import PROBLEMS
from services.achievements.store.files import check_packing
from services.achievements.store.imports import (
    PART_BYTES,
    add_import,
    add_part,
    add_rows,
    change_import,
    clear_rows,
    get_import,
    list_imports,
    list_parts,
    list_rows,
    lock_import,
    take_over,
)
from services.achievements.store.mappings import list_corrections
from services.achievements.usecases.board import board
from services.achievements.usecases.callers import viewer_of
from services.achievements.usecases.import_rows import FileRow, read_file
from services.achievements.usecases.records import keep_rows
from services.achievements.usecases.search import COUNT_WORDS
from services.achievements.usecases.withdrawals import withdraw_missing

RUN = "import.run"
CHUNK = 4000
MAX_FILE_BYTES = 500_000_000
_BROKEN = Text(
    "处理该文件时出现平台内部错误，已记录；已导入的行保留",
    "the platform failed on this file, which is logged; rows that went in stay",
)
_COUNTED = {
    RowResult.CREATED: "created",
    RowResult.UPDATED: "updated",
    RowResult.UNCHANGED: "unchanged",
    RowResult.FAILED: "failed",
    RowResult.DUPLICATE: "duplicates",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be done with a file."""

    kind: ImportKind
    mode: ImportMode = ImportMode.PARTIAL
    dry_run: bool = False
    most_withdrawals: int | None = None


def start_import(
    session: WriteSession,
    principal: Principal,
    file: BinaryIO,
    filename: str,
    wanted: Wanted,
) -> RowMapping:
    """Keep an uploaded file and put the work on the board.

    What can be refused by a look from outside (format, packing) is refused at once.
    """
    import_id = new_id()
    file_format = choose_format(filename, file.read(4096))
    file.seek(0)
    size = _keep_file(session, import_id, file, file_format)
    counts = dict.fromkeys(("rows_read", *_COUNTED.values()), 0)
    values: dict[str, object] = {
        "id": import_id,
        "owner_uscc": principal.uscc,
        "actor": asdict(principal),
        "kind": wanted.kind.value,
        "mode": wanted.mode.value,
        "most_withdrawals": wanted.most_withdrawals,
        "format": file_format.value,
        "filename": Path(filename).name[:200],
        "file_bytes": size,
        "dry_run": wanted.dry_run,
        "state": ImportState.QUEUED.value,
        "columns": [],
    }
    add_import(session, {**values, **counts})
    board.defer(session, RUN, import_id=import_id)
    return get_import(session, import_id, viewer_of(principal))


def _keep_file(
    session: WriteSession, import_id: str, file: BinaryIO, file_format: FileFormat
) -> int:
    size = 0
    with tempfile.NamedTemporaryFile(suffix=f".{file_format}") as copy:
        for part, content in enumerate(iter(lambda: file.read(PART_BYTES), b"")):
            copy.write(content)
            add_part(session, import_id, part, content)
            size += len(content)
            if size > MAX_FILE_BYTES:
                raise _too_large()
        copy.flush()
        if file_format is FileFormat.XLSX:
            check_packing(Path(copy.name))
    return size


def _too_large() -> TooLarge:
    return TooLarge(
        "file_too_large",
        Text(
            f"文件超过 {MAX_FILE_BYTES // 1_000_000} MB，请拆分后上传",
            f"the file is larger than {MAX_FILE_BYTES // 1_000_000} MB; split it",
        ),
    )


@board.task(RUN, give_up_after=20)
def run_import(work: Work, *, import_id: str) -> None:
    """Work an import off, from where it stands; every piece commits with its progress."""
    with work.database.write() as session:
        job = lock_import(session, import_id)
        if job["state"] in ENDED:
            return
        running = {"state": ImportState.RUNNING.value, "started_at": job["started_at"] or now()}
        change_import(session, import_id, running)
    with tempfile.TemporaryDirectory(prefix="liurong-import-") as folder:
        path = Path(folder) / f"upload.{job['format']}"
        with work.database.read() as session, path.open("wb") as copy:
            shutil.copyfileobj(_Parts(list_parts(session, import_id)), copy, PART_BYTES)
        try:
            _work_off(work.database, job, path)
        except DomainError as error:
            _fail_import(work.database, job, error)
        except (OperationalError, InterfaceError):
            # The database was away or the connection was cut: the job is tried again and goes on.
            raise
        except Exception as error:  # noqa: BLE001 whatever it is, the import must not hang
            log.error("import failed", import_id=import_id, exc_info=error)
            _fail_import(work.database, job, Unavailable("internal_error", _BROKEN))


class _Parts:
    """Parts of a file, readable as one."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts = parts

    def read(self, _size: int = -1, /) -> bytes:
        return next(self._parts, b"")


def _work_off(database: Database, job: RowMapping, path: Path) -> None:
    kind = ImportKind(job["kind"])
    with database.read() as session:
        corrections = list_corrections(session, job["owner_uscc"], kind)
    file = read_file(kind, FileFormat(job["format"]), path, corrections)
    columns = [] if file.heading is None else [asdict(column) for column in file.heading.columns]
    with database.write() as session:
        change_import(session, job["id"], {"rows_total": file.total, "columns": columns})
    if job["mode"] == ImportMode.ATOMIC.value:
        _keep_all_or_none(database, job, file.rows)
        return
    seen, named = set[int](), set[int]()
    rows = file.rows
    if job["mode"] == ImportMode.SNAPSHOT.value:
        rows = _note_names(rows, named)
    place = job["rows_read"]
    # Rows that went in before a kill are judged again only to know their source_ids.
    for _ in judge_rows((row.row for row in islice(rows, place)), today(), seen):
        pass
    while chunk := list(islice(rows, CHUNK)):
        place += len(chunk)
        if not _take_chunk(database, job, chunk, seen, place):
            return
    with database.write() as session:
        withdrawn = 0
        if job["mode"] == ImportMode.SNAPSHOT.value:
            trial = session.begin_nested()
            withdrawn = withdraw_missing(session, _principal_of(job), job, named)
            if job["dry_run"]:
                trial.rollback()
        _complete(session, job, {"rows_total": place, "withdrawn": withdrawn})


def _complete(session: WriteSession, job: RowMapping, values: Mapping[str, object]) -> None:
    finished = {"state": ImportState.COMPLETED.value, "finished_at": now()}
    change_import(session, job["id"], {**finished, **values})
    board.defer(session, COUNT_WORDS)


def _note_names(rows: Iterator[FileRow], named: set[int]) -> Iterator[FileRow]:
    for row in rows:
        if row.row.source_id is not None:
            named.add(hash(row.row.source_id))
        yield row


def _keep_all_or_none(database: Database, job: RowMapping, rows: Iterator[FileRow]) -> None:
    """One transaction for all rows; a second one tells how far it is. After a kill: anew."""
    with database.write() as keeping:
        take_over(keeping, job["id"])
        with database.write() as telling:
            if lock_import(telling, job["id"])["state"] in ENDED:
                return
            clear_rows(telling, job["id"])
        progress: Mapping[str, int] = dict.fromkeys(_COUNTED.values(), 0)
        seen, place = set[int](), 0
        while chunk := list(islice(rows, CHUNK)):
            place += len(chunk)
            outcomes = _keep_chunk(keeping, job, chunk, seen)
            progress = _progress(progress, outcomes, place)
            with database.write() as telling:
                add_rows(telling, _left_out(job["id"], chunk, outcomes))
                change_import(telling, job["id"], progress)
        failed = progress["failed"]
        if failed or job["dry_run"]:
            keeping.rollback()
        if failed and not job["dry_run"]:
            none = dict.fromkeys(("created", "updated", "unchanged"), 0)
            change_import(keeping, job["id"], none)
            keeping.commit()
            raise _rows_refused(failed)
        _complete(keeping, job, {**progress, "rows_total": place})


def _rows_refused(failed: int) -> RuleBroken:
    return RuleBroken(
        "rows_refused",
        Text(
            f"有 {failed} 行未通过校验，按“全有或全无”方式，没有导入任何行",
            f"{failed} rows were refused; as it was to be all or none, none went in",
        ),
        failed=failed,
    )


def _keep_chunk(
    session: WriteSession, job: RowMapping, chunk: Sequence[FileRow], seen: set[int]
) -> list[RowOutcome]:
    return keep_rows(
        session,
        _principal_of(job),
        ImportKind(job["kind"]).kind,
        [row.row for row in chunk],
        seen=seen,
        import_id=job["id"],
    )


def _take_chunk(
    database: Database, job: RowMapping, chunk: Sequence[FileRow], seen: set[int], place: int
) -> bool:
    """Keep one piece with its progress; False where another worker has taken over."""
    with database.write() as session:
        current = lock_import(session, job["id"])
        if current["rows_read"] != place - len(chunk):
            return False
        trial = session.begin_nested()
        outcomes = _keep_chunk(session, job, chunk, seen)
        if job["dry_run"]:
            trial.rollback()
        else:
            trial.commit()
        add_rows(session, _left_out(job["id"], chunk, outcomes))
        change_import(session, job["id"], _progress(dict(current), outcomes, place))
    return True


def _progress(
    current: Mapping[str, int], outcomes: Sequence[RowOutcome], place: int
) -> Mapping[str, int]:
    counts = {name: current[name] for name in _COUNTED.values()}
    for outcome in outcomes:
        counts[_COUNTED[outcome.result]] += 1
    return {**counts, "rows_read": place}


def _left_out(
    import_id: str, chunk: Sequence[FileRow], outcomes: Sequence[RowOutcome]
) -> list[Mapping[str, object]]:
    return [
        {
            "import_id": import_id,
            "row": outcome.index,
            "source_id": outcome.source_id,
            "result": outcome.result.value,
            "faults": [
                {"pointer": f.pointer, "code": f.code, "zh": f.message.zh, "en": f.message.en}
                for f in outcome.faults
            ],
            "values": row.shown,
        }
        for row, outcome in zip(chunk, outcomes, strict=True)
        if outcome.result in (RowResult.FAILED, RowResult.DUPLICATE)
    ]


def _principal_of(job: RowMapping) -> Principal:
    actor = dict(job["actor"])
    return Principal(**{**actor, "role": Role(actor["role"])})


def _fail_import(database: Database, job: RowMapping, error: DomainError) -> None:
    address = f"/v1/imports/{job['id']}"
    problem = describe_problem(error, PROBLEMS, Language.ZH, instance=address, request_id="")
    with database.write() as session:
        failed = {"state": ImportState.FAILED.value, "finished_at": now(), "problem": problem}
        change_import(session, job["id"], failed)


def read_import(session: ReadSession, principal: Principal, import_id: str) -> RowMapping:
    """An import of the caller's organisation and how far it has got."""
    return get_import(session, import_id, viewer_of(principal))


def watch_import(database: Database, principal: Principal, import_id: str) -> RowMapping:
    """The same, outside a request's own session (for streams)."""
    with database.read() as session:
        return get_import(session, import_id, viewer_of(principal))


def find_imports(
    session: ReadSession, principal: Principal, *, kind: str | None, limit: int, cursor: str | None
) -> tuple[Sequence[RowMapping], str | None]:
    """One page of the caller's imports."""
    return list_imports(session, viewer_of(principal), kind=kind, limit=limit, cursor=cursor)


def find_import_rows(
    session: ReadSession,
    principal: Principal,
    import_id: str,
    result: RowResult,
    *,
    limit: int,
    cursor: str | None,
) -> tuple[Sequence[RowMapping], str | None]:
    """One page of the rows that did not go in."""
    get_import(session, import_id, viewer_of(principal))
    after = decode_cursor(cursor, 1)[0] if cursor is not None else 0
    start = after if isinstance(after, int) else 0
    rows = list_rows(session, import_id, result.value, limit=limit, after=start)
    more = len(rows) > limit
    return rows[:limit], encode_cursor(rows[limit - 1]["row"]) if more else None

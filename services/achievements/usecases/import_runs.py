"""The work of an import: piece by piece, each committed with its progress; or all or none."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from functools import partial
from pathlib import Path

from sqlalchemy import RowMapping
from sqlalchemy.exc import InterfaceError, OperationalError

from kit.auth import Principal, Role
from kit.clock import now, today
from kit.db import Database, WriteSession
from kit.errors import DomainError, RuleBroken, Unavailable
from kit.jobs import Work
from kit.logs import log
from kit.problems import describe_problem
from kit.text import Language, Text
from services.achievements.rules.kinds import JUDGED_BESIDE, ImportKind, Kind
from services.achievements.rules.new_records import Entry
from services.achievements.rules.rows import LeftOut, RowResult
from services.achievements.rules.seen import SeenIds
from services.achievements.rules.uploads import (
    ENDED,
    FileFormat,
    ImportMode,
    ImportState,
    TablePlace,
)
from services.achievements.schemas.problems import PROBLEMS
from services.achievements.store.imports import (
    COUNTERS,
    PART_BYTES,
    add_rows,
    change_import,
    clear_rows,
    list_parts,
    lock_import,
    take_over,
)
from services.achievements.store.mappings import list_corrections
from services.achievements.store.records import Kept, Overtaken
from services.achievements.usecases.board import board
from services.achievements.usecases.callers import actor_of, meet_organization
from services.achievements.usecases.import_changes import settle_changed
from services.achievements.usecases.import_helper import HelperGone
from services.achievements.usecases.import_organizations import keep_organizations
from services.achievements.usecases.import_pieces import (
    Piece,
    Reader,
    look_up,
    read_pieces,
    skip_rows,
    start_reader,
)
from services.achievements.usecases.import_reader import Changed, Source, calm_collector
from services.achievements.usecases.records import change_facts, keep_composed, keep_entered
from services.achievements.usecases.search import COUNT_WORDS
from services.achievements.usecases.withdrawals import withdraw_missing

RUN = "import.run"
_BROKEN = Text(
    "处理该文件时出现平台内部错误，已记录；已导入的行保留",
    "the platform failed on this file, which is logged; rows that went in stay",
)
Counts = Mapping[str, int]


@board.task(RUN, give_up_after=20, is_waited_for=True)
def run_import(work: Work, *, import_id: str) -> None:
    """Work an import off, from where it stands; every piece commits with its progress."""
    with work.database.write() as session:
        job = lock_import(session, import_id)
        if job["state"] in ENDED:
            return
        running = {"state": ImportState.RUNNING.value, "started_at": job["started_at"] or now()}
        change_import(session, import_id, running)
    with (
        closing(start_reader(job["file_bytes"])) as reader,
        tempfile.TemporaryDirectory(prefix="liurong-import-") as folder,
        calm_collector(),
    ):
        path = Path(folder) / f"upload.{job['format']}"
        with work.database.read() as session, path.open("wb") as copy:
            shutil.copyfileobj(_Parts(list_parts(session, import_id)), copy, PART_BYTES)
        try:
            _work_off(work.database, job, reader, path)
        except DomainError as error:
            _fail_import(work.database, job, error)
        except (OperationalError, InterfaceError, Overtaken, HelperGone):
            # The database or the helper was away, or another writer entered one of the rows in
            # this moment: the job is tried again and goes on.
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


def _work_off(database: Database, job: RowMapping, reader: Reader, path: Path) -> None:
    principal, kind = _principal_of(job), ImportKind(job["kind"])
    with database.read() as session:
        corrections = tuple(list_corrections(session, job["owner_uscc"], kind))
    entry = Entry(
        kind.kind, principal.uscc, actor_of(principal, import_id=job["id"]), now(), today()
    )
    form = FileFormat(job["format"])
    opened = reader.open(Source(kind, form, path, corrections, job["money_scale"], entry))
    with database.write() as session:
        table = {"rows_total": opened.total, "columns": opened.columns}
        change_import(session, job["id"], table | _note_place(opened.place))
    if job["mode"] == ImportMode.ATOMIC.value:
        _keep_all_or_none(database, job, entry, reader)
    else:
        _keep_piece_by_piece(database, job, entry, reader)


def _keep_piece_by_piece(database: Database, job: RowMapping, entry: Entry, reader: Reader) -> None:
    named, place = SeenIds(), job["rows_read"]
    is_snapshot = job["mode"] == ImportMode.SNAPSHOT.value
    for skipped in skip_rows(reader, place):
        if is_snapshot:
            named.add(skipped.source_ids)
    for piece in read_pieces(reader, partial(look_up, database, entry.kind, entry.owner_uscc)):
        if is_snapshot:
            named.add(piece.looked.source_ids)
        place += piece.looked.rows
        if not _take_piece(database, job, entry, piece, place):
            return
    with database.write() as session:
        withdrawn = 0
        if is_snapshot:
            trial = session.begin_nested()
            withdrawn = withdraw_missing(session, _principal_of(job), job, named)
            if job["dry_run"]:
                trial.rollback()
        _complete(session, job, {"rows_total": place, "withdrawn": withdrawn})


def _take_piece(
    database: Database, job: RowMapping, entry: Entry, piece: Piece, place: int
) -> bool:
    """Keep one piece with its progress; False where another worker has taken over."""
    with database.write() as session:
        current = lock_import(session, job["id"])
        if current["rows_read"] != place - piece.looked.rows:
            return False
        trial = session.begin_nested()
        counts, left_out = _keep_piece(session, job, entry, piece)
        if job["dry_run"]:
            trial.rollback()
        else:
            trial.commit()
        add_rows(session, job["id"], left_out)
        progress = _add_up(dict(current), counts, place)
        change_import(session, job["id"], progress | _note_place(piece.looked.place))
    return True


def _note_place(place: TablePlace | None) -> dict[str, object]:
    """Where the table stands; a row that was read since may be wider than those before."""
    return {"stands": None if place is None else asdict(place)}


def _keep_piece(
    session: WriteSession, job: RowMapping, entry: Entry, piece: Piece
) -> tuple[Counts, list[LeftOut]]:
    """Keep what is new and what changed; what became of the rows, and those left out."""
    meet_organization(session, _principal_of(job))
    prepared = piece.prepared
    if prepared.new is not None:
        keep_composed(session, prepared.new, entry)
    done, unsound = _keep_changed(session, job, entry, prepared.changed)
    refused = [*prepared.failed, *unsound]
    new = 0 if prepared.new is None else len(prepared.new.documents)
    counts = {
        "created": new + done[RowResult.CREATED],
        "updated": done[RowResult.UPDATED],
        "failed": len(refused),
        "duplicates": len(prepared.repeated),
    }
    counts["unchanged"] = piece.looked.rows - sum(counts.values())
    return counts, [*refused, *prepared.repeated]


def _keep_sound(session: WriteSession, entry: Entry, rows: Sequence[Changed]) -> Mapping[str, Kept]:
    facts = [row.facts for row in rows]
    if entry.kind in JUDGED_BESIDE:
        return keep_entered(session, entry, facts, many=True)
    return change_facts(session, entry, facts, {row.facts.source_id: row.line_mark for row in rows})


def _keep_changed(
    session: WriteSession, job: RowMapping, entry: Entry, rows: Sequence[Changed]
) -> tuple[Counter[RowResult], list[LeftOut]]:
    """Keep what differs from what is there; how many came to what, and those left out."""
    if not rows:
        return Counter(), []
    if entry.kind is Kind.ORGANIZATIONS:
        return keep_organizations(session, _principal_of(job), entry, rows)
    sound, refused = settle_changed(session, entry, rows)
    kept = _keep_sound(session, entry, sound)
    return Counter(done.result for done in kept.values()), refused


def _add_up(current: Counts, counts: Counts, place: int) -> dict[str, int]:
    return {name: current[name] + counts[name] for name in COUNTERS} | {"rows_read": place}


def _complete(session: WriteSession, job: RowMapping, values: Mapping[str, object]) -> None:
    finished = {"state": ImportState.COMPLETED.value, "finished_at": now()}
    change_import(session, job["id"], {**finished, **values})
    board.defer(session, COUNT_WORDS)


def _keep_all_or_none(database: Database, job: RowMapping, entry: Entry, reader: Reader) -> None:
    """One transaction for all rows; a second one tells how far it is. After a kill: anew."""
    with database.write() as keeping:
        take_over(keeping, job["id"])
        with database.write() as telling:
            if lock_import(telling, job["id"])["state"] in ENDED:
                return
            clear_rows(telling, job["id"])
        progress, place = dict.fromkeys(COUNTERS, 0), 0
        ask = partial(look_up, database, entry.kind, entry.owner_uscc)
        for piece in read_pieces(reader, ask):
            place += piece.looked.rows
            counts, left_out = _keep_piece(keeping, job, entry, piece)
            progress = _add_up(progress, counts, place)
            with database.write() as telling:
                add_rows(telling, job["id"], left_out)
                change_import(telling, job["id"], progress | _note_place(piece.looked.place))
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


def _principal_of(job: RowMapping) -> Principal:
    actor = dict(job["actor"])
    return Principal(**{**actor, "role": Role(actor["role"])})


def _fail_import(database: Database, job: RowMapping, error: DomainError) -> None:
    address = f"/v1/imports/{job['id']}"
    problem = describe_problem(error, PROBLEMS, Language.ZH, instance=address, request_id="")
    with database.write() as session:
        failed = {"state": ImportState.FAILED.value, "finished_at": now(), "problem": problem}
        change_import(session, job["id"], failed)

"""Imports: take a file, work it off in pieces that survive a kill, say what did not go in."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import RowMapping

from kit.auth import Principal, Role
from kit.db import Database, ReadSession, WriteSession, new_id
from kit.errors import Forbidden, RuleBroken, invalid
from kit.pages import encode_cursor, read_place
from kit.text import Text
from services.achievements.rules.headers import Column, correct_units
from services.achievements.rules.kinds import ImportKind
from services.achievements.rules.rows import RowResult
from services.achievements.rules.uploads import (
    FileFormat,
    ImportMode,
    ImportState,
    MoneyUnit,
    choose_format,
    refuse_large,
    require_ended,
)
from services.achievements.schemas.imports import UnitConfirmation
from services.achievements.store.files import check_packing
from services.achievements.store.imports import (
    COUNTERS,
    PART_BYTES,
    add_import,
    add_part,
    copy_parts,
    get_import,
    list_imports,
    list_rows,
)
from services.achievements.store.mappings import list_corrections, replace_corrections
from services.achievements.usecases.board import board
from services.achievements.usecases.callers import require_sender, viewer_of
from services.achievements.usecases.import_runs import RUN

_KEPT_WHEN_REPEATED = (
    "owner_uscc", "kind", "mode", "most_withdrawals", "format", "filename", "file_bytes", "dry_run"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be done with a file."""

    kind: ImportKind
    mode: ImportMode = ImportMode.PARTIAL
    dry_run: bool = False
    most_withdrawals: int | None = None
    money_unit: MoneyUnit | None = None


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
    _require_may_send(principal, wanted)
    import_id = new_id()
    file_format = choose_format(filename, file.read(4096))
    file.seek(0)
    size = _keep_file(session, import_id, file, file_format)
    values: dict[str, object] = {
        "id": import_id,
        "owner_uscc": principal.uscc,
        "kind": wanted.kind.value,
        "mode": wanted.mode.value,
        "most_withdrawals": wanted.most_withdrawals,
        "money_scale": None if wanted.money_unit is None else wanted.money_unit.scale,
        "format": file_format.value,
        "filename": Path(filename).name[:200],
        "file_bytes": size,
        "dry_run": wanted.dry_run,
    }
    return _put_on_board(session, principal, values)


def _put_on_board(
    session: WriteSession, principal: Principal, values: Mapping[str, object]
) -> RowMapping:
    import_id = str(values["id"])
    counts = dict.fromkeys(("rows_read", *COUNTERS), 0)
    begin = {"state": ImportState.QUEUED.value, "columns": [], "actor": asdict(principal)}
    add_import(session, {**values, **begin, **counts})
    board.defer(session, RUN, import_id=import_id)
    return get_import(session, import_id, viewer_of(principal))


def confirm_unit(
    session: WriteSession, principal: Principal, import_id: str, body: UnitConfirmation
) -> RowMapping:
    """Say in which unit the bare amounts of an import count, and read its file again.

    What went in the first time is unchanged now; the unit is remembered for these headers.
    """
    job = get_import(session, import_id, viewer_of(principal))
    require_sender(principal, job["owner_uscc"])
    columns = _require_unclear(job)
    scale, kind = body.money_unit.scale, ImportKind(job["kind"])
    if body.remember:
        known = list_corrections(session, principal.uscc, kind)
        replace_corrections(session, principal.uscc, kind, correct_units(known, columns, scale))
    again: dict[str, object] = {name: job[name] for name in _KEPT_WHEN_REPEATED}
    again |= {"id": new_id(), "repeats": import_id, "money_scale": scale}
    if body.dry_run is not None:
        again["dry_run"] = body.dry_run
    copy_parts(session, str(again["id"]), import_id)
    return _put_on_board(session, principal, again)


def _require_unclear(job: RowMapping) -> list[Column]:
    """The columns whose unit is to be confirmed, of an import that has told them."""
    require_ended(ImportState(job["state"]))
    columns = [Column(**one) for one in job["columns"] if one["scale"] is None]
    if not columns:
        message = Text("本次导入没有单位不明的金额列", "no column of this import lacks a unit")
        raise RuleBroken("units_known", message)
    return columns


def _require_may_send(principal: Principal, wanted: Wanted) -> None:
    """The bureau sends files of organisations only; those are never all that there are."""
    of_organizations = wanted.kind is ImportKind.ORGANIZATIONS
    if principal.role is Role.OFFICER and not of_organizations:
        message = Text("主管部门只导入机构信息", "the bureau imports organisations only")
        raise Forbidden("forbidden", message)
    if of_organizations and wanted.mode is ImportMode.SNAPSHOT:
        message = Text(
            "机构名录不能按快照撤下，请用 partial 或 atomic",
            "organisations are not withdrawn by a snapshot; use partial or atomic",
        )
        raise invalid("/mode", "mode_not_for_kind", message)


def _keep_file(
    session: WriteSession, import_id: str, file: BinaryIO, file_format: FileFormat
) -> int:
    size = 0
    with tempfile.NamedTemporaryFile(suffix=f".{file_format}") as copy:
        for part, content in enumerate(iter(lambda: file.read(PART_BYTES), b"")):
            copy.write(content)
            add_part(session, import_id, part, content)
            size += len(content)
            refuse_large(size, file_format)
        copy.flush()
        if file_format is FileFormat.XLSX:
            check_packing(Path(copy.name))
    return size


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
    job = get_import(session, import_id, viewer_of(principal))
    require_sender(principal, job["owner_uscc"])
    start = read_place(cursor) or 0
    rows = list_rows(session, import_id, result.value, limit=limit, after=start)
    more = len(rows) > limit
    return rows[:limit], encode_cursor(rows[limit - 1]["row"]) if more else None

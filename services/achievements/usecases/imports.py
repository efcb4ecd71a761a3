"""Imports: take a file, work it off in pieces that survive a kill, say what did not go in."""

import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import RowMapping

from kit.auth import Principal, Role
from kit.db import Database, ReadSession, WriteSession, new_id
from kit.errors import Forbidden, invalid
from kit.pages import encode_cursor, read_place
from kit.text import Text
from services.achievements.rules.kinds import ImportKind
from services.achievements.rules.rows import RowResult
from services.achievements.rules.uploads import (
    FileFormat,
    ImportMode,
    ImportState,
    MoneyUnit,
    choose_format,
    refuse_large,
)
from services.achievements.store.files import check_packing
from services.achievements.store.imports import (
    COUNTERS,
    PART_BYTES,
    add_import,
    add_part,
    get_import,
    list_imports,
    list_rows,
)
from services.achievements.usecases.board import board
from services.achievements.usecases.callers import require_sender, viewer_of
from services.achievements.usecases.import_runs import RUN


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
    counts = dict.fromkeys(("rows_read", *COUNTERS), 0)
    values: dict[str, object] = {
        "id": import_id,
        "owner_uscc": principal.uscc,
        "actor": asdict(principal),
        "kind": wanted.kind.value,
        "mode": wanted.mode.value,
        "most_withdrawals": wanted.most_withdrawals,
        "money_scale": None if wanted.money_unit is None else wanted.money_unit.scale,
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

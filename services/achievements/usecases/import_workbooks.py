"""The workbooks around imports: a template to fill in, and the upload with its errors in red."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

import orjson
from sqlalchemy import RowMapping

from kit.auth import Principal
from kit.db import Database, ReadSession
from kit.text import Language
from services.achievements.rules.headers import field_of_pointer
from services.achievements.rules.kinds import KIND_NAMES, ImportKind
from services.achievements.rules.labels import list_choices
from services.achievements.rules.lists import join_parts
from services.achievements.rules.template_words import HINTS, list_headers
from services.achievements.rules.text import rearm_formula
from services.achievements.rules.uploads import FileFormat, ImportState, TablePlace, require_ended
from services.achievements.store.imports import get_import, list_parts, stream_rows
from services.achievements.store.marked_workbooks import Marking, mark_workbook
from services.achievements.store.sheets import MOST_ROWS, write_workbook
from services.achievements.store.workbooks import MarkedRow, TemplateColumn, build_template
from services.achievements.usecases.callers import require_sender, viewer_of

_SUMMED_ROWS = 1000
_STATUS = {"failed": "失败", "duplicate": "文件内重复"}


def make_template(kind: ImportKind, language: Language) -> bytes:
    """A workbook to fill in, in one of two languages; its headers are those the import knows."""
    columns = [
        TemplateColumn(
            header,
            HINTS[field].pick(language) if field in HINTS else "",
            list_choices(kind.value, field, language),
        )
        for field, header in list_headers(kind, language)
    ]
    return build_template(KIND_NAMES[kind.kind].pick(language), columns)


def make_error_workbook(
    database: Database, principal: Principal, import_id: str
) -> Iterator[bytes]:
    """The upload with wrong cells red, a status column and a summary, piece by piece.

    What is no xlsx comes back as a workbook of the rows that did not go in, marked alike. A table
    that is corrected there and sent again goes through; lines of JSON hold more than cells can.
    """
    with database.read() as session:
        job = get_import(session, import_id, viewer_of(principal))
    require_sender(principal, job["owner_uscc"])
    require_ended(ImportState(job["state"]))
    pieces = _write(database, job)
    # The first piece is made before the answer begins, so that what is wrong is still a problem.
    return chain([next(pieces)], pieces)


def _write(database: Database, job: RowMapping) -> Iterator[bytes]:
    with (
        database.read() as session,
        tempfile.NamedTemporaryFile(suffix=".xlsx") as copy,
    ):
        if job["format"] == FileFormat.XLSX.value and job["stands"] is not None:
            copy.writelines(list_parts(session, job["id"]))
            marking = _mark_upload(session, job)
        else:
            plain = _list_left_out(session, job)
            copy.writelines(write_workbook(plain.title, plain.headers, plain.rows))
            marking = _mark_left_out(session, job, plain)
        copy.flush()
        yield from mark_workbook(Path(copy.name), marking)


def _mark_upload(session: ReadSession, job: RowMapping) -> Marking:
    places = {column["field"]: column["place"] for column in job["columns"]}
    return Marking(
        TablePlace(**job["stands"]),
        marks=(_mark(row, places) for row in stream_rows(session, job["id"])),
        summary=_summarise(job, stream_rows(session, job["id"])),
    )


@dataclass(frozen=True, slots=True)
class _LeftOut:
    """A table of the rows that did not go in."""

    title: str
    headers: list[str]
    rows: Iterator[list[str]]


def _list_left_out(session: ReadSession, job: RowMapping) -> _LeftOut:
    first = islice(stream_rows(session, job["id"]), _SUMMED_ROWS)
    headers = [column["header"] for column in job["columns"]] or list(
        dict.fromkeys(name for row in first for name in row["values"])
    )
    # A cell may have been disarmed when it was exported; it is again when it is written.
    show = _show_item if job["format"] == FileFormat.NDJSON.value else rearm_formula
    rows = (
        [show(row["values"].get(header, "")) for header in headers]
        for row in islice(stream_rows(session, job["id"]), MOST_ROWS)
    )
    return _LeftOut(KIND_NAMES[ImportKind(job["kind"]).kind].zh, headers, rows)


def _show_item(value: object) -> str:
    """A value of a line of JSON as a cell."""
    if value is None:
        return ""
    if isinstance(value, list) and not any(isinstance(one, dict | list) for one in value):
        return join_parts(value)
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _mark_left_out(session: ReadSession, job: RowMapping, plain: _LeftOut) -> Marking:
    """Like those of an upload, but each row tells where it stood there."""
    fields = {column["header"]: column["field"] for column in job["columns"]}
    places = {fields.get(header, header): place for place, header in enumerate(plain.headers)}
    marks = (_mark(row, places) for row in stream_rows(session, job["id"]))
    return Marking(
        TablePlace(plain.title, 1, len(plain.headers) + 1),
        marks=(
            MarkedRow(number, f"第 {mark.row} 行{mark.status}", mark.notes)
            for number, mark in enumerate(marks, start=2)
        ),
        summary=_summarise(job, stream_rows(session, job["id"])),
    )


def _mark(row: RowMapping, places: Mapping[str, int]) -> MarkedRow:
    notes: dict[int, str] = {}
    for fault in row["faults"]:
        place = places.get(field_of_pointer(fault["pointer"]))
        if place is not None:
            notes[place] = "\n".join(filter(None, (notes.get(place), fault["zh"])))
    said = "；".join(f"{fault['pointer']} {fault['zh']}" for fault in row["faults"])
    return MarkedRow(row["row"], f"{_STATUS[row['result']]}：{said}", notes)


def _summarise(job: RowMapping, rows: Iterable[RowMapping]) -> list[tuple[str, str]]:
    names = {
        "rows_read": "读取行数",
        "created": "新增",
        "updated": "更新",
        "unchanged": "未变",
        "failed": "失败",
        "duplicates": "文件内重复",
    }
    counts = [(label, str(job[name])) for name, label in names.items()]
    return counts + [
        (f"第 {row['row']} 行 {row['source_id'] or ''}", _mark(row, {}).status)
        for row in islice(rows, _SUMMED_ROWS)
    ]

"""File imports over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import File, Form, Query, Response, UploadFile
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from kit.auth import Caller
from kit.http import HouseRouter, Read, WholeDatabase, Write
from kit.openapi import problem_answer
from kit.pages import Page
from kit.text import choose_language
from services.achievements.routes.parameters import AcceptLanguage, RecordId, Sender
from services.achievements.rules.headers import Correction
from services.achievements.rules.kinds import ImportKind
from services.achievements.rules.uploads import ENDED, MAX_FILE_BYTES, ImportMode, MoneyUnit
from services.achievements.schemas.answers import answer_import, answer_import_row, answer_mapping
from services.achievements.schemas.imports import (
    ImportAnswer,
    ImportQuery,
    ImportRowAnswer,
    ImportRowQuery,
    MappingAnswer,
    MappingBody,
    TemplateQuery,
    UnitConfirmation,
)
from services.achievements.usecases import import_workbooks, imports, mappings, rollbacks

_PATH = "/v1/imports"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MODES = (
    "partial: good rows go in; atomic: all or none; snapshot: and what is no longer in the file is"
    " withdrawn"
)
_MOST = "how many things a snapshot may withdraw; else 10 or a fifth of all, whichever is more"
_UNIT = "the unit of bare amounts below headers that name none; else they are refused"
_STEP_SECONDS = 0.3
router = HouseRouter(tags=["文件导入 · imports"], max_body_size=MAX_FILE_BYTES)


@router.post(
    _PATH,
    status_code=202,
    summary="上传文件导入 · import a file",
    responses={415: problem_answer("不支持的文件格式 · unknown file format")},
)
def start_import(
    file: Annotated[UploadFile, File(description="xlsx, xls, csv (UTF-8 or GBK) or ndjson")],
    kind: Annotated[ImportKind, Form(description="what the rows are")],
    caller: Sender,
    session: Write,
    response: Response,
    dry_run: Annotated[bool, Form(description="say what would happen, write nothing")] = False,
    mode: Annotated[ImportMode, Form(description=_MODES)] = ImportMode.PARTIAL,
    most_withdrawals: Annotated[int | None, Form(ge=0, description=_MOST)] = None,
    money_unit: Annotated[MoneyUnit | None, Form(description=_UNIT)] = None,
) -> ImportAnswer:
    """Takes the file and answers at once; a worker does the rest."""
    name = file.filename or "upload"
    wanted = imports.Wanted(kind, mode, dry_run, most_withdrawals, money_unit)
    row = imports.start_import(session, caller, file.file, name, wanted)
    response.headers["Location"] = f"{_PATH}/{row['id']}"
    return answer_import(row)


@router.get(_PATH, summary="导入列表 · list imports")
def list_imports(
    query: Annotated[ImportQuery, Query()], caller: Caller, session: Read
) -> Page[ImportAnswer]:
    """The caller's imports, newest first."""
    rows, cursor = imports.find_imports(
        session, caller, kind=query.kind, limit=query.limit, cursor=query.cursor
    )
    return Page(items=[answer_import(row) for row in rows], next_cursor=cursor)


@router.get(_PATH + "/{import_id}", summary="查看导入进度 · read an import")
def read_import(import_id: RecordId, caller: Caller, session: Read) -> ImportAnswer:
    """State, counts and progress."""
    return answer_import(imports.read_import(session, caller, import_id))


@router.get(
    _PATH + "/{import_id}/events",
    summary="导入进度事件流 · progress as server-sent events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
def stream_import(
    import_id: RecordId, caller: Caller, database: WholeDatabase
) -> StreamingResponse:
    """`progress` events with the import as data, then one `completed` or `failed`."""
    imports.watch_import(database, caller, import_id)

    async def watch() -> AsyncIterator[str]:
        last = ""
        while True:
            row = await run_in_threadpool(imports.watch_import, database, caller, import_id)
            answer = answer_import(row)
            ended = answer.state in ENDED
            name, data = answer.state if ended else "progress", answer.model_dump_json()
            if data != last:
                last = data
                yield f"event: {name}\ndata: {data}\n\n"
            if ended:
                return
            await asyncio.sleep(_STEP_SECONDS)

    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(watch(), media_type="text/event-stream", headers=headers)


@router.get(_PATH + "/{import_id}/rows", summary="未导入的行 · rows that did not go in")
def list_import_rows(
    import_id: RecordId,
    query: Annotated[ImportRowQuery, Query()],
    caller: Caller,
    session: Read,
    accept_language: AcceptLanguage = None,
) -> Page[ImportRowAnswer]:
    """Where each stands, what it says, what is wrong and where."""
    rows, cursor = imports.find_import_rows(
        session, caller, import_id, query.status, limit=query.limit, cursor=query.cursor
    )
    language = choose_language(accept_language)
    return Page(items=[answer_import_row(row, language) for row in rows], next_cursor=cursor)


@router.post(
    _PATH + "/{import_id}/unit-confirmations",
    status_code=202,
    summary="确认金额单位并重新导入 · confirm the unit and read the file again",
    responses={409: problem_answer("没有单位不明的列，或导入未完成 · no unit is unclear")},
)
def confirm_unit(
    import_id: RecordId, body: UnitConfirmation, caller: Sender, session: Write, response: Response
) -> ImportAnswer:
    """Another import of the same file, which need not be sent again; the unit is remembered."""
    row = imports.confirm_unit(session, caller, import_id, body)
    response.headers["Location"] = f"{_PATH}/{row['id']}"
    return answer_import(row)


@router.post(
    _PATH + "/{import_id}/rollback",
    summary="撤销导入 · take an import back",
    responses={409: problem_answer("已有后续变更，或不能撤销 · later changes stand on it")},
)
def roll_back_import(import_id: RecordId, caller: Sender, session: Write) -> ImportAnswer:
    """Restores the state before it; refused, with the things listed, where others stand on it."""
    return answer_import(rollbacks.roll_back_import(session, caller, import_id))


@router.get(
    _PATH + "/{import_id}/error-workbook",
    summary="错误标注工作簿 · the workbook with its errors in red",
    response_class=StreamingResponse,
    responses={200: {"content": {_XLSX: {"schema": {"type": "string", "format": "binary"}}}}},
)
def download_error_workbook(
    import_id: RecordId, caller: Caller, database: WholeDatabase
) -> StreamingResponse:
    """The uploaded workbook: wrong cells red with a note, a status column, a summary sheet."""
    pieces = import_workbooks.make_error_workbook(database, caller, import_id)
    headers = _as_attachment(f"import-{import_id}-errors.xlsx")
    return StreamingResponse(pieces, media_type=_XLSX, headers=headers)


@router.get(
    "/v1/import-templates/{kind}.xlsx",
    summary="下载导入模板 · an import template",
    response_class=Response,
    responses={200: {"content": {_XLSX: {"schema": {"type": "string", "format": "binary"}}}}},
)
def download_template(
    kind: ImportKind,
    query: Annotated[TemplateQuery, Query()],
    accept_language: AcceptLanguage = None,
) -> Response:
    """A workbook to fill in, with drop-downs and text columns, in Chinese or in English."""
    language = query.lang or choose_language(accept_language)
    content = import_workbooks.make_template(kind, language)
    headers = {"Content-Language": language.value, "Vary": "Accept-Language"}
    return Response(content, media_type=_XLSX, headers=_as_attachment(f"{kind}.xlsx") | headers)


@router.get("/v1/import-mappings/{kind}", summary="查看表头更正 · what headers mean here")
def read_mapping(kind: ImportKind, caller: Sender, session: Read) -> MappingAnswer:
    """What a person of the caller's organisation has corrected."""
    return answer_mapping(kind, mappings.read_mapping(session, caller, kind))


@router.put("/v1/import-mappings/{kind}", summary="更正表头含义 · correct what headers mean")
def correct_mapping(
    kind: ImportKind, body: MappingBody, caller: Sender, session: Write
) -> MappingAnswer:
    """Remembered for the organisation, unit included, and used from the next file on."""
    columns = [Correction(one.header, one.field, one.scale) for one in body.columns]
    return answer_mapping(kind, mappings.correct_mapping(session, caller, kind, columns))


def _as_attachment(filename: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{filename}"'}

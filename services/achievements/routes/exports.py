"""Exports over HTTP: the file flows while it is made."""

from typing import Annotated

from fastapi import Query
from fastapi.responses import StreamingResponse

from kit.auth import Caller
from kit.http import HouseRouter, WholeDatabase
from services.achievements.rules.exports import ExportFilter, ExportFormat, ExportKind
from services.achievements.schemas.exports import ExportQuery
from services.achievements.usecases import exports
from services.achievements.usecases.exports import ExportOrder

_MEDIA = {
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.NDJSON: "application/x-ndjson",
}
_FILE = {"schema": {"type": "string", "format": "binary"}}
router = HouseRouter(prefix="/v1/exports", tags=["导出 · exports"])


@router.get(
    "/{kind}.{format}",
    summary="导出 · export a kind as xlsx, csv or ndjson",
    response_class=StreamingResponse,
    responses={200: {"content": {name.split(";")[0]: _FILE for name in _MEDIA.values()}}},
)
def export_records(
    kind: ExportKind,
    format: ExportFormat,
    query: Annotated[ExportQuery, Query()],
    caller: Caller,
    database: WholeDatabase,
) -> StreamingResponse:
    """All the caller may see; csv has a BOM, no cell starts a formula; `form` as forms want it."""
    rows = ExportFilter(query.organization, query.year)
    order = ExportOrder(kind, format, query.form, rows)
    pieces = exports.export_records(database, caller, order)
    headers = {"Content-Disposition": f'attachment; filename="{query.form or kind}.{format}"'}
    return StreamingResponse(pieces, media_type=_MEDIA[format], headers=headers)

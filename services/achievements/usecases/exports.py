"""Exports: what the caller may see of a kind, in a format, as a plain table or a national form."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kit.auth import Principal
from kit.db import Database
from kit.errors import invalid
from kit.text import Text
from services.achievements.rules.export_tables import COLUMNS
from services.achievements.rules.exports import (
    ExportColumn,
    ExportFilter,
    ExportFormat,
    ExportKind,
    Row,
    Value,
    show_exported,
    show_plain,
)
from services.achievements.rules.forms import FORMS, Form, FormName, rows_of_form
from services.achievements.rules.visibility import Viewer
from services.achievements.store.exports import stream_rows
from services.achievements.store.sheets import write_csv, write_lines, write_workbook
from services.achievements.usecases.callers import viewer_of


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """What is wanted: a kind, a format, a form, some rows."""

    kind: ExportKind
    format: ExportFormat
    form: FormName | None
    rows: ExportFilter


def export_records(database: Database, principal: Principal, order: ExportOrder) -> Iterator[bytes]:
    """The pieces of the file, one after the other, all from one state of the registry."""
    form = _form_of(order)
    viewer = viewer_of(principal, order.kind)
    return _write(database, viewer, order, form)


def _form_of(order: ExportOrder) -> Form | None:
    if order.form is None:
        return None
    form = FORMS[order.form]
    if form.kind is not order.kind:
        message = Text(
            f"表式 {order.form} 由 {form.kind} 填写，不是 {order.kind}",
            f"the form {order.form} is filled from {form.kind}, not from {order.kind}",
        )
        raise invalid("?form", "form_of_another_kind", message)
    return form


def _write(
    database: Database, viewer: Viewer, order: ExportOrder, form: Form | None
) -> Iterator[bytes]:
    columns = COLUMNS[order.kind] if form is None else form.columns
    headers = [column.header for column in columns]
    with database.read() as session:
        found = stream_rows(session, order.kind, viewer, order.rows)
        rows = found if form is None else (r for row in found for r in rows_of_form(form, row))
        match order.format:
            case ExportFormat.CSV:
                yield from write_csv(headers, _cells(columns, rows))
            case ExportFormat.XLSX:
                yield from write_workbook(order.kind.value, headers, _cells(columns, rows))
            case ExportFormat.NDJSON:
                yield from write_lines(_items(columns, rows, plain=form is None))


def _cells(columns: tuple[ExportColumn, ...], rows: Iterator[Row]) -> Iterator[list[Value]]:
    for row in rows:
        yield [column.read(row) for column in columns]


def _items(
    columns: tuple[ExportColumn, ...], rows: Iterator[Row], *, plain: bool
) -> Iterator[Mapping[str, object]]:
    for row in rows:
        if plain:
            yield show_exported(row)
        else:
            yield {column.header: show_plain(column.read(row)) for column in columns}

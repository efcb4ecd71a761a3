"""归集文件: a supplier's table, judged row by row like a batch, with a receipt that names rows."""

import hashlib
from collections.abc import Sequence
from typing import BinaryIO

from kit.auth import Principal
from kit.db import WriteSession
from kit.errors import Fault, InvalidInput, TooLarge
from kit.text import Text
from services.credit.rules.columns import Columns, read_heads, read_row
from services.credit.store.sheets import read_table
from services.credit.tables import FactBatch
from services.credit.usecases.facts import RowOutcome, take_in_batch

MAX_FILE_BYTES = 16 * 1024 * 1024


def take_in_file(session: WriteSession, caller: Principal, name: str, file: BinaryIO) -> FactBatch:
    """归集一份文件: its rows are a batch; what failed is kept with the receipt."""
    content = file.read(MAX_FILE_BYTES + 1)
    if len(content) > MAX_FILE_BYTES:
        raise TooLarge("file_too_large", Text("文件超过16MB", "the file is larger than 16 MB"))
    heads, rows = read_table(name, content)
    columns = read_heads(heads)
    _check_heads(columns)
    batch, outcomes = take_in_batch(
        session, caller, [read_row(columns, row) for row in rows.values()]
    )
    batch.file_name, batch.file_hash = name[-300:], hashlib.sha256(content).hexdigest()
    batch.failures = _list_failures(list(rows), outcomes)
    session.flush()
    return batch


def _check_heads(columns: Columns) -> None:
    faults = [
        Fault("/file", "column_missing", Text(f"缺少列「{name}」", f"column {name!r} is missing"))
        for name in columns.missing
    ]
    faults += [
        Fault("/file", "column_unknown", Text(f"未知的列「{head}」", f"unknown column {head!r}"))
        for head in columns.unknown
    ]
    if faults:
        raise InvalidInput("invalid_input", faults[0].message, faults=faults)


def _list_failures(
    numbers: Sequence[int], outcomes: Sequence[RowOutcome]
) -> list[dict[str, object]]:
    return [
        {
            "row": number,
            "field": fault.pointer.split("/", 3)[-1] if fault.pointer.count("/") > 2 else None,
            "code": fault.code,
            "message": fault.message.zh,
            "message_en": fault.message.en,
        }
        for number, outcome in zip(numbers, outcomes, strict=True)
        if outcome.error is not None
        for fault in outcome.error.faults
    ]

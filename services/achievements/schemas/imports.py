"""Imports on the wire."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from kit.pages import PageQuery
from kit.schemas import AnswerModel, WireModel
from kit.text import Language
from services.achievements.rules.kinds import ImportKind
from services.achievements.rules.rows import RowResult
from services.achievements.rules.uploads import FileFormat, ImportMode, ImportState, MoneyUnit
from services.achievements.schemas.values import Flag


class ImportCounts(AnswerModel):
    """How many rows were read and what became of them; read is the sum of the others.

    `duplicates` are rows whose source_id came before in the same file: the first one counts.
    """

    read: int
    created: int
    updated: int
    unchanged: int
    failed: int
    duplicates: int


class ImportProgress(AnswerModel):
    """How far an import has got; `total` and `ratio` are null until the file has been counted."""

    done: int
    total: int | None
    ratio: float | None


class ImportedColumn(AnswerModel):
    """How a column of the file was understood; `scale` is what its numbers were multiplied by.

    A `scale` of null: the column holds money, and nothing says in which unit. Bare numbers there
    are refused (`unit_unclear`) until the unit is named, in the file or by `money_unit`.
    """

    header: str
    field: str
    scale: int | None


class CorrectedColumn(WireModel):
    """What a header means: a field (null: leave the column aside), and the unit of its money."""

    header: Annotated[str, Field(min_length=1, max_length=200)]
    field: Annotated[str, Field(max_length=40)] | None
    scale: Literal[1, 1_000, 10_000] | None = Field(
        None,
        description="1 元, 1000 千元, 10000 万元; null: the header says it, or the upload. A unit"
        " in the cell itself counts first, and one that a later header names otherwise",
    )


class MappingBody(WireModel):
    """An organisation's corrections for one kind of file, all of them."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"columns": [{"header": "拟转让价", "field": "asking_price_yuan", "scale": 10000}]}
            ]
        }
    )

    columns: Annotated[list[CorrectedColumn], Field(max_length=200)]


class MappingAnswer(AnswerModel):
    """What is remembered."""

    kind: ImportKind
    columns: list[CorrectedColumn]


class UnitConfirmation(WireModel):
    """In which unit the bare amounts of an import count."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"money_unit": "ten_thousand_yuan"}]})

    money_unit: MoneyUnit
    remember: Flag = Field(
        True, description="also for these headers in later files of the organisation"
    )
    dry_run: Flag | None = Field(None, description="null: as the import was")


class ImportAnswer(AnswerModel):
    """An import and how far it has got."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0193a1b2-0000-7000-8000-000000000000",
                    "kind": "achievements",
                    "format": "xlsx",
                    "filename": "成果清单.xlsx",
                    "dry_run": False,
                    "mode": "partial",
                    "state": "completed",
                    "counts": {
                        "read": 200,
                        "created": 195,
                        "updated": 0,
                        "unchanged": 0,
                        "failed": 4,
                        "duplicates": 1,
                    },
                    "withdrawn": 0,
                    "progress": {"done": 200, "total": 200, "ratio": 1.0},
                    "columns": [{"header": "成果名称", "field": "title", "scale": 1}],
                    "unclear_units": [],
                    "repeats": None,
                    "problem": None,
                    "owner_uscc": "123700004955000143",
                    "created_at": "2026-11-23T09:00:00+08:00",
                    "started_at": "2026-11-23T09:00:01+08:00",
                    "finished_at": "2026-11-23T09:00:03+08:00",
                }
            ]
        }
    )

    id: str
    owner_uscc: str
    kind: ImportKind
    format: FileFormat
    filename: str
    dry_run: bool
    mode: ImportMode
    state: ImportState
    counts: ImportCounts
    withdrawn: int = Field(description="how many things a snapshot no longer named")
    progress: ImportProgress
    columns: list[ImportedColumn]
    unclear_units: list[str] = Field(
        description="headers of money of which nothing says the unit; say it by"
        " POST …/unit-confirmations, and the file is read again"
    )
    repeats: str | None = Field(description="the import whose file this one reads again, or null")
    problem: dict[str, JsonValue] | None = Field(
        description="why the import as a whole failed (RFC 9457), else null"
    )
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class TemplateQuery(BaseModel):
    """In which language; else what the caller's browser prefers."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    lang: Language | None = Field(None, description="zh-CN or en; before Accept-Language")


class ImportQuery(PageQuery):
    """The caller's imports, newest first."""

    kind: ImportKind | None = None


class ImportRowQuery(PageQuery):
    """The rows that did not go in."""

    status: Literal[RowResult.FAILED, RowResult.DUPLICATE] = RowResult.FAILED


class ImportRowAnswer(AnswerModel):
    """A row that did not go in: where it stands, what it says, what is wrong."""

    row: int = Field(description="row of the sheet or line of the file, from 1")
    source_id: str | None
    result: RowResult
    values: dict[str, JsonValue]
    errors: list[dict[str, JsonValue]]

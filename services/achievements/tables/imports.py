"""Imports: the file as it came, how far it has got, and the rows that did not go in.

The file lies in the database, in parts of 1 MB: the worker that reads it may run on another
machine, and file, job and progress commit or vanish together.
"""

from sqlalchemy import Index, LargeBinary, String, false
from sqlalchemy.orm import Mapped, mapped_column

from services.achievements.tables.base import (
    At,
    Base,
    Code,
    Id,
    Json,
    MaybeJson,
    Short,
    UsccColumn,
)


class Import(Base):
    """一次文件导入"""

    __tablename__ = "imports"
    __table_args__ = (
        Index("ix_imports_owner_uscc", "owner_uscc"),
        {"comment": "文件导入"},
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    owner_uscc: Mapped[UsccColumn]
    actor: Mapped[Json]
    kind: Mapped[Code]
    format: Mapped[Code]
    filename: Mapped[Short]
    file_bytes: Mapped[int]
    dry_run: Mapped[bool]
    state: Mapped[Code]
    rows_total: Mapped[int | None]
    rows_read: Mapped[int]
    created: Mapped[int]
    updated: Mapped[int]
    unchanged: Mapped[int]
    failed: Mapped[int]
    duplicates: Mapped[int]
    columns: Mapped[Json]
    mode: Mapped[Code] = mapped_column(server_default="partial")
    withdrawn: Mapped[int] = mapped_column(server_default="0")
    most_withdrawals: Mapped[int | None]
    money_scale: Mapped[int | None]
    # The import whose file this one reads again.
    repeats: Mapped[str | None] = mapped_column(String(36))
    # Sheet, header row and status column of a workbook's table (`rules/uploads.py`).
    stands: Mapped[MaybeJson]
    problem: Mapped[MaybeJson]
    created_at: Mapped[At]
    started_at: Mapped[At | None]
    finished_at: Mapped[At | None]


class ImportPart(Base):
    """导入文件的一段（每段 1 MB）"""

    __tablename__ = "import_parts"
    __table_args__ = ({"comment": "导入文件的分段"},)

    import_id: Mapped[Id] = mapped_column(primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    is_packed: Mapped[bool] = mapped_column(server_default=false(), comment="是否以 zstd 压缩")


class ImportRow(Base):
    """没有导入的行：失败或文件内重复，附行号、列、原因"""

    __tablename__ = "import_rows"
    __table_args__ = ({"comment": "未导入的行"},)

    import_id: Mapped[Id] = mapped_column(primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source_id: Mapped[str | None] = mapped_column(String(200))
    result: Mapped[Code]
    faults: Mapped[Json]
    values: Mapped[Json]


class ImportUndo(Base):
    """导入改动前的内容：新增的为空，其余为改动前的整行；撤销导入时用"""

    __tablename__ = "import_undo"
    __table_args__ = ({"comment": "导入改动前的内容"},)

    import_id: Mapped[Id] = mapped_column(primary_key=True)
    thing_id: Mapped[Id] = mapped_column(primary_key=True)
    version: Mapped[int]
    before: Mapped[MaybeJson]


class HeaderMapping(Base):
    """单位更正过的表头含义，下次导入自动采用；field 为空表示忽略该列"""

    __tablename__ = "header_mappings"
    __table_args__ = ({"comment": "单位更正过的表头含义"},)

    owner_uscc: Mapped[UsccColumn] = mapped_column(primary_key=True)
    kind: Mapped[Code] = mapped_column(primary_key=True)
    header: Mapped[str] = mapped_column(String(200), primary_key=True)
    field: Mapped[str | None] = mapped_column(String(40))
    scale: Mapped[int | None]
    corrected_at: Mapped[At]

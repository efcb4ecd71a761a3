"""Uploaded files: which format one is, and when it is refused unopened."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from kit.errors import InvalidInput, RuleBroken, TooLarge, UnsupportedMedia
from kit.text import Text

MAX_FILE_BYTES = 2_000_000_000
"""Of a file that is read line by line: a million achievements with their abstracts are 1.1 GB."""
MAX_WORKBOOK_BYTES = 500_000_000
MAX_UNPACKED_BYTES = 1_500_000_000
MAX_PACKING_RATIO = 200
SMALL_ENOUGH = 20_000_000
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
"""How a text begins that a spreadsheet saved as Unicode."""
_TEXT_TABLES = frozenset({"csv", "tsv", "txt"})


class FileFormat(StrEnum):
    """能导入的文件格式"""

    XLSX = "xlsx"
    XLS = "xls"
    CSV = "csv"
    NDJSON = "ndjson"


class ImportState(StrEnum):
    """导入的状态：排队、进行中、已完成、失败、已撤销"""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    ROLLED_BACK = "rolled_back"


ENDED = frozenset({ImportState.COMPLETED, ImportState.FAILED, ImportState.ROLLED_BACK})


def require_ended(state: ImportState) -> None:
    """What an import says of its rows is whole only when it has ended."""
    if state not in ENDED:
        raise RuleBroken(
            "import_not_finished",
            Text("导入尚未完成，请稍后再试", "the import is not finished; try again later"),
            state=state.value,
        )


class ImportMode(StrEnum):
    """导入方式：好行先入、全有或全无、快照（文件中不再出现的撤下）"""

    PARTIAL = "partial"
    ATOMIC = "atomic"
    SNAPSHOT = "snapshot"


class MoneyUnit(StrEnum):
    """金额单位：元、千元、万元"""

    YUAN = "yuan"
    THOUSAND_YUAN = "thousand_yuan"
    TEN_THOUSAND_YUAN = "ten_thousand_yuan"

    @property
    def scale(self) -> int:
        return {"yuan": 1, "thousand_yuan": 1_000, "ten_thousand_yuan": 10_000}[self.value]


@dataclass(frozen=True, slots=True)
class TablePlace:
    """Where the table of a workbook stands: its sheet; row and column from 1.

    In the status column an error workbook says what became of each row.
    """

    sheet: str
    heading_row: int
    status_column: int


@dataclass(frozen=True, slots=True)
class PackedPart:
    """One member of a packed file, by its own account."""

    name: str
    packed: int
    unpacked: int


def refuse_rollback(state: ImportState, *, dry_run: bool) -> None:
    """Only an import that has ended and wrote something can be taken back, and only once."""
    if dry_run or state not in (ImportState.COMPLETED, ImportState.FAILED):
        raise RuleBroken(
            "import_not_reversible",
            Text(
                "试运行没有写入任何内容，无需撤销"
                if dry_run
                else "只有已结束且未撤销的导入可以撤销",
                "a dry run wrote nothing that could be taken back"
                if dry_run
                else "only an import that has ended and was not taken back yet can be",
            ),
            state=state.value,
        )


# Below so many, or so small a part of all, what is gone from a snapshot is taken as meant.
FEW_WITHDRAWALS = 10
SMALL_PART = 0.2


def refuse_mass_withdrawal(withdrawn: int, owned: int, most: int | None) -> None:
    """Guard a snapshot against emptying a register by a file that was cut short."""
    allowed = max(FEW_WITHDRAWALS, int(owned * SMALL_PART)) if most is None else most
    if withdrawn > allowed:
        raise RuleBroken(
            "too_many_withdrawals",
            Text(
                f"文件中缺少已登记的 {withdrawn} 条（共 {owned} 条），超过允许的 {allowed} 条，"
                f"未撤下任何记录；确需撤下请以 most_withdrawals={withdrawn} 重新上传",
                f"{withdrawn} of {owned} registered things are not in the file, more than the"
                f" {allowed} allowed; none was withdrawn. If it is meant, send the file again with"
                f" most_withdrawals={withdrawn}",
            ),
            withdrawn=withdrawn,
            owned=owned,
            allowed=allowed,
        )


def choose_format(filename: str, first_bytes: bytes) -> FileFormat:
    """The format of a file, by its first bytes where they tell, else by its name."""
    extension = filename.lower().rpartition(".")[2]
    if first_bytes.startswith(b"PK\x03\x04"):
        return FileFormat.XLSX
    if first_bytes.startswith(b"\xd0\xcf\x11\xe0"):
        return FileFormat.XLS
    if extension in {"xlsx", "xls"} and first_bytes.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise UnsupportedMedia(
            "file_is_a_web_page",
            Text(
                f"“{filename}”其实是网页（不少系统这样导出），请用电子表格软件打开后另存为 xlsx",
                f"{filename!r} is a web page, as many systems export it: open it with a spreadsheet"
                " and save it as xlsx",
            ),
        )
    if extension in _TEXT_TABLES and first_bytes.startswith(UTF16_MARKS):
        return FileFormat.CSV
    if extension in {"xlsx", "xls"} or b"\x00" in first_bytes:
        raise UnsupportedMedia(
            "file_unreadable",
            Text(
                f"文件“{filename}”不是有效的表格文件",
                f"{filename!r} is not a spreadsheet that can be read",
            ),
        )
    if extension in {"ndjson", "jsonl"} or first_bytes.lstrip(b"\xef\xbb\xbf \r\n").startswith(
        b"{"
    ):
        return FileFormat.NDJSON
    if extension in _TEXT_TABLES:
        return FileFormat.CSV
    raise UnsupportedMedia(
        "file_format_unknown",
        Text(
            f"不支持“{filename}”的格式，请上传 xlsx、xls、csv 或 ndjson",
            f"{filename!r} is of no known format; send xlsx, xls, csv or ndjson",
        ),
        formats=[known.value for known in FileFormat],
    )


def refuse_large(size: int, file_format: FileFormat) -> None:
    """Refuse an upload that has grown beyond what its format may hold."""
    workbook = file_format in (FileFormat.XLSX, FileFormat.XLS)
    most = MAX_WORKBOOK_BYTES if workbook else MAX_FILE_BYTES
    if size > most:
        raise TooLarge(
            "file_too_large",
            Text(
                f"文件超过 {most // 1_000_000} MB，请拆分后上传",
                f"the file is larger than {most // 1_000_000} MB; split it",
            ),
        )


def refuse_bomb(parts: Sequence[PackedPart]) -> None:
    """Refuse a packed file that would unpack into more than any honest table holds."""
    unpacked = sum(part.unpacked for part in parts)
    packed = sum(part.packed for part in parts) or 1
    if unpacked > MAX_UNPACKED_BYTES or (
        unpacked > SMALL_ENOUGH and unpacked / packed > MAX_PACKING_RATIO
    ):
        raise TooLarge(
            "file_unpacks_too_large",
            Text(
                f"文件解压后为 {unpacked} 字节，超出允许范围，未打开",
                f"the file would unpack to {unpacked} bytes, more than is allowed;"
                " it was not opened",
            ),
            unpacked_bytes=unpacked,
        )


def unreadable() -> InvalidInput:
    """The refusal of a file that is not what its name says."""
    return InvalidInput(
        "file_unreadable",
        Text(
            "文件无法读取，可能已损坏、加密或不是所称的格式",
            "the file cannot be read: it is damaged, encrypted or not what its name says",
        ),
    )

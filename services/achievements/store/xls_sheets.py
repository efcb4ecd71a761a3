"""The sheets of a workbook of old Excel (xls), which are small enough to be read as a whole."""

from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from services.achievements.rules.cells import Cell
from services.achievements.rules.uploads import unreadable
from services.achievements.store.sheet_reading import WIDEST, NumberedRows


class XlsSheet:
    """A sheet by its name; `width` is its last column, from 1."""

    def __init__(self, sheet: CalamineSheet) -> None:
        self._sheet = sheet
        self.name = sheet.name
        self._last_row, self.width = (edge + 1 for edge in sheet.end or (-1, -1))

    def find_last_row(self) -> int:
        """The number of the last row."""
        return self._last_row

    def read_rows(self) -> NumberedRows:
        """All rows, with their numbers from 1."""
        for number, row in enumerate(self._sheet.iter_rows(), start=1):
            yield number, list[Cell](row[:WIDEST])


def list_xls_sheets(path: Path) -> list[XlsSheet]:
    """The sheets of a workbook in its order; raises InvalidInput where it is none."""
    try:
        book = CalamineWorkbook.from_path(str(path))
        return [XlsSheet(book.get_sheet_by_name(name)) for name in book.sheet_names]
    except (CalamineError, OSError) as error:
        raise unreadable() from error

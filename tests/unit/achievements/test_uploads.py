"""What a file is, by its first bytes and its name."""

import pytest

from kit.errors import TooLarge, UnsupportedMedia
from services.achievements.rules.uploads import (
    MAX_FILE_BYTES,
    MAX_WORKBOOK_BYTES,
    FileFormat,
    choose_format,
    refuse_large,
)


@pytest.mark.parametrize("start", [b"<html><table>", b"\xef\xbb\xbf\r\n <!DOCTYPE html>"])
@pytest.mark.parametrize("name", ["export.xls", "export.XLSX"])
def test_a_web_page_named_as_a_workbook_is_told_what_to_do(name: str, start: bytes) -> None:
    with pytest.raises(UnsupportedMedia) as refused:
        choose_format(name, start)

    assert refused.value.code == "file_is_a_web_page"
    assert "xlsx" in refused.value.detail.zh


@pytest.mark.parametrize(
    ("file_format", "most"),
    [(FileFormat.NDJSON, MAX_FILE_BYTES), (FileFormat.XLS, MAX_WORKBOOK_BYTES)],
)
def test_a_file_is_taken_up_to_what_its_format_may_hold(file_format: FileFormat, most: int) -> None:
    refuse_large(most, file_format)

    with pytest.raises(TooLarge) as refused:
        refuse_large(most + 1, file_format)
    assert f"{most // 1_000_000} MB" in refused.value.detail.zh

"""What a file is, by its first bytes and its name."""

import pytest

from kit.errors import UnsupportedMedia
from services.achievements.rules.uploads import choose_format


@pytest.mark.parametrize("start", [b"<html><table>", b"\xef\xbb\xbf\r\n <!DOCTYPE html>"])
@pytest.mark.parametrize("name", ["export.xls", "export.XLSX"])
def test_a_web_page_named_as_a_workbook_is_told_what_to_do(name: str, start: bytes) -> None:
    with pytest.raises(UnsupportedMedia) as refused:
        choose_format(name, start)

    assert refused.value.code == "file_is_a_web_page"
    assert "xlsx" in refused.value.detail.zh

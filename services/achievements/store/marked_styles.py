"""The styles of a workbook, and a red form of each that is asked for."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from services.achievements.store.xml_rewriting import XmlRewriter, open_tag

MINIMAL = (
    b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts><font>'
    b'<sz val="11"/><name val="Calibri"/></font></fonts><fills><fill><patternFill patternType='
    b'"none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders><border/>'
    b'</borders><cellStyleXfs><xf/></cellStyleXfs><cellXfs><xf xfId="0"/></cellXfs><cellStyles>'
    b'<cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
"""What a workbook without styles means."""
_RED = "FFFFC7CE"


@dataclass(frozen=True, slots=True)
class CellFormat:
    """A format of cells: its attributes, and what stands in it (alignment, protection)."""

    attributes: dict[str, str]
    parts: list[tuple[str, dict[str, str]]] = field(default_factory=list)


class RedStyles:
    """Numbers of red formats for the numbers of those that cells have."""

    def __init__(self, source: IO[bytes]) -> None:
        styles = _Styles([])
        for _ in styles.rewrite(source):
            pass
        self._formats = styles.formats
        self._red = dict[int, int]()

    def redden(self, style: int) -> int:
        """The format that differs by being red only."""
        return self._red.setdefault(style, max(len(self._formats), 1) + len(self._red))

    def rewrite(self, source: IO[bytes]) -> Iterator[bytes]:
        """The styles with the red ones."""
        plain = CellFormat({})
        known = dict(enumerate(self._formats))
        yield from _Styles([known.get(style, plain) for style in self._red]).rewrite(source)


class _Styles(XmlRewriter):
    def __init__(self, red: list[CellFormat]) -> None:
        super().__init__()
        self.formats: list[CellFormat] = []
        self._fills = 0
        self._red = red
        self._inside = ""

    def start(self, name: str, attributes: dict[str, str]) -> bool:
        if name in ("fills", "cellXfs"):
            self._inside = name
            attributes.pop("count", None)
        elif self._inside == "fills" and name == "fill":
            self._fills += 1
        elif self._inside == "cellXfs" and name == "xf":
            self.formats.append(CellFormat(dict(attributes)))
        elif self._inside == "cellXfs" and name in ("alignment", "protection"):
            self.formats[-1].parts.append((name, dict(attributes)))
        return True

    def end(self, name: str) -> None:
        if name != self._inside:
            return
        self._inside = ""
        if name == "fills":
            self._put_fill()
        else:
            self.put("".join(map(self._show_red, self._red)))

    def _put_fill(self) -> None:
        p = self.prefix
        self.put(
            f'<{p}fill><{p}patternFill patternType="solid"><{p}fgColor rgb="{_RED}"/>'
            f"</{p}patternFill></{p}fill>"
        )

    def _show_red(self, known: CellFormat) -> str:
        attributes = known.attributes | {"fillId": str(self._fills), "applyFill": "1"}
        parts = "".join(
            f"{open_tag(self.prefix + name, own)}</{self.prefix}{name}>"
            for name, own in known.parts
        )
        return f"{open_tag(f'{self.prefix}xf', attributes)}{parts}</{self.prefix}xf>"

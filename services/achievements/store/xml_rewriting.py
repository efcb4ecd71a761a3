"""XML handed on as it is read, a piece at a time; subclasses change what they want changed.

Prefixes stay as they were written: other attributes (`mc:Ignorable`) speak of them.
"""

from collections.abc import Iterator, Mapping
from typing import IO
from xml.sax.saxutils import escape, quoteattr

from services.achievements.store.xml_reading import feed, local_name, make_parser

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


class XmlRewriter:
    """Hands on every element and text of a document; comments and instructions are left out.

    `prefix` is that of the root, for elements that are put in.
    """

    def __init__(self) -> None:
        self.prefix = ""
        self._out = [HEAD]
        self._left_out = self._depth = 0
        self._parser = make_parser()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text

    def rewrite(self, source: IO[bytes]) -> Iterator[bytes]:
        """The document, changed; raises InvalidInput where it is none."""
        for _ in feed(self._parser, source):
            yield self._take()

    def start(self, name: str, attributes: dict[str, str]) -> bool:  # noqa: ARG002 for subclasses
        """What to do at the start of an element, named without prefix; False leaves it out."""
        return True

    def end(self, name: str) -> None:
        """What to do before the end of an element that was not left out."""

    def text(self, text: str) -> str:
        """A text as it is to be."""
        return text

    def put(self, xml: str) -> None:
        """Put something before what comes next."""
        self._out.append(xml)

    def _take(self) -> bytes:
        taken = "".join(self._out).encode()
        self._out.clear()
        return taken

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._depth:
            self.prefix = name.removesuffix(local_name(name))
        self._depth += 1
        if self._left_out or not self.start(local_name(name), attributes):
            self._left_out += 1
            return
        self._out.append(open_tag(name, attributes))

    def _end(self, name: str) -> None:
        if self._left_out:
            self._left_out -= 1
            return
        self.end(local_name(name))
        self._out.append(f"</{name}>")

    def _text(self, text: str) -> None:
        if not self._left_out:
            self._out.append(escape(self.text(text), {"\r": "&#13;"}))


def open_tag(name: str, attributes: Mapping[str, str]) -> str:
    """The beginning of an element."""
    written = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{written}>"

"""Headers on their way through: hop-by-hop ones stay behind (RFC 9110 §7.6.1)."""

from collections.abc import Iterable

Header = tuple[bytes, bytes]

_HOP_BY_HOP = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)


def drop_hop_by_hop(headers: Iterable[Header]) -> list[Header]:
    """The headers that are meant for the other end, those named in `Connection` left out."""
    lowered = [(name.lower(), value) for name, value in headers]
    named = {
        word.strip().lower()
        for name, value in lowered
        if name == b"connection"
        for word in value.split(b",")
    }
    return [pair for pair in lowered if pair[0] not in _HOP_BY_HOP and pair[0] not in named]


def find_header(headers: Iterable[Header], wanted: bytes) -> bytes | None:
    """The first header of that (lower-case) name."""
    return next((value for name, value in headers if name.lower() == wanted), None)

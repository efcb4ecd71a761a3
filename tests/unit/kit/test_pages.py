"""Cursors are opaque, and only ours are taken."""

import pytest

from kit.errors import InvalidInput
from kit.pages import decode_cursor, encode_cursor, open_list, read_key, read_place


def test_a_cursor_comes_back_as_it_was():
    assert decode_cursor(encode_cursor("2024-01-01", 5, None), 3) == ["2024-01-01", 5, None]


@pytest.mark.parametrize("cursor", ["", "x", "!!!", "bnVsbA", encode_cursor(1), "WyJcdTAwMDAiLDFd"])
def test_anything_else_is_refused(cursor):
    with pytest.raises(InvalidInput) as refused:
        decode_cursor(cursor, 2)

    assert refused.value.faults[0].code == "cursor_invalid"


def test_a_place_is_a_number_of_this_list():
    assert read_place(None) is None
    assert read_place(encode_cursor(40)) == 40
    for foreign in (encode_cursor("2024-01-01"), encode_cursor(-1), encode_cursor(2**31)):
        with pytest.raises(InvalidInput):
            read_place(foreign)


def test_a_key_is_a_text_of_this_list():
    assert read_key(None) is None
    assert read_key(encode_cursor("b1")) == "b1"
    for foreign in (encode_cursor(4), encode_cursor(None), encode_cursor("b1", "x")):
        with pytest.raises(InvalidInput):
            read_key(foreign)


@pytest.mark.parametrize(
    ("path", "query"), [("/v1/policies", b"sort=title"), ("/v1/awards", b"sort=-title&limit=5")]
)
def test_a_cursor_belongs_to_one_list_in_one_order(path, query):
    with open_list({"path": "/v1/awards", "query_string": b"sort=title"}):
        cursor = encode_cursor("b1")

    with open_list({"path": "/v1/awards", "query_string": b"limit=9&sort=title"}):
        assert read_key(cursor) == "b1"
    with open_list({"path": path, "query_string": query}), pytest.raises(InvalidInput):
        read_key(cursor)

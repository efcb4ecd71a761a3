"""JSON is read strictly: nothing that a database cannot keep gets in."""

import json

import pytest

from kit.strict import read_json


@pytest.mark.parametrize(
    "body",
    [
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": "\\u0000"}',
        b'{"a": "\\ud800"}',
        b'{"a": "\\udc00x"}',
        b'{"a": "\x00"}',
        b'{"a": "\xff"}',
        b"{",
        b"",
        b"[" * 5000,
    ],
)
def test_what_cannot_be_kept_is_refused(body):
    with pytest.raises(json.JSONDecodeError):
        read_json(body)


def test_an_escaped_backslash_before_u0000_is_just_text():
    assert read_json(b'{"a": "\\\\u0000"}') == {"a": "\\u0000"}


def test_a_surrogate_pair_is_a_character():
    assert read_json(b'{"a": "\\ud83d\\ude00"}') == {"a": "\U0001f600"}

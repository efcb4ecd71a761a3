"""JSON is read strictly: nothing that a database cannot keep gets in."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


TEXTS = st.text(alphabet='ab:,"\\ {}', max_size=4)
"""Texts made of what JSON itself is made of."""

OBJECT, LIST, TEXT = "object", "list", "text"
SAID = st.recursive(
    st.tuples(st.just(TEXT), TEXTS),
    lambda inner: (
        st.tuples(st.just(LIST), st.lists(inner, max_size=4))
        | st.tuples(st.just(OBJECT), st.lists(st.tuples(TEXTS, inner), max_size=4))
    ),
    max_leaves=12,
)


def write(said):
    """JSON as somebody writes it who may say a name twice."""
    kind, content = said
    if kind == TEXT:
        return json.dumps(content)
    if kind == LIST:
        return f"[{', '.join(map(write, content))}]"
    return f"{{{', '.join(f'{json.dumps(name)} : {write(value)}' for name, value in content)}}}"


def says_twice(said):
    kind, content = said
    if kind == TEXT:
        return False
    if kind == LIST:
        return any(map(says_twice, content))
    names = [name for name, _ in content]
    return len(set(names)) < len(names) or any(says_twice(value) for _, value in content)


@given(SAID)
def test_a_body_is_refused_just_where_an_object_says_a_name_twice(said):
    body = write(said).encode()

    if says_twice(said):
        with pytest.raises(json.JSONDecodeError, match="twice"):
            read_json(body)
    else:
        assert read_json(body) == json.loads(body)

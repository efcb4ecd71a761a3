"""Answers are in Chinese unless the caller prefers English."""

import pytest

from kit.text import Language, Text, choose_language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, Language.ZH),
        ("", Language.ZH),
        ("en", Language.EN),
        ("en-GB,en;q=0.9,zh;q=0.8", Language.EN),
        ("zh-CN,zh;q=0.9,en;q=0.8", Language.ZH),
        ("en;q=0.5, zh;q=0.9", Language.ZH),
        ("fr, de", Language.ZH),
        ("*", Language.ZH),
        ("en;q=nonsense", Language.ZH),
    ],
)
def test_the_language_follows_the_callers_preference(header, language):
    assert choose_language(header) is language


def test_a_text_speaks_both():
    assert Text("贷", "loan").pick(Language.ZH) == "贷"
    assert Text("贷", "loan").pick(Language.EN) == "loan"

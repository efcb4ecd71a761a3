"""What pydantic complains of is said in both languages."""

import re
from typing import get_args

import pytest
from pydantic_core.core_schema import ErrorType

from kit.validation import fault_of

_HAN = re.compile("[一-鿿]")


@pytest.mark.parametrize("kind", get_args(ErrorType))
def test_every_complaint_has_its_chinese(kind):
    fault = fault_of({"type": kind, "loc": ("body", 0), "msg": "Input should be otherwise"})

    assert _HAN.search(fault.message.zh)
    assert "should" not in fault.message.zh


def test_a_choice_is_listed_without_english_between():
    context = {"expected": "'a', 'b' or 'c'"}
    fault = fault_of({"type": "literal_error", "loc": ("body", "x"), "msg": "…", "ctx": context})

    assert fault.message.zh == "应为以下之一：'a', 'b' 或 'c'"

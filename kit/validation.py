"""Pydantic's complaints as faults in two languages, with JSON pointers (RFC 6901)."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from kit.errors import Fault
from kit.text import Text

_ZH: Mapping[str, str] = {
    "missing": "缺少必填项",
    "extra_forbidden": "未知字段",
    "string_type": "应为字符串",
    "string_too_short": "至少 {min_length} 个字符",
    "string_too_long": "至多 {max_length} 个字符",
    "string_pattern_mismatch": "格式不符：应匹配 {pattern}",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "float_type": "应为数字",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "date_type": "应为日期，如 2024-06-30",
    "date_parsing": "应为日期，如 2024-06-30",
    "date_from_datetime_parsing": "应为日期，如 2024-06-30",
    "date_from_datetime_inexact": "应为日期，不含时间",
    "datetime_type": "应为时间，如 2024-06-30T09:00:00+08:00",
    "datetime_parsing": "应为时间，如 2024-06-30T09:00:00+08:00",
    "datetime_from_date_parsing": "应为时间，如 2024-06-30T09:00:00+08:00",
    "timezone_aware": "时间须带时区",
    "enum": "应为以下之一：{expected}",
    "literal_error": "应为以下之一：{expected}",
    "greater_than_equal": "应大于或等于 {ge}",
    "greater_than": "应大于 {gt}",
    "less_than_equal": "应小于或等于 {le}",
    "less_than": "应小于 {lt}",
    "list_type": "应为数组",
    "tuple_type": "应为数组",
    "dict_type": "应为对象",
    "model_type": "应为对象",
    "model_attributes_type": "应为对象",
    "too_long": "至多 {max_length} 项",
    "too_short": "至少 {min_length} 项",
    "json_invalid": "不是合法的 JSON：{error}",
    "union_tag_invalid": "应为以下之一：{expected_tags}",
    "money_format": '金额须为字符串，元，至多两位小数，如 "100000.00"',
    "ratio_format": '比例须为字符串小数，如 "0.5" 表示 50%',
}


def fault_of(entry: ErrorDetails | Mapping[str, Any]) -> Fault:
    """One of pydantic's error entries as a fault."""
    place = [str(part) for part in entry["loc"]]
    context: Mapping[str, Any] = entry.get("ctx") or {}
    english = str(entry["msg"])
    if entry["type"] == "json_invalid":
        english = f"not valid JSON: {context.get('error', '')}"
        place = place[:1]
    chinese = _chinese(str(entry["type"]), context) or english
    own = context.get("zh")
    return Fault(_pointer(place), str(entry["type"]), Text(str(own or chinese), english))


def faults_of(error: ValidationError) -> list[Fault]:
    """All faults of a model that could not be read (pointers from the model's root)."""
    return [
        fault_of({**entry, "loc": ("body", *entry["loc"])})
        for entry in error.errors(include_url=False, include_input=False)
    ]


def _chinese(kind: str, context: Mapping[str, Any]) -> str | None:
    template = _ZH.get(kind)
    if template is None:
        return None
    try:
        return template.format(**context)
    except (KeyError, IndexError):
        return template.split("：")[0]


def _pointer(place: list[str]) -> str:
    source, *path = place
    escaped = [part.replace("~", "~0").replace("/", "~1") for part in path]
    if source == "body":
        return "".join(f"/{part}" for part in escaped)
    prefix = {"query": "?", "header": "", "path": "{", "cookie": ""}.get(source, "")
    suffix = "}" if source == "path" else ""
    return f"{prefix}{'/'.join(escaped)}{suffix}"

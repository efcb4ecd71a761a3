"""Pydantic's complaints as faults in two languages, with JSON pointers (RFC 6901)."""

from collections.abc import Iterator, Mapping, Sequence
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
    "union_tag_invalid": "{discriminator} 应为以下之一：{expected_tags}",
    "union_tag_not_found": "缺少必填项 {discriminator}",
    "finite_number": "应为有限的数",
    "decimal_type": "应为数字",
    "decimal_parsing": "应为数字",
    "float_parsing": "应为数字",
    "int_parsing_size": "数字过大",
    "timezone_naive": "时间不应带时区",
    "url_parsing": "应为网址",
    "url_scheme": "网址应以下列之一开头：{expected_schemes}",
    "uuid_parsing": "应为 UUID",
    "money_format": '金额须为字符串，元，至多两位小数，如 "100000.00"',
    "ratio_format": '比例须为字符串小数，如 "0.5" 表示 50%',
}

NUL, SURROGATE = "a NUL character", "a lone surrogate"
DOUBLED, TOO_DEEP = "a name twice in one object", "depth limit exceeded"
_JSON_ZH: Mapping[str, str] = {
    NUL: "含有空字符",
    SURROGATE: "含有不成对的代理字符",
    DOUBLED: "同一对象中有重复的名称",
    TOO_DEEP: "嵌套过深",
}


def fault_of(entry: ErrorDetails | Mapping[str, Any]) -> Fault:
    """One of pydantic's error entries as a fault."""
    kind, place = str(entry["type"]), [str(part) for part in entry["loc"]]
    context: Mapping[str, Any] = entry.get("ctx") or {}
    english = str(entry["msg"])
    if kind == "json_invalid":
        return _json_fault(str(context.get("error", "")), place[-1])
    chinese = context.get("zh") or _chinese(kind, context)
    return Fault(_pointer(place), kind, Text(str(chinese), english))


def faults_of_request(entries: Sequence[Mapping[str, Any]], body: object) -> list[Fault]:
    """All faults of a request, each once: two readers of one body find the same ones."""
    return list(dict.fromkeys(fault_of(_place_in(body, entry)) for entry in entries))


def _place_in(body: object, entry: Mapping[str, Any]) -> Mapping[str, Any]:
    source, *path = entry["loc"]
    if source != "body" or entry["type"] == "json_invalid":
        return entry
    return {**entry, "loc": (source, *_names_in(body, path, entry["type"]))}


def _names_in(body: object, path: Sequence[str | int], kind: str) -> Iterator[str | int]:
    """The path without the branches of unions, which pydantic names between the body's own."""
    here = body
    for depth, part in enumerate(path):
        if isinstance(here, list):
            here = dict(enumerate(here))
        if isinstance(here, Mapping) and part in here:
            here = here[part]
            yield part
        elif kind == "missing" and depth == len(path) - 1:
            yield part


def faults_of(error: ValidationError) -> list[Fault]:
    """All faults of a model that could not be read (pointers from the model's root)."""
    return [
        fault_of({**entry, "loc": ("body", *entry["loc"])})
        for entry in error.errors(include_url=False, include_input=False)
    ]


def _json_fault(error: str, position: str) -> Fault:
    reason = _JSON_ZH.get(error, f"第 {position} 个字符附近")
    message = Text(f"不是合法的 JSON：{reason}", f"not valid JSON: {error}")
    return Fault("", "json_invalid", message)


def _chinese(kind: str, context: Mapping[str, Any]) -> str:
    template = _ZH.get(kind, "值不符合要求")
    try:
        return template.format(**context).replace(" or ", " 或 ")
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

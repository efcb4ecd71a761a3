"""The API description, completed: roles, error answers, tags, for every operation."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from kit.auth import guards_of
from kit.problems import KIT_PROBLEMS, MEDIA_TYPE, Problem
from kit.text import Text

_ERRORS = {
    "400": "请求无法识别 · the request cannot be read",
    "401": "没有令牌或令牌无效 · no token, or not a valid one",
    "403": "无权执行 · not allowed",
    "404": "没有找到 · not found",
    "409": "当前状态不允许 · the state of the thing does not allow it",
    "412": "版本已过时 · the version is stale",
    "413": "内容过大 · too large",
    "415": "不支持的内容类型 · not a kind of content that is read here",
    "422": "输入有误 · the input is not valid",
    "428": "缺少 If-Match · If-Match is missing",
    "503": "暂时不可用 · not available just now",
}


def describe(
    schema: dict[str, Any], routes: Sequence[BaseRoute], problems: Mapping[str, Text]
) -> dict[str, Any]:
    """Add to a generated description what the contract promises of every operation."""
    schema["openapi"] = "3.1.0"
    components = schema.setdefault("components", {}).setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        components.pop(unused, None)
    components["Problem"] = _problem_schema()
    for route in routes:
        if isinstance(route, APIRoute) and route.include_in_schema:
            for method in route.methods or ():
                operation = schema["paths"][route.path_format][method.lower()]
                _complete(operation, route, method)
    titles = {**KIT_PROBLEMS, **problems}
    schema["x-problem-types"] = {
        code: {"zh": title.zh, "en": title.en} for code, title in sorted(titles.items())
    }
    return schema


def problem_answer(description: str) -> dict[str, Any]:
    """An error as a description names it, for a status that only some routes answer."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {MEDIA_TYPE: {"schema": schema}}}


def _problem_schema() -> dict[str, Any]:
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    definitions = schema.pop("$defs")
    schema["properties"]["errors"] = {
        "anyOf": [{"type": "array", "items": definitions["FaultOnWire"]}, {"type": "null"}]
    }
    schema["additionalProperties"] = True
    return schema


def _complete(operation: dict[str, Any], route: APIRoute, method: str) -> None:
    guards = list(guards_of(route.dependant))
    roles = sorted({role.value for guard in guards for role in guard.roles})
    answers = operation.setdefault("responses", {})
    answers.pop("422", None)
    for status in _expected(operation, method, guarded=bool(guards)):
        answers[status] = problem_answer(_ERRORS[status])
    operation["x-roles"] = roles or (["any"] if guards else ["public"])
    said = "、".join(operation["x-roles"])
    operation["description"] = f"{operation.get('description', '')}\n\n角色 · roles: {said}".strip()
    if not guards and "security" in operation:
        operation["security"] = [{}, *operation["security"]]


def _expected(operation: dict[str, Any], method: str, *, guarded: bool) -> Iterator[str]:
    parameters = {parameter["name"] for parameter in operation.get("parameters", [])}
    in_path = any(parameter["in"] == "path" for parameter in operation.get("parameters", []))
    if guarded:
        yield from ("401", "403")
    if in_path or "requestBody" in operation:
        yield "404"
    if method != "GET":
        yield from ("409", "413")
    if "requestBody" in operation:
        yield from ("400", "415")
    if "If-Match" in parameters:
        yield from ("412", "428")
    yield from ("422", "503")

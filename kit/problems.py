"""Errors on the wire: `application/problem+json` (RFC 9457), in Chinese or English.

The one table from kinds of errors to HTTP status is here.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from sqlalchemy.exc import DataError, IntegrityError, OperationalError, TimeoutError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Scope

from kit import errors
from kit.errors import DomainError, Fault
from kit.logs import log
from kit.text import Language, Text, choose_language
from kit.validation import faults_of_request

MEDIA_TYPE = "application/problem+json"

STATUS: Mapping[type[DomainError], int] = {
    errors.InvalidInput: 422,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.RuleBroken: 409,
    errors.Stale: 412,
    errors.PreconditionMissing: 428,
    errors.TooLarge: 413,
    errors.UnsupportedMedia: 415,
    errors.TooManyRequests: 429,
    errors.Unavailable: 503,
}

KIT_PROBLEMS: Mapping[str, Text] = {
    "invalid_input": Text("输入有误", "The input is not valid"),
    "not_found": Text("没有找到", "Not found"),
    "method_not_allowed": Text("不支持该方法", "Method not allowed"),
    "token_required": Text("需要令牌", "A token is needed"),
    "token_invalid": Text("令牌无效", "The token is not valid"),
    "role_not_allowed": Text("角色无权执行此操作", "The role may not do this"),
    "forbidden": Text("无权执行此操作", "Not allowed"),
    "precondition_required": Text("请说明所修改的版本", "Say which version you change"),
    "version_stale": Text("版本已过时", "The version is stale"),
    "idempotency_key_in_use": Text(
        "同一幂等键的请求仍在处理", "A request with this key is running"
    ),
    "conflict": Text("与现有数据冲突", "In conflict with what is there"),
    "too_large": Text("内容过大", "Too large"),
    "media_type_unsupported": Text("不支持的内容类型", "Unsupported kind of content"),
    "database_unavailable": Text("数据库暂时不可用", "The database is not available"),
    "keys_unavailable": Text("暂时无法核验令牌", "Tokens cannot be verified just now"),
    "service_unknown": Text("未配置服务地址", "The address of a service is not set"),
    "service_unavailable": Text("服务暂时不可用", "A service is not available"),
    "bad_request": Text("请求无法识别", "The request cannot be read"),
    "internal_error": Text("平台内部错误", "Internal error"),
}

# RFC 6750 §3.1: a caller with a token that no longer counts is told to fetch another.
_CHALLENGES = {"token_invalid": 'Bearer error="invalid_token"'}

_HTTP_CODES = {
    400: "bad_request",
    401: "token_required",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "media_type_unsupported",
}


class FaultOnWire(BaseModel):
    """One wrong place of the input."""

    pointer: str
    code: str
    message: str


class Problem(BaseModel):
    """A problem as it is answered; further members depend on the code."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    request_id: str
    errors: list[FaultOnWire] | None = None


def describe_problem(
    error: DomainError,
    titles: Mapping[str, Text],
    language: Language,
    *,
    instance: str,
    request_id: str,
    status: int | None = None,
) -> dict[str, Any]:
    """The members of a problem, ready for JSON (also used inside 207 answers)."""
    title = titles.get(error.code) or KIT_PROBLEMS.get(error.code) or error.detail
    members: dict[str, Any] = {
        "type": f"/problems/{error.code}",
        "title": title.pick(language),
        "status": status or status_of(error),
        "detail": error.detail.pick(language),
        "instance": instance,
        "code": error.code,
        "request_id": request_id,
    }
    if error.faults:
        members["errors"] = describe_faults(error.faults, language)
    return members | {name: value for name, value in error.facts.items() if name not in members}


def describe_faults(faults: Sequence[Fault], language: Language) -> list[dict[str, str]]:
    return [
        {
            "pointer": fault.pointer,
            "code": fault.code,
            "message": fault.message.pick(language),
        }
        for fault in faults
    ]


def instance_of(scope: Scope) -> str:
    """The address that was asked, as a URI reference: the path as it came, percent-encoded."""
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    return quote(path, safe="/%:@!$&'()*+,;=~")


def status_of(error: DomainError) -> int:
    """The HTTP status of a domain error."""
    return next(status for kind, status in STATUS.items() if isinstance(error, kind))


def install_problems(app: FastAPI, titles: Mapping[str, Text]) -> None:
    """Answer every error of the app as a problem."""

    def answer(request: Request, error: DomainError, status: int | None = None) -> Response:
        language = choose_language(request.headers.get("accept-language"))
        members = describe_problem(
            error,
            titles,
            language,
            instance=instance_of(request.scope),
            request_id=request.scope.get("request_id", ""),
            status=status,
        )
        headers = {"Content-Language": language.value}
        if members["status"] == 401:
            headers["WWW-Authenticate"] = _CHALLENGES.get(error.code, "Bearer")
        return Response(orjson.dumps(members), members["status"], headers, MEDIA_TYPE)

    async def on_domain_error(request: Request, error: DomainError) -> Response:
        return answer(request, error)

    async def on_invalid(request: Request, error: RequestValidationError) -> Response:
        faults = faults_of_request(error.errors(), error.body)
        return answer(
            request, errors.InvalidInput("invalid_input", _summary(faults), faults=faults)
        )

    async def on_http(request: Request, error: HTTPException) -> Response:
        code = _HTTP_CODES.get(error.status_code, "bad_request")
        title = KIT_PROBLEMS[code]
        response = answer(request, DomainError(code, title), error.status_code)
        for name, value in (error.headers or {}).items():
            response.headers[name] = value
        return response

    async def on_database_down(request: Request, error: Exception) -> Response:
        log.error("database error", error=repr(error))
        return answer(request, errors.Unavailable("database_unavailable", _DATABASE_DOWN))

    async def on_conflict(request: Request, error: IntegrityError) -> Response:
        log.warning("integrity error", error=repr(error.orig))
        return answer(request, errors.RuleBroken("conflict", KIT_PROBLEMS["conflict"]))

    async def on_bad_data(request: Request, error: DataError) -> Response:
        log.warning("data error", error=repr(error.orig))
        return answer(request, errors.InvalidInput("invalid_input", KIT_PROBLEMS["invalid_input"]))

    handlers: list[tuple[type[Exception], Any]] = [
        (DomainError, on_domain_error),
        (RequestValidationError, on_invalid),
        (HTTPException, on_http),
        (OperationalError, on_database_down),
        (TimeoutError, on_database_down),
        (IntegrityError, on_conflict),
        (DataError, on_bad_data),
    ]
    for kind, handler in handlers:
        app.add_exception_handler(kind, handler)


def too_large_response(scope: Scope) -> Response:
    """The problem for a body over the limit, for the layer that sees the limiter's answer."""
    return _plain_response(scope, "too_large", 413, _TOO_LARGE)


def crash_response(scope: Scope) -> Response:
    """The problem for what nobody expected; the log says what it was, the answer does not."""
    return _plain_response(scope, "internal_error", 500, KIT_PROBLEMS["internal_error"])


def _plain_response(scope: Scope, code: str, status: int, detail: Text) -> Response:
    members = describe_problem(
        DomainError(code, detail),
        {},
        choose_language(Headers(scope=scope).get("accept-language")),
        instance=instance_of(scope),
        request_id=scope.get("request_id", ""),
        status=status,
    )
    return Response(orjson.dumps(members), status, media_type=MEDIA_TYPE)


_TOO_LARGE = Text(
    "请求正文超过此地址所接受的大小，请分批发送",
    "the body is larger than this address takes; send it in parts",
)
_DATABASE_DOWN = Text(
    "数据库暂时不可用，请稍后重试", "the database does not answer; try again shortly"
)


def _summary(faults: Sequence[Fault]) -> Text:
    count = len(faults)
    first = faults[0].message if faults else KIT_PROBLEMS["invalid_input"]
    if count <= 1:
        return first
    return Text(f"共 {count} 处有误，首先：{first.zh}", f"{count} faults, the first: {first.en}")

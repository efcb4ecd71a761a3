"""令牌."""

import base64
import binascii
from typing import Annotated

import orjson
from fastapi import Form, Header, Request, Response

from gateway.schemas.problems import PROBLEMS
from gateway.schemas.sessions import MeAnswer, TokenAnswer, describe_me
from gateway.usecases import client_keys, sessions
from kit.auth import Caller, Principal
from kit.http import HouseRouter, Read, Write
from kit.openapi import problem_answer
from kit.problems import MEDIA_TYPE
from kit.settings import Settings
from kit.text import Text, choose_language

router = HouseRouter(tags=["sessions"])
Field = Annotated[str | None, Form(max_length=500)]


@router.post(
    "/v1/oauth/token",
    response_model=TokenAnswer,
    summary="取得令牌 · Take a token by client credentials",
    responses={400: problem_answer("RFC 6749 §5.2"), 401: problem_answer("invalid_client")},
)
def take_token(
    request: Request,
    session: Read,
    writing: Write,
    grant_type: Annotated[str | None, Form(max_length=500, examples=["client_credentials"])] = None,
    client_id: Annotated[str | None, Form(max_length=500, examples=["demo-university"])] = None,
    client_secret: Annotated[str | None, Form(max_length=500, examples=["demo"])] = None,
    client_assertion_type: Field = None,
    client_assertion: Annotated[str | None, Form(max_length=8000)] = None,
    scope: Field = None,  # noqa: ARG001 RFC 6749 lets clients send it; a token has one scope here
    authorization: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> Response:
    """Form; the client and its secret in the form or by HTTP Basic (RFC 6749 §2.3.1), or
    `client_assertion`, a JWT signed with a key of `POST /v1/me/keys` (RFC 7523): `iss` = `sub` =
    the client, `aud` = `liurong` or this address, `exp` within ten minutes, `jti` used once.
    """
    settings = request.app.state.settings
    basic = _read_basic(authorization)
    if sum(proof is not None for proof in (basic, client_secret, client_assertion)) > 1:
        return _refuse(request, 400, "invalid_request", _TWO_PROOFS)
    if grant_type == "client_credentials" and client_assertion is not None:
        proven = None
        if client_assertion_type == client_keys.ASSERTION_TYPE:
            proven = client_keys.authenticate_assertion(
                writing, settings, client_id, client_assertion
            )
        return _answer(request, settings, proven)
    client_id, client_secret = basic or (client_id, client_secret)
    if grant_type is None or not client_id or client_secret is None:
        return _refuse(request, 400, "invalid_request", _INCOMPLETE)
    if grant_type != "client_credentials":
        return _refuse(request, 400, "unsupported_grant_type", _WRONG_GRANT)
    principal = sessions.authenticate_client(session, settings, client_id, client_secret)
    return _answer(request, settings, principal)


def _answer(request: Request, settings: Settings, principal: Principal | None) -> Response:
    if principal is None:
        return _refuse(request, 401, "invalid_client", _WRONG_CLIENT)
    answer = TokenAnswer(
        access_token=sessions.issue_token(settings, principal),
        token_type="Bearer",  # noqa: S106 the kind of token, not a secret
        expires_in=sessions.TOKEN_SECONDS,
    )
    return Response(answer.model_dump_json(), 200, _NOT_KEPT, "application/json")


@router.get("/v1/me", summary="我是谁 · Who the token is")
def show_me(caller: Caller) -> MeAnswer:
    """The client, its role and the organisation it acts for."""
    return describe_me(caller)


_NOT_KEPT = {"Cache-Control": "no-store"}
_INCOMPLETE = Text(
    "请以表单给出 grant_type、client_id、client_secret",
    "send grant_type, client_id and client_secret as a form",
)
_TWO_PROOFS = Text(
    "一次请求只能用一种方式证明身份：密钥、HTTP Basic 或断言，择一",
    "prove who you are in one way: the secret, HTTP Basic or an assertion (RFC 6749 §2.3)",
)
_WRONG_GRANT = Text(
    "只支持 grant_type=client_credentials", "only grant_type=client_credentials is supported"
)
_WRONG_CLIENT = Text(
    "客户端不存在或密钥不正确", "there is no such client, or its secret is not right"
)


def _read_basic(authorization: str | None) -> tuple[str, str] | None:
    scheme, _, value = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return name, secret


def _refuse(request: Request, status: int, error: str, detail: Text) -> Response:
    """RFC 6749 §5.2 and RFC 9457 in one body."""
    language = choose_language(request.headers.get("accept-language"))
    body = {
        "error": error,
        "error_description": detail.en,
        "type": f"/problems/{error}",
        "title": PROBLEMS[error].pick(language),
        "status": status,
        "detail": detail.pick(language),
        "instance": request.url.path,
        "code": error,
        "request_id": request.scope.get("request_id", ""),
    }
    headers = dict(_NOT_KEPT)
    if status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="liurong"'
    return Response(orjson.dumps(body), status, headers, MEDIA_TYPE)

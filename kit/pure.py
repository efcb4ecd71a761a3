"""Routes that answer from their body alone: a question that reads well goes past the framework.

For every request FastAPI solves dependencies, opens exit stacks and copies headers; for an answer
that is pure arithmetic this is more work than the answer. A `PureRoute` is described and refuses
like any other route, because it *is* one: whatever is not plain and well-formed takes the ordinary
way, with the same message given again.
"""

from enum import Enum
from json import JSONDecodeError

from fastapi import Request
from pydantic import BaseModel, ValidationError
from starlette.types import Message, Receive, Scope, Send

from kit.http import HouseRoute, HouseRouter
from kit.idempotency import HEADER
from kit.strict import read_json

_KEY = HEADER.lower().encode("ascii")
_JSON = b"application/json"


class PureRoute(HouseRoute):
    """`async def endpoint(request, body) -> Response`: no token, no session, no thread."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not is_plain(scope):
            await super().handle(scope, receive, send)
            return
        message = await receive()
        body = read_whole(self, message)
        if body is None:
            await super().handle(scope, once_more(message, receive), send)
            return
        response = await self.endpoint(request=Request(scope), body=body)
        await response(scope, receive, send)


class PureRouter(HouseRouter):
    """A router whose routes are all `PureRoute`s."""

    def __init__(self, *, prefix: str = "", tags: list[str | Enum]) -> None:
        super().__init__(prefix=prefix, tags=tags)
        self.route_class = PureRoute


def read_whole(route: HouseRoute, message: Message) -> BaseModel | None:
    """The body of a question that came in one piece; None where anything is wrong with it."""
    if message["type"] != "http.request" or message.get("more_body", False):
        return None
    assert route.body_field is not None
    model: type[BaseModel] = route.body_field.field_info.annotation  # type: ignore[assignment]
    try:
        return model.model_validate(read_json(message["body"]))
    except (JSONDecodeError, ValidationError):
        return None


def is_plain(scope: Scope) -> bool:
    """A POST of JSON without a query or a key under which the answer would be kept."""
    if scope["method"] != "POST" or scope["query_string"] or "\0" in scope["path"]:
        return False
    named = dict(scope["headers"])
    return named.get(b"content-type", b"") == _JSON and _KEY not in named


def once_more(message: Message, receive: Receive) -> Receive:
    """The same request again from its beginning: a message that was taken is given first."""
    waiting = [message]

    async def receive_again() -> Message:
        return waiting.pop() if waiting else await receive()

    return receive_again

"""The one adaptor for 山东省技术成果交易中心: a narrow contract of our own, no live connection.

The exchange publishes no interface. The contract: `PUT /listings/{key}` tells a listing with its
revision, `POST /deals` has a deal confirmed, `GET /changes?after=` asks what happened there. Every
question has a key, so that asking again is asking the same. In the demo a simulator answers
(`liurong/exchange.py`) and says `simulated: true`; another system is connected by
`LIURONG_EXCHANGE_URL`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import stamina

from kit.directory import Directory
from kit.errors import Unavailable
from kit.logs import log
from kit.text import Text

EXCHANGE = "exchange"
_ATTEMPTS = 4
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answered:
    """What the exchange said, and after how many attempts."""

    status: int
    attempts: int
    said: dict[str, Any]

    @property
    def simulated(self) -> bool:
        return bool(self.said.get("simulated"))

    @property
    def is_yes(self) -> bool:
        return self.status in (httpx.codes.OK, httpx.codes.CREATED)


class _TryAgain(Exception):
    """The exchange did not answer, or answered 5xx."""


def is_connected(directory: Directory) -> bool:
    """Whether there is an exchange at all: the demo's simulator, or an address."""
    return directory.app_of(EXCHANGE) is not None or directory.url_of(EXCHANGE) is not None


async def tell_listing(directory: Directory, key: str, body: Json) -> Answered:
    """A listing as it is now; an older revision than the exchange knows changes nothing there."""
    return await _insist(directory, "PUT", f"/listings/{key}", body)


async def confirm_deal(directory: Directory, body: Json) -> Answered:
    """A deal to be confirmed; the same key is the same deal."""
    return await _insist(directory, "POST", "/deals", body)


async def ask_changes(directory: Directory, after: int) -> Answered:
    """What happened at the exchange since, in any order and perhaps more than once."""
    return await _insist(directory, "GET", f"/changes?after={after}", None)


async def _insist(directory: Directory, method: str, path: str, body: Json | None) -> Answered:
    """Four attempts within eight seconds; raises Unavailable, and says how many there were."""
    attempts = 0
    try:
        async for attempt in stamina.retry_context(
            on=_TryAgain, attempts=_ATTEMPTS, timeout=8.0, wait_initial=0.05, wait_max=1.0
        ):
            with attempt:
                attempts = attempt.num
                answer = await _ask(directory, method, path, body)
    except _TryAgain as error:
        raise Unavailable(
            "exchange_unavailable",
            Text(
                "交易中心暂时没有答复，请稍后重试",
                "the exchange does not answer just now; try again shortly",
            ),
            attempts=attempts,
        ) from error
    return Answered(answer.status_code, attempts, answer.json())


async def _ask(directory: Directory, method: str, path: str, body: Json | None) -> httpx.Response:
    try:
        answer = await directory.client(EXCHANGE).request(method, path, json=body)
    except (httpx.HTTPError, OSError) as error:
        log.warning("the exchange does not answer", error=repr(error))
        raise _TryAgain from error
    if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
        log.warning("the exchange fails", status=answer.status_code)
        raise _TryAgain
    return answer

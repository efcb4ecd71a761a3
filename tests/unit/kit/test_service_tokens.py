"""The token that services show each other is renewed beside the work."""

import asyncio
import time
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kit.directory import Directory
from kit.settings import Mode, Settings


class Issuer:
    """Gives numbered tokens, each for an hour, when it is let."""

    def __init__(self) -> None:
        self.given = 0
        self.may_answer = asyncio.Event()

    async def give(self, _request: Request) -> Response:
        await self.may_answer.wait()
        self.given += 1
        return JSONResponse({"access_token": f"t{self.given}", "expires_in": 3600})


def test_nobody_waits_for_a_token_that_is_renewed_in_good_time(
    tmp_path: Path, monkeypatch: object
) -> None:
    hours = [0.0]
    real = time.monotonic

    async def walk() -> list[str]:
        issuer = Issuer()
        app = Starlette(routes=[Route("/v1/oauth/token", issuer.give, methods=["POST"])])
        settings = Settings(mode=Mode.DEMO, data_dir=tmp_path)
        directory = Directory(settings, {"gateway": app})
        issuer.may_answer.set()
        shown = [(await directory.service_headers())["Authorization"]]
        issuer.may_answer.clear()
        hours[0] = 0.85
        shown += [(await directory.service_headers())["Authorization"] for _ in range(3)]
        issuer.may_answer.set()
        await asyncio.sleep(0.05)
        shown.append((await directory.service_headers())["Authorization"])
        await directory.close()
        return [*shown, str(issuer.given)]

    monkeypatch.setattr("kit.directory.time.monotonic", lambda: real() + hours[0] * 3600)  # type: ignore[attr-defined]

    assert asyncio.run(walk()) == ["Bearer t1"] * 4 + ["Bearer t2", "2"]

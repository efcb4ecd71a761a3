"""One way to call another house: a clear 503 when it is away, its own words when it refuses."""

from collections.abc import Mapping
from typing import Any

import httpx

from kit.directory import Directory, Params
from kit.errors import DomainError, Unavailable
from kit.logs import log
from kit.text import Text


async def call_house(
    directory: Directory,
    house: str,
    method: str,
    path: str,
    *,
    authorization: str | None = None,
    params: Params | None = None,
    body: Mapping[str, Any] | None = None,
) -> httpx.Response:
    """The answer of a house, whatever its status below 500; raises Unavailable."""
    try:
        headers = (
            {"Authorization": authorization}
            if authorization is not None
            else await directory.service_headers()
        )
        answer = await directory.ask(house, method, path, params=params, body=body, headers=headers)
    except (httpx.HTTPError, OSError) as error:
        log.warning("a service does not answer", service=house, error=repr(error))
        raise service_down(house) from error
    if answer.status_code >= 500:
        raise service_down(house)
    return answer


def service_down(house: str) -> Unavailable:
    """The usual answer while another house is away."""
    return Unavailable(
        "service_unavailable",
        Text(
            f"服务 {house} 暂时不可用，请稍后重试",
            f"the service {house} does not answer just now; try again shortly",
        ),
        service=house,
    )


def quote_problem(kind: type[DomainError], code: str, answer: httpx.Response) -> DomainError:
    """An error of ours that passes on what the other house said, in the caller's language."""
    try:
        problem = answer.json()
    except ValueError:
        problem = {"detail": answer.text[:200]}
    detail = str(problem.get("detail") or problem.get("title") or "")
    said = {"cause": problem.get("code"), "errors": problem.get("errors")}
    facts = {name: value for name, value in said.items() if value is not None}
    return kind(code, Text(detail, detail), **facts)

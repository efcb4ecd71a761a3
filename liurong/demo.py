"""A small synthetic 历下, told to the platform through its own public API.

`demo_data/*.yaml` are lists of calls (who, method, path, body), made in the order of the files.
Telling it again changes nothing: a POST carries the same Idempotency-Key, and a PUT is left out
where the thing is there already, whatever became of it meanwhile.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx

from gateway.usecases.clients import DEMO_SECRET
from kit.yamls import read_yaml

_CALLS = Path(__file__).parent / "demo_data"


@dataclass(frozen=True, slots=True)
class DemoCall:
    """One call of the story: `client_id` says it, `body` is JSON.

    Where `find` is given, it is a list with one item, whose id stands for `{id}` in path and body.
    """

    client_id: str
    method: str
    path: str
    body: dict[str, Any]
    find: str | None = None

    @property
    def idempotency_key(self) -> str:
        """The same for the same call, so that a second telling gets the first one's answer."""
        told = json.dumps(self._told(), ensure_ascii=False, sort_keys=True)
        return f"demo-{sha256(told.encode()).hexdigest()[:32]}"

    def _told(self) -> list[Any]:
        return [self.path, self.body, *([self.find] if self.find else [])]


class DemoDataRefused(Exception):
    """The platform did not take a call of the demo data; says which and why."""


async def load_demo_data(http: httpx.AsyncClient) -> int:
    """Tell everything in order; how many calls were made."""
    tokens: dict[str, str] = {}
    calls = list(read_demo_calls())
    for call in calls:
        if call.client_id not in tokens:
            tokens[call.client_id] = await take_token(http, call.client_id)
        await _tell(http, call, tokens[call.client_id])
    return len(calls)


def read_demo_calls() -> Iterator[DemoCall]:
    """The calls of all files, in order."""
    for file in sorted(_CALLS.glob("*.yaml")):
        # libyaml reads them ten times as fast, and every start waits for it.
        for entry in read_yaml(file.read_text(encoding="utf-8")):
            method = next(name for name in ("put", "post") if name in entry)
            yield DemoCall(
                entry["as"], method.upper(), entry[method], entry["body"], entry.get("find")
            )


async def take_token(http: httpx.AsyncClient, client_id: str) -> str:
    """A token of a demo client."""
    form = {
        "grant_type": "client_credentials",
        "client_id": client_id,
        "client_secret": DEMO_SECRET,
    }
    answer = await http.post("/v1/oauth/token", data=form)
    if answer.is_error:
        raise DemoDataRefused(f"no token for {client_id}: {answer.text}")
    token: str = answer.json()["access_token"]
    return token


async def _tell(http: httpx.AsyncClient, call: DemoCall, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    path, body = call.path, call.body
    if call.find is not None:
        found = (await http.get(call.find, headers=headers)).raise_for_status().json()["items"]
        path, headers["If-Match"] = path.replace("{id}", found[0]["id"]), "*"
        body = {name: found[0]["id"] if value == "{id}" else value for name, value in body.items()}
    if call.method == "POST":
        headers["Idempotency-Key"] = call.idempotency_key
    elif (await http.get(path, headers=headers)).is_success:
        return
    answer = await http.request(call.method, path, json=body, headers=headers)
    if answer.is_error or _refused_items(answer):
        raise DemoDataRefused(f"{call.method} {path}: {answer.status_code} {answer.text}")


def _refused_items(answer: httpx.Response) -> list[Any]:
    """The items of a batch (207) that were not taken."""
    if answer.status_code != httpx.codes.MULTI_STATUS:
        return []
    return [item for item in answer.json()["items"] if item.get("problem")]

"""A SIMULATOR of 山东省技术成果交易中心 for one machine, demonstrations, tests. Nothing is live.

`PUT /listings/{key}` takes a listing and gives it a number; an older revision than the known one
changes nothing. `POST /deals` confirms a deal; the same key gives the same answer. `GET /changes`
tells what happened here since a number. A listing number that begins with `REFUSE` is refused, one
that begins with `BUSY` is answered 503 twice before it is confirmed. Kept in one SQLite file, so
that the web process and the worker meet the same exchange; `liurong exchange-simulator` makes
things happen there.
"""

import json
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kit.clock import today
from kit.db import new_id

NAME = "山东省技术成果交易中心（模拟器）"
FILE = "exchange-simulator.sqlite"
_BUSY_ANSWERS = 2
_TABLES = """
CREATE TABLE IF NOT EXISTS deals (key TEXT PRIMARY KEY, content TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS busy (key TEXT PRIMARY KEY, answers INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS listings (
    key TEXT PRIMARY KEY, number TEXT NOT NULL UNIQUE, revision INTEGER NOT NULL,
    changes INTEGER NOT NULL DEFAULT 0, content TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS changes (sequence INTEGER PRIMARY KEY, content TEXT NOT NULL);
"""


class ExchangeSimulator:
    """What the exchange would know; `silent` makes it answer 503 to everything."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.silent = False
        file.parent.mkdir(parents=True, exist_ok=True)
        with self._open() as database:
            database.executescript(_TABLES)

    async def confirm_deal(self, request: Request) -> Response:
        """A confirmed deal, a refusal, or a busy exchange."""
        said = await request.json()
        key, listing = str(said["key"]), str(said["listing_number"])
        if listing.startswith("REFUSE"):
            detail = f"挂牌编号 {listing} 不存在或已撤牌"
            return JSONResponse({"detail": detail, "simulated": True}, 409)
        if self.silent or (listing.startswith("BUSY") and self._is_still_busy(key)):
            return _busy()
        with self._open() as database:
            content = json.dumps(_make_deal(key, said))
            new = database.execute("INSERT OR IGNORE INTO deals VALUES (?, ?)", (key, content))
            kept = database.execute("SELECT content FROM deals WHERE key = ?", (key,)).fetchone()
        return JSONResponse(json.loads(kept[0]), 201 if new.rowcount else 200)

    async def take_listing(self, request: Request) -> Response:
        """A listing and its number; the newest revision counts, in whatever order they come."""
        if self.silent:
            return _busy()
        said, key = await request.json(), request.path_params["key"]
        number = f"SIM-L-{zlib.crc32(key.encode()):08X}"
        row = (key, number, int(said["revision"]), json.dumps(said))
        with self._open() as database:
            database.execute(
                "INSERT INTO listings (key, number, revision, content) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (key) DO UPDATE SET revision = excluded.revision,"
                " content = excluded.content WHERE excluded.revision > listings.revision",
                row,
            )
            revision = database.execute(
                "SELECT revision FROM listings WHERE key = ?", (key,)
            ).fetchone()[0]
        return JSONResponse(
            {"exchange": NAME, "simulated": True, "listing_number": number, "revision": revision}
        )

    async def list_changes(self, request: Request) -> Response:
        """What happened here after a number."""
        if self.silent:
            return _busy()
        after = int(request.query_params.get("after", 0))
        with self._open() as database:
            found = database.execute(
                "SELECT content FROM changes WHERE sequence > ? ORDER BY sequence", (after,)
            ).fetchall()
        items = [json.loads(content) for (content,) in found]
        return JSONResponse({"simulated": True, "items": items})

    def make_happen(self, listing_number: str, kind: str, **terms: object) -> dict[str, object]:
        """A deal or a withdrawal at the exchange itself; answers the message it will tell."""
        with self._open() as database:
            database.execute(
                "UPDATE listings SET changes = changes + 1 WHERE number = ?", (listing_number,)
            )
            known = database.execute(
                "SELECT changes FROM listings WHERE number = ?", (listing_number,)
            ).fetchone()
            if known is None:
                raise KeyError(listing_number)
            sequence = database.execute(
                "SELECT coalesce(max(sequence), 0) + 1 FROM changes"
            ).fetchone()[0]
            message: dict[str, object] = {
                "id": new_id(),
                "sequence": sequence,
                "listing_number": listing_number,
                "revision": known[0],
                "kind": kind,
                **terms,
            }
            database.execute("INSERT INTO changes VALUES (?, ?)", (sequence, json.dumps(message)))
        return message

    def find_listing(self, listing_number: str) -> dict[str, object] | None:
        """A listing as the exchange knows it."""
        with self._open() as database:
            found = database.execute(
                "SELECT content FROM listings WHERE number = ?", (listing_number,)
            ).fetchone()
        return None if found is None else json.loads(found[0])

    def make_app(self) -> Starlette:
        """The simulator as a web application."""
        return Starlette(
            routes=[
                Route("/deals", self.confirm_deal, methods=["POST"]),
                Route("/listings/{key}", self.take_listing, methods=["PUT"]),
                Route("/changes", self.list_changes, methods=["GET"]),
            ]
        )

    def _is_still_busy(self, key: str) -> bool:
        with self._open() as database:
            database.execute("INSERT OR IGNORE INTO busy VALUES (?, 0)", (key,))
            database.execute("UPDATE busy SET answers = answers + 1 WHERE key = ?", (key,))
            answers = database.execute("SELECT answers FROM busy WHERE key = ?", (key,))
            return bool(answers.fetchone()[0] <= _BUSY_ANSWERS)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """One transaction on the file; others wait for it, up to five seconds."""
        connection = sqlite3.connect(self._file, timeout=5)
        try:
            with connection:
                yield connection
        finally:
            connection.close()


def _busy() -> Response:
    return JSONResponse({"detail": "繁忙", "simulated": True}, 503)


def _make_deal(key: str, said: dict[str, object]) -> dict[str, object]:
    day = today()
    return {
        "exchange": NAME,
        "simulated": True,
        "deal_number": f"SIM-{day:%Y}-{zlib.crc32(key.encode()):08X}",
        "listing_number": said["listing_number"],
        "amount_yuan": said["amount_yuan"],
        "dealt_on": said.get("dealt_on") or day.isoformat(),
    }

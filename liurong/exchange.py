"""A SIMULATOR of 山东省技术成果交易中心 for one machine, demonstrations, tests. Nothing is live.

`POST /deals` with a key confirms a deal and gives it a number; the same key gives the same answer.
A listing number that begins with `REFUSE` is refused, one that begins with `BUSY` is answered 503
twice before it is confirmed: so that the adaptor's refusals and retries can be seen.
"""

import zlib

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kit.clock import today

NAME = "山东省技术成果交易中心（模拟器）"
_BUSY_ANSWERS = 2


class ExchangeSimulator:
    """Deals by key; kept in memory, since the receipts are kept by the gateway."""

    def __init__(self) -> None:
        self._deals: dict[str, dict[str, object]] = {}
        self._busy: dict[str, int] = {}

    async def confirm_deal(self, request: Request) -> Response:
        """A confirmed deal, a refusal, or a busy exchange."""
        said = await request.json()
        key, listing = str(said["key"]), str(said["listing_number"])
        if listing.startswith("REFUSE"):
            detail = f"挂牌编号 {listing} 不存在或已撤牌"
            return JSONResponse({"detail": detail, "simulated": True}, 409)
        if listing.startswith("BUSY") and self._busy.get(key, 0) < _BUSY_ANSWERS:
            self._busy[key] = self._busy.get(key, 0) + 1
            return JSONResponse({"detail": "繁忙", "simulated": True}, 503)
        known = key in self._deals
        deal = self._deals.setdefault(key, _make_deal(key, said))
        return JSONResponse(deal, 200 if known else 201)

    def make_app(self) -> Starlette:
        """The simulator as a web application."""
        return Starlette(routes=[Route("/deals", self.confirm_deal, methods=["POST"])])


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

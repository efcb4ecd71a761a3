"""The adaptor for 山东省技术成果交易中心: a narrow contract of our own, no live connection.

The exchange publishes no interface. The contract here is `POST /deals` with the key of the track,
so that asking again is asking the same; today a simulator answers (`liurong/exchange.py`), and its
answers say `simulated: true`. Another exchange system is connected by `LIURONG_EXCHANGE_URL`.
"""

import httpx
import stamina

from gateway.rules.cases import Case
from gateway.rules.trades import Deal, Receipt
from kit.directory import Directory
from kit.errors import RuleBroken, Unavailable
from kit.logs import log
from kit.text import Text

EXCHANGE = "exchange"
_ATTEMPTS = 4


class _TryAgain(Exception):
    """The exchange did not answer, or answered 5xx."""


async def confirm_deal(directory: Directory, case: Case, track_id: str, deal: Deal) -> Receipt:
    """Have the exchange confirm a deal; tried four times, the same key each time."""
    body = {
        "key": track_id,
        "case_number": case.number,
        "listing_number": deal.listing_number,
        "amount_yuan": deal.amount_yuan,
        "buyer_uscc": deal.buyer_uscc,
        "seller_uscc": deal.seller_uscc,
        "dealt_on": None if deal.dealt_on is None else deal.dealt_on.isoformat(),
    }
    attempts = 0
    try:
        async for attempt in stamina.retry_context(
            on=_TryAgain, attempts=_ATTEMPTS, timeout=8.0, wait_initial=0.05, wait_max=1.0
        ):
            with attempt:
                attempts = attempt.num
                answer = await _ask(directory, body)
    except _TryAgain as error:
        raise Unavailable(
            "exchange_unavailable",
            Text(
                "交易中心暂时没有答复，请稍后重试",
                "the exchange does not answer just now; try again shortly",
            ),
            attempts=attempts,
        ) from error
    said = answer.json()
    if answer.status_code not in (200, 201):
        detail = str(said.get("detail", ""))
        raise RuleBroken("exchange_refused", Text(detail, detail), status=answer.status_code)
    return Receipt(
        case_id=case.id,
        track_id=track_id,
        attempts=attempts,
        simulated=bool(said.get("simulated")),
        request=body,
        status=answer.status_code,
        answer=said,
    )


async def _ask(directory: Directory, body: dict[str, str | None]) -> httpx.Response:
    try:
        answer = await directory.client(EXCHANGE).post("/deals", json=body)
    except (httpx.HTTPError, OSError) as error:
        log.warning("the exchange does not answer", error=repr(error))
        raise _TryAgain from error
    if answer.status_code >= 500:
        log.warning("the exchange fails", status=answer.status_code)
        raise _TryAgain
    return answer

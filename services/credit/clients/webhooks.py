"""Messages to institutions' own addresses, signed (Standard Webhooks), never redirected."""

import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit, urlunsplit

import httpx
from standardwebhooks.webhooks import Webhook

from services.credit.rules.arrangements import Arrangements
from services.credit.rules.webhooks import Refused, Target, choose_address, judge_url

_TIMEOUT = httpx.Timeout(10.0, connect=5.0)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one try: the status that was answered, or why there was none."""

    status: int | None
    error: str | None

    @property
    def arrived(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def send_webhook(
    arrangements: Arrangements, url: str, secret: str, message_id: str, body: bytes, at: datetime
) -> Delivery:
    """One try. The name is resolved once and judged; that very address is called."""
    target = judge_url(url, arrangements.webhook_hosts, arrangements.webhook_private)
    if isinstance(target, Refused):
        return Delivery(None, target.code)
    address = choose_address(_resolve(target), arrangements.webhook_private)
    if address is None:
        return Delivery(None, "address_not_allowed")
    try:
        return Delivery(
            _post(url, target, address, _sign(secret, message_id, body, at), body), None
        )
    except httpx.HTTPError as error:
        return Delivery(None, type(error).__name__)


def _sign(secret: str, message_id: str, body: bytes, at: datetime) -> dict[str, str]:
    instant = at.astimezone(UTC)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(instant.timestamp())),
        "webhook-signature": Webhook(secret).sign(message_id, instant, body.decode()),
    }


def _post(url: str, target: Target, address: str, signed: dict[str, str], body: bytes) -> int:
    """The status; what else is answered is not read."""
    parts = urlsplit(url)
    literal = f"[{address}]" if ":" in address else address
    place = urlunsplit((parts.scheme, f"{literal}:{target.port}", parts.path, parts.query, ""))
    headers = signed | {"Host": parts.netloc, "Content-Type": "application/json"}
    with (
        httpx.Client(timeout=_TIMEOUT, follow_redirects=False, trust_env=False) as http,
        http.stream(
            "POST", place, content=body, headers=headers, extensions={"sni_hostname": target.host}
        ) as answer,
    ):
        return answer.status_code


def _resolve(target: Target) -> list[str]:
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except OSError:
        return []
    return [str(each[4][0]) for each in found]

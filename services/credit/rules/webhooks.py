"""Webhooks: which addresses may be called, and when to try again.

An address is allowed by its host name (a list), by https (unless private addresses are allowed),
and, when it is called, by where the name points: never to this machine, to private networks or to
a cloud's own metadata. What is checked is what is called: the caller connects to the very address
that was judged.

    1st try at once, then after 5 s, 30 s, 2 min, 10 min, 30 min, then every hour, 25 hours long
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import urlsplit

from kit.text import Text

PATIENCE = timedelta(hours=25)
_WAITS = (5, 30, 120, 600, 1800)
_EVERY_HOUR = 3600


class MessageState(StrEnum):
    """待送 / 已送达 / 死信 / 因授权终止或所含信息已过期而不送."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class Target:
    """An address that may be called: host name and port."""

    host: str
    port: int
    is_https: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """Why an address may not be called."""

    code: str
    message: Text


def judge_url(url: str, hosts: Iterable[str], private: bool) -> Target | Refused:
    """Whether a webhook may be registered (and called) at an address, by what it says."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return _NOT_AN_ADDRESS
    if parts.scheme not in ("https", "http") or not host or parts.username or parts.fragment:
        return _NOT_AN_ADDRESS
    if parts.scheme == "http" and not private:
        return Refused("https_required", Text("须使用 https 地址", "the address must be https"))
    if not any(_is_within(host, each) for each in hosts):
        return Refused(
            "host_not_allowed",
            Text(
                f"主机「{host}」不在许可名单内，请联系平台登记",
                f"the host {host!r} is not on the list; have it entered by the platform",
            ),
        )
    default = 443 if parts.scheme == "https" else 80
    return Target(host, port or default, parts.scheme == "https")


def choose_address(addresses: Iterable[str], private: bool) -> str | None:
    """The first address a name points to; None where any of them is not public."""
    found = list(addresses)
    if not found or not (private or all(is_public(each) for each in found)):
        return None
    return found[0]


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet (RFC 6890; mapped IPv4 looked into)."""
    ip = ip_address(address.split("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    if mapped is not None:
        return is_public(str(mapped))
    return ip.is_global and not ip.is_multicast


def find_next_try(attempts: int, give_up_at: datetime, at: datetime) -> datetime | None:
    """When to try again after so many attempts; None when it is over (a dead letter)."""
    if at >= give_up_at:
        return None
    wait = _WAITS[attempts - 1] if attempts <= len(_WAITS) else _EVERY_HOUR
    return min(at + timedelta(seconds=wait), give_up_at)


def _is_within(host: str, allowed: str) -> bool:
    return host.endswith(allowed) if allowed.startswith(".") else host == allowed


_NOT_AN_ADDRESS = Refused(
    "url_invalid", Text("不是可用的 http(s) 地址", "not an http(s) address that can be called")
)

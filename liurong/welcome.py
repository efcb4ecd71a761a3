"""What `liurong run` says when everything is up: where, who, and a first question."""

from pathlib import Path

from gateway.store.packs import list_demo_entries
from gateway.usecases.clients import DEMO_SECRET
from kit.settings import Mode, Settings
from liurong.platform import address_of

_CALCULATION = (
    '{"on": "2024-06-30", "applicant": {"kind": "enterprise", "in_district": true},'
    ' "awards": [{"id": "a1", "scheme": "shandong_st_progress", "level": "first",'
    ' "awarded_on": "2024-03-01"}]}'
)


def welcome(settings: Settings, log_file: Path) -> str:
    """The page that a person sees in the terminal."""
    address = address_of(settings)
    lines = ["", f"六融 Liurong is ready at {address}   (API pages: {address}/docs)", ""]
    if settings.mode is Mode.DEMO:
        lines += _clients()
    lines += [
        "A first question, as anyone may ask it (省级科技进步奖一等奖, what is due?):",
        "",
        f"  curl -s {address}/v1/subsidies/calculations -H 'Content-Type: application/json' \\",
        f"    -d '{_CALCULATION}'",
        "",
    ]
    if settings.mode is Mode.DEMO:
        lines += _sign_in(address)
    lines += [f"Log: {log_file}   Ctrl-C stops everything.", ""]
    return "\n".join(lines)


def _clients() -> list[str]:
    lines = [
        f"  {who.client_id:18} {who.role:11} {who.uscc}  {who.org_name}"
        for who in (entry.principal for entry in list_demo_entries())
    ]
    return [f"Demo clients, secret {DEMO_SECRET!r} for all of them:", "", *lines, ""]


def _sign_in(address: str) -> list[str]:
    return [
        "As the university: take a token, and ask who it is:",
        "",
        f"  TOKEN=$(curl -s {address}/v1/oauth/token -d grant_type=client_credentials \\",
        f"    -d client_id=demo-university -d client_secret={DEMO_SECRET} |"
        ' sed \'s/.*"access_token":"\\([^"]*\\).*/\\1/\')',
        f'  curl -s {address}/v1/me -H "Authorization: Bearer $TOKEN"',
        "",
    ]

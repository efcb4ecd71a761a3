"""Which addresses may be called, and when to try again."""

from datetime import UTC, datetime, timedelta

import pytest

from services.credit.rules.webhooks import (
    PATIENCE,
    Refused,
    Target,
    choose_address,
    find_next_try,
    is_public,
    judge_url,
)

HOSTS = {"hooks.bank.example", ".insurer.example"}
NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.bank.example/a",
        "https://hooks.bank.example:8443/a?b=c",
        "https://a.insurer.example",
        "https://HOOKS.bank.example./",
    ],
)
def test_a_listed_host_by_https_may_be_called(url: str) -> None:
    assert isinstance(judge_url(url, HOSTS, private=False), Target)


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.bank.example/",
        "https://insurer.example/",
        "https://hooks.bank.example.evil.example/",
        "https://hooks.bank.example@evil.example/",
        "https://user@hooks.bank.example/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://hooks.bank.example:99999/",
        "https:///x",
        "//hooks.bank.example",
        "file:///etc/passwd",
        "gopher://hooks.bank.example/",
        "https://hooks.bank.example/#x",
        "",
    ],
)
def test_nothing_else_may(url: str) -> None:
    assert isinstance(judge_url(url, HOSTS, private=False), Refused)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
    ],
)
def test_a_name_that_points_inside_is_not_called(address: str) -> None:
    assert not is_public(address)
    assert choose_address(["93.184.216.34", address], private=False) is None


def test_a_public_address_is_called_as_it_was_judged() -> None:
    assert choose_address(["93.184.216.34"], private=False) == "93.184.216.34"
    assert choose_address([], private=True) is None


def test_tries_go_on_for_more_than_a_day_with_growing_patience() -> None:
    at, give_up_at, tries = NOW, NOW + PATIENCE, 0
    waits = []
    while True:
        tries += 1
        again = find_next_try(tries, give_up_at, at)
        if again is None:
            break
        waits.append(again - at)
        at = again

    assert at == give_up_at
    assert at - NOW > timedelta(hours=24)
    assert waits[:3] == [timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2)]
    assert 20 < tries < 40

"""`liurong client`: who may take tokens is registered, shown and revoked at the machine."""

import re

import httpx
import pytest
from typer.testing import CliRunner

from gateway.main import create_app
from kit.settings import Mode, Settings
from liurong.clients import app
from tests.serving import serve

BANK = ["lixia-bank", "--role", "bank", "--uscc", "91370102MA3D00039W", "--name", "某银行"]


@pytest.fixture
def settings(server, tmp_path, monkeypatch):
    base = server.clone("gateway")
    monkeypatch.setenv("DATABASE_URL", base)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    return Settings(
        mode=Mode.PRODUCTION, database_url=base, data_dir=tmp_path, service_secret="only this test"
    )


def run(*arguments):
    return CliRunner().invoke(app, list(arguments))


def take_token(address, secret):
    form = {
        "grant_type": "client_credentials",
        "client_id": "lixia-bank",
        "client_secret": secret,
    }
    return httpx.post(f"{address}/v1/oauth/token", data=form, trust_env=False).status_code


def test_a_client_takes_tokens_until_it_is_revoked(settings):
    added = run("add", *BANK)
    secret = re.search(r"client_secret=(\S+)", added.output)[1]

    with serve(create_app(settings)) as address:
        before = take_token(address, secret)
        revoked = run("revoke", "lixia-bank")
        after = take_token(address, secret)

    assert (before, after) == (200, 401)
    assert "is revoked" in revoked.output
    assert re.search(r"lixia-bank .*revoked", run("list").output)
    assert secret not in run("list").output


def test_what_cannot_be_registered_is_said_in_words(settings):
    run("add", *BANK)

    twice = run("add", *BANK)
    wrong = run("add", "x-bank", "--role", "bank", "--uscc", "91370102MA3D00039X", "--name", "某")
    nobody = run("revoke", "nobody")

    assert {twice.exit_code, wrong.exit_code, nobody.exit_code} == {2}
    assert "already" in twice.output
    assert "no active client" in nobody.output

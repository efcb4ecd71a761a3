"""Keys are made once, kept to their owner, and prove who calls."""

from datetime import timedelta

import pytest

from kit.auth import KeyRing, Principal, Role, mint_token
from kit.clock import freeze, now
from kit.errors import Unauthenticated
from kit.keys import UnsafeStart, service_secret, signing_key
from kit.settings import Mode, Settings

BANK = Principal("bank-1", Role.BANK, "91370102MA3D00039W", "某银行", "bank")


@pytest.fixture
def settings(tmp_path):
    return Settings(data_dir=tmp_path, gateway_url=None)


def test_a_token_proves_its_caller(settings):
    token = mint_token(BANK, signing_key(settings), seconds=60)
    ring = KeyRing(settings)

    assert ring.verify(token) == BANK
    assert ring.recall(token) == BANK


def test_the_key_is_made_once_and_is_nobody_elses(settings):
    first = signing_key(settings).thumbprint()

    assert signing_key(settings).thumbprint() == first
    assert (settings.keys_dir / "signing-key.pem").stat().st_mode & 0o077 == 0


def test_an_ended_token_proves_nothing(settings):
    with freeze(now() - timedelta(hours=1)):
        token = mint_token(BANK, signing_key(settings), seconds=60)

    with pytest.raises(Unauthenticated):
        KeyRing(settings).verify(token)


def test_a_token_of_another_key_proves_nothing(settings, tmp_path_factory):
    elsewhere = Settings(data_dir=tmp_path_factory.mktemp("elsewhere"))
    token = mint_token(BANK, signing_key(elsewhere), seconds=60)
    signing_key(settings)

    with pytest.raises(Unauthenticated):
        KeyRing(settings).verify(token)


@pytest.mark.parametrize(
    "token", ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.", "令牌"]
)
def test_rubbish_proves_nothing(settings, token):
    signing_key(settings)

    with pytest.raises(Unauthenticated):
        KeyRing(settings).verify(token)


def test_production_refuses_a_default_secret(tmp_path):
    settings = Settings(data_dir=tmp_path, mode=Mode.PRODUCTION, service_secret="demo")

    with pytest.raises(UnsafeStart):
        service_secret(settings)

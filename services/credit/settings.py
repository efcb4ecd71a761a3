"""Settings of credit alone; the names in the environment begin with `LIURONG_`."""

import secrets
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from kit.keys import keep_once
from kit.settings import Mode, Settings
from services.credit.rules.arrangements import Arrangements


class CreditSettings(BaseSettings):
    """What credit is told from outside, beside the settings of every process.

    `LIURONG_ANCHORS_DIR`: where anchors of the access log are kept (a place that the
    administrators of the database cannot write). `LIURONG_LOG_KEY`: the same secret for all
    processes of credit; without it a file of this machine. `LIURONG_WEBHOOK_HOSTS`: host names,
    separated by commas, that monitors may reach (`.bank.example` = all below it); the demo mode
    lets them reach this machine. `LIURONG_WEBHOOK_PRIVATE=true`: also private addresses, by http.
    `LIURONG_OUTLETS`: `provincial=https://…,national=https://…`.
    """

    model_config = SettingsConfigDict(
        env_prefix="LIURONG_", env_ignore_empty=True, frozen=True, extra="ignore"
    )

    anchors_dir: Path | None = None
    log_key: str | None = Field(None, min_length=16)
    webhook_hosts: str = ""
    webhook_private: bool = False
    outlets: str = ""


def arrange(settings: Settings, own: CreditSettings) -> Arrangements:
    """The settings in the form that use cases know."""
    key = own.log_key or keep_once(settings.keys_dir / "log-key", lambda: secrets.token_urlsafe(32))
    outlets = (each.partition("=") for each in own.outlets.split(",") if each.strip())
    demo = settings.mode is Mode.DEMO
    hosts = own.webhook_hosts or ("127.0.0.1,localhost" if demo else "")
    return Arrangements(
        log_key=key.encode(),
        anchors_dir=own.anchors_dir or settings.data_dir / "anchors",
        keys_dir=settings.keys_dir,
        webhook_hosts=frozenset(each.strip().lower() for each in hosts.split(",") if each.strip()),
        webhook_private=own.webhook_private or demo,
        outlets={name.strip(): url.strip() for name, _, url in outlets},
        simulate=demo,
    )

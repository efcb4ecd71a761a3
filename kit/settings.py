"""Settings that every process has; the names are those of the environment.

`PORT`, `HOST`, `DATA_DIR` and `DATABASE_URL` are plain; the rest begins with `LIURONG_`.
"""

from enum import StrEnum
from pathlib import Path

from pydantic import AliasChoices, Field, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import URL, make_url


class Mode(StrEnum):
    """Demo has public demo clients; production refuses to start with a default secret."""

    DEMO = "demo"
    PRODUCTION = "production"


class Settings(BaseSettings):
    """What a process is told from outside. Frozen: nobody changes it on the way."""

    model_config = SettingsConfigDict(
        env_prefix="LIURONG_",
        env_ignore_empty=True,  # `make run DATABASE_URL=` means: none
        frozen=True,
        extra="ignore",
        populate_by_name=True,
    )

    mode: Mode = Mode.PRODUCTION
    host: str = Field("127.0.0.1", validation_alias=AliasChoices("HOST", "host"))
    port: int = Field(8000, validation_alias=AliasChoices("PORT", "port"))
    data_dir: Path = Field(Path("var"), validation_alias=AliasChoices("DATA_DIR", "data_dir"))
    database_url: str | None = Field(
        None, validation_alias=AliasChoices("DATABASE_URL", "database_url")
    )
    gateway_url: str | None = None
    achievements_url: str | None = None
    subsidies_url: str | None = None
    credit_url: str | None = None
    exchange_url: str | None = None
    service_secret: str | None = None
    word_vectors: Path | None = None
    threads: int = 24
    log_level: str = "info"

    @field_validator("database_url")
    @classmethod
    def _names_postgresql(cls, url: str | None) -> str | None:
        if url is None or url.startswith(("postgresql://", "postgresql+psycopg://", "postgres://")):
            return url
        raise PydanticCustomError("database_url", "postgresql://user:password@host:port/name")

    @property
    def keys_dir(self) -> Path:
        """Where the key pair and the service secret of this machine live."""
        return self.data_dir / "keys"

    def url_of(self, house: str) -> str | None:
        """The address of a house, when it is another process, or of the exchange's own system."""
        return {
            "gateway": self.gateway_url,
            "achievements": self.achievements_url,
            "subsidies": self.subsidies_url,
            "credit": self.credit_url,
            "exchange": self.exchange_url,
        }[house]

    def database_of(self, house: str) -> str:
        """The URL of a house's own database on the server that `DATABASE_URL` names.

        The name in `DATABASE_URL` is the prefix: `…/liurong` gives `…/liurong_credit`.
        """
        if self.database_url is None:
            raise ValueError("DATABASE_URL is not set")
        return database_url_of(self.database_url, house)


def database_url_of(base: str, house: str) -> str:
    """`base` with the house's database name and the one driver the platform uses."""
    url: URL = make_url(base)
    name = f"{url.database or 'liurong'}_{house}"
    return url.set(drivername="postgresql+psycopg", database=name).render_as_string(
        hide_password=False
    )

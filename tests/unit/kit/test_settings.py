"""What a process is told from outside is refused where it cannot be meant."""

import pytest
from pydantic import ValidationError

from kit.settings import Settings


@pytest.mark.parametrize("url", ["mysql://a/b", "localhost:5432/liurong", "postgresql"])
def test_a_database_is_a_postgresql_by_url(url):
    with pytest.raises(ValidationError, match="postgresql://user:password@host:port/name"):
        Settings(database_url=url)


def test_each_house_has_a_database_of_its_own_there():
    settings = Settings(database_url="postgres://someone@db/liurong")

    assert settings.database_of("credit") == "postgresql+psycopg://someone@db/liurong_credit"

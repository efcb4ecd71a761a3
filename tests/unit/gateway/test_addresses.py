"""Which addresses belong to a service."""

import pytest

from gateway.rules.addresses import find_owner


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        ("/oai", "achievements"),
        ("/v1/oai", "achievements"),
        ("/v1/changes", "achievements"),
        ("/oai/other", None),
        ("/v1/cases", None),
        ("/internal/events", None),
    ],
)
def test_harvesters_and_followers_find_the_registry(path: str, owner: str | None) -> None:
    assert find_owner(path) == owner

"""Keys follow each other without a gap."""

from datetime import UTC, datetime, timedelta

from services.credit.rules.signing import PUBLISHED_BEFORE_USE, choose_key, name_key

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_a_first_key_signs_at_once() -> None:
    assert choose_key([name_key(NOON)], NOON) == name_key(NOON)
    assert choose_key([], NOON) is None


def test_a_new_key_signs_only_after_it_was_published_for_a_while() -> None:
    old, new = name_key(NOON - timedelta(days=90)), name_key(NOON)

    before = choose_key([new, old], NOON + PUBLISHED_BEFORE_USE - timedelta(seconds=1))
    after = choose_key([new, old], NOON + PUBLISHED_BEFORE_USE)

    assert (before, after) == (old, new)

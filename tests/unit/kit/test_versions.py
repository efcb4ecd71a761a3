"""Nobody overwrites a change they have not seen."""

import pytest

from kit.errors import PreconditionMissing, Stale
from kit.versions import match_if_given, require_match


def test_a_change_must_say_which_version_it_changes():
    with pytest.raises(PreconditionMissing):
        require_match(None, 3)


def test_an_old_version_is_refused_with_the_current_one():
    with pytest.raises(Stale) as stale:
        require_match('"2"', 3)

    assert stale.value.facts["current"] == '"3"'


@pytest.mark.parametrize("if_match", ['"3"', "*", 'W/"3"', '"1", "3"'])
def test_the_current_version_passes(if_match):
    require_match(if_match, 3)


def test_an_upsert_may_leave_it_out():
    match_if_given(None, 3)
    with pytest.raises(Stale):
        match_if_given('"9"', 3)

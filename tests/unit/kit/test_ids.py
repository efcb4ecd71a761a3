"""Ids that sort by time."""

import uuid

from kit.ids import new_id, new_ids


def test_many_ids_at_once_are_as_good_as_one_by_one() -> None:
    before, many, after = new_id(), new_ids(3000), new_id()

    assert len(set(many)) == 3000
    assert many == sorted(many)
    assert before[:13] <= many[0][:13] <= after[:13]
    for text in (before, *many):
        read = uuid.UUID(text)
        assert (str(read), read.version, read.variant) == (text, 7, uuid.RFC_4122)

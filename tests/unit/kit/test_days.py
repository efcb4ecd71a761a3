"""Days and instants are written, never counted in seconds."""

from datetime import UTC, date, datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from kit.days import Day, Instant

DAYS, INSTANTS = TypeAdapter(Day), TypeAdapter(Instant)


def test_a_day_and_an_instant_are_read_as_written():
    assert DAYS.validate_python("2024-06-30") == date(2024, 6, 30)
    assert INSTANTS.validate_python("2024-06-30T09:00:00Z") == datetime(2024, 6, 30, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [0, 0.5, "0", "0.5", "1719705600", True, None, "2024-W26-7", "2024-06-31", "20240630"],
    ids=repr,
)
def test_nothing_else_is_a_day_or_an_instant(value):
    for adapter in (DAYS, INSTANTS):
        with pytest.raises(ValidationError):
            adapter.validate_python(value)


def test_an_instant_says_its_offset_and_a_day_no_hour():
    with pytest.raises(ValidationError):
        INSTANTS.validate_python("2024-06-30T09:00:00")
    with pytest.raises(ValidationError):
        DAYS.validate_python("2024-06-30T00:00:00")

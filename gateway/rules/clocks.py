"""The clocks of tracks: the working days of the ground floor."""

from kit.workdays import (
    Calendar,
    Deadline,
    Light,
    count_between,
    count_forward,
    is_working_day,
    show_light,
)

__all__ = [
    "Calendar",
    "Deadline",
    "Light",
    "count_between",
    "count_forward",
    "is_working_day",
    "show_light",
]

"""What changed between two versions of a thing."""

from collections.abc import Mapping

JsonValue = object


def describe_changes(
    before: Mapping[str, JsonValue], after: Mapping[str, JsonValue]
) -> dict[str, dict[str, JsonValue]]:
    """The fields that differ, each with its value before and after."""
    return {
        name: {"from": before.get(name), "to": value}
        for name, value in after.items()
        if before.get(name) != value
    }

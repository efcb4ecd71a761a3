"""What others read of a thing's history: only of times at which they could see it."""

from datetime import date, datetime
from typing import Any

from kit.clock import JINAN
from services.achievements.rules.visibility import EVERYBODY, Guard, Viewer, show_history

NOW = Guard("public", None, frozenset())
BUREAU = Viewer("bureau", sees_all=True)


def line(act: str = "updated", **changes: tuple[object, object]) -> dict[str, Any]:
    told = {name: {"from": old, "to": new} for name, (old, new) in changes.items()}
    at = datetime(2026, 5, 1, tzinfo=JINAN)
    return {"act": act, "at": at, "reason": "复核", "changes": told or None}


def changes_shown(lines: list[dict[str, Any]], viewer: Viewer, now: Guard = NOW) -> list[object]:
    return [shown["changes"] for shown in show_history(lines, now, "owner", viewer)]


def test_the_owner_reads_all() -> None:
    lines = [line("created"), line(title=("a", "b"), visibility=("classified", "public"))]

    assert changes_shown(lines, Viewer("owner")) == [one["changes"] for one in lines]


def test_what_was_closed_stays_closed_to_whom_it_was() -> None:
    lines = [
        line("created"),
        line(title=("a", "b")),
        line(visibility=("classified", "private"), title=("b", "c")),
        line(title=("c", "d")),
        line(visibility=("private", "public"), title=("d", "e")),
        line(title=("e", "f")),
    ]

    assert changes_shown(lines, EVERYBODY) == [None] * 5 + [{"title": {"from": "e", "to": "f"}}]
    assert [bool(shown) for shown in changes_shown(lines, BUREAU)] == [
        False, False, False, True, True, True,
    ]  # fmt: skip


def test_a_hidden_field_is_left_out_also_where_it_was_shown_or_hidden() -> None:
    lines = [
        line(abstract=("1", "2"), trl=(3, 4)),
        line(hidden_fields=(["abstract"], None), abstract=("2", "3"), trl=(4, 5)),
        line(abstract=("3", "4")),
    ]

    shown = changes_shown(lines, EVERYBODY)

    assert shown == [
        {"trl": {"from": 3, "to": 4}},
        {"trl": {"from": 4, "to": 5}},
        {"abstract": {"from": "3", "to": "4"}},
    ]


def test_under_embargo_and_before_a_roll_back_nothing_is_said() -> None:
    embargoed = Guard("public", date(2026, 6, 1), frozenset())

    assert changes_shown([line(title=("a", "b"))], EVERYBODY, embargoed) == [None]
    assert changes_shown([line(title=("a", "b")), line("rolled_back")], EVERYBODY) == [None, None]

"""The registry's history, across all that it keeps."""

from collections.abc import Iterator, Sequence

from sqlalchemy import RowMapping

from kit.auth import Principal
from kit.db import ReadSession
from services.achievements.rules.filters import ActFilter
from services.achievements.rules.kinds import HIDEABLE
from services.achievements.rules.visibility import Viewer, show_history
from services.achievements.store.history import list_acts, list_histories
from services.achievements.store.records import get_guards
from services.achievements.usecases.callers import viewer_of

Line = dict[str, object]


def find_acts(
    session: ReadSession, principal: Principal, wanted: ActFilter
) -> tuple[list[Line], str | None]:
    """One page of all that was done, whoever did it and to what.

    Of a thing that is classified, was at the time, or is gone, the values and reasons stay with
    its owner, as in the history of the thing itself.
    """
    rows, cursor = list_acts(session, wanted)
    shown = dict(_show_guarded(session, viewer_of(principal), rows))
    return [shown.get(row["id"], dict(row)) for row in rows], cursor


def _show_guarded(
    session: ReadSession, viewer: Viewer, rows: Sequence[RowMapping]
) -> Iterator[tuple[str, Line]]:
    """Each line of a kind whose records can be classified, under its id, as it may be read."""
    for kind in HIDEABLE:
        ids = {row["thing_id"] for row in rows if row["noun"] == kind.value}
        if not ids:
            continue
        guards = get_guards(session, kind, ids)
        for thing_id, lines in list_histories(session, kind.value, ids).items():
            # What is gone belongs to whom its first line names: only owners enter records.
            owner, guard = guards.get(thing_id, (lines[0]["organization_uscc"], None))
            for line in show_history(lines, guard, owner, viewer):
                yield str(line["id"]), line

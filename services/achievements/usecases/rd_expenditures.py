"""R&D expenditure beside the year before: intensity, jumps, and the reasons for them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping

from kit.auth import Principal
from kit.db import ReadSession, WriteSession, new_id
from kit.errors import RuleBroken
from kit.text import Text
from services.achievements.rules.figures import divide
from services.achievements.rules.history import Change
from services.achievements.rules.kinds import Kind
from services.achievements.rules.rd_jumps import find_jump, limits_of_year
from services.achievements.store.checks import get_jump_limits
from services.achievements.store.history import add_history
from services.achievements.store.rd_expenditures import (
    add_explanation,
    list_explanations,
    list_totals,
)
from services.achievements.store.records import lock_record
from services.achievements.usecases.callers import (
    actor_of,
    plain_row,
    require_owner,
    viewer_of,
)

_KIND = Kind.RD_EXPENDITURES
Checked = dict[str, object]
Row = Mapping[Any, Any]


def check_expenditures(session: ReadSession | WriteSession, rows: Sequence[Row]) -> list[Checked]:
    """Records with their intensity and, where the total jumped, the jump and its reason."""
    totals = list_totals(session, [(row["owner_uscc"], row["year"]) for row in rows])
    reasons = list_explanations(session, [row["id"] for row in rows])
    return [_check(row, totals.get((row["owner_uscc"], row["year"])), reasons) for row in rows]


def check_expenditure(session: ReadSession | WriteSession, row: RowMapping) -> Checked:
    """The same for one record."""
    return check_expenditures(session, [row])[0]


def _check(row: Row, totals: RowMapping | None, reasons: Sequence[RowMapping]) -> Checked:
    return plain_row(row) | {
        "intensity": divide(row["total_yuan"], row["revenue_yuan"]),
        "jump": None if totals is None else _describe_jump(row, totals, reasons),
    }


def _describe_jump(
    row: Row, totals: RowMapping, reasons: Sequence[RowMapping]
) -> Mapping[str, object] | None:
    limits = limits_of_year(get_jump_limits(), row["year"])
    jump = find_jump(totals["total_yuan"], totals["previous_yuan"], limits)
    if jump is None:
        return None
    given = [
        one
        for one in reasons
        if one["expenditure_id"] == row["id"]
        and one["total_yuan"] == totals["total_yuan"]
        and one["previous_yuan"] == totals["previous_yuan"]
    ]
    return {
        "direction": jump.direction,
        "change": jump.change,
        "limit": jump.limit,
        "limit_is_assumption": jump.assumption,
        "previous_yuan": totals["previous_yuan"],
        "total_yuan": totals["total_yuan"],
        "reason": given[-1]["reason"] if given else None,
        "reason_required": not given,
    }


def explain_jump(
    session: WriteSession, principal: Principal, record_id: str, reason: str
) -> Checked:
    """Say why a year's expenditure jumped; if an amount changes later, it must be said anew."""
    row = lock_record(session, _KIND, record_id, viewer_of(principal))
    require_owner(principal, row["owner_uscc"])
    found = check_expenditure(session, row)["jump"]
    if not isinstance(found, Mapping):
        message = Text(
            "该年研发经费与上年相比没有需要说明的变动", "this year's expenditure made no jump"
        )
        raise RuleBroken("no_jump", message)
    values = {
        "id": new_id(),
        "expenditure_id": record_id,
        "reason": reason,
        "total_yuan": found["total_yuan"],
        "previous_yuan": found["previous_yuan"],
    }
    add_explanation(session, values)
    line = Change(record_id, row["version"], "jump_explained")
    add_history(session, _KIND, actor_of(principal, reason=reason), [line])
    return check_expenditure(session, row)

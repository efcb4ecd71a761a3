"""Doubles: compare what is new, show both side by side, merge, keep apart, undo."""

from collections.abc import Mapping

from sqlalchemy import RowMapping

from kit.auth import Principal, Role
from kit.db import ReadSession, WriteSession
from kit.errors import Forbidden, RuleBroken, invalid
from kit.jobs import Work
from kit.text import Text
from kit.versions import require_match
from services.achievements.rules.doubles import (
    PairAct,
    PairState,
    certainty_of,
    move_pair,
    tell_reasons,
)
from services.achievements.rules.history import Change
from services.achievements.rules.kinds import Kind
from services.achievements.rules.text import compare_title, normalise_title
from services.achievements.schemas.doubles import PairDecision, PairQuery
from services.achievements.store.doubles import (
    find_merged,
    find_pairs,
    keep_decision,
    keep_titles,
    list_pairs,
    list_unseen,
    lock_pair,
    set_merged,
)
from services.achievements.store.history import add_history
from services.achievements.store.records import get_record
from services.achievements.usecases.board import board
from services.achievements.usecases.callers import actor_of, plain_row, viewer_of

_KIND = Kind.ACHIEVEMENTS
_BATCH = 2000


def compare_unseen(session: WriteSession) -> tuple[int, int]:
    """Compare a batch of new or changed achievements with all: how many, and new pairs."""
    unseen = list_unseen(session, _BATCH)
    if not unseen:
        return 0, 0
    people = {row["id"]: [normalise_title(name) for name in row["people"]] for row in unseen}
    keep_titles(session, [_title_of(row) for row in unseen], people)
    return len(unseen), find_pairs(session, [row["id"] for row in unseen])


def _title_of(row: RowMapping) -> dict[str, object]:
    first = row["first"]
    return {
        "achievement_id": row["id"],
        "document": row["document"],
        "title": compare_title(row["title"]),
        "organization": first["uscc"] or normalise_title(first["name"]),
    }


@board.task("doubles.compare", cron="*/10 * * * *")
def compare_all_unseen(work: Work) -> None:
    """Compare what came in since the last time."""
    compared = _BATCH
    while compared == _BATCH:
        with work.database.write() as session:
            compared, _ = compare_unseen(session)


def scan(session: WriteSession) -> Mapping[str, int]:
    """Compare all that is new now."""
    compared = found = 0
    step = _BATCH
    while step == _BATCH:
        step, pairs = compare_unseen(session)
        compared, found = compared + step, found + pairs
    return {"compared": compared, "found": found}


def find_queue(
    session: ReadSession, principal: Principal, query: PairQuery
) -> tuple[list[Mapping[str, object]], str | None]:
    """Pairs with both records, for the bureau all, for an owner those with one of its own."""
    rows, cursor = list_pairs(session, viewer_of(principal), query.state, query.limit, query.cursor)
    return [_side_by_side(session, principal, row) for row in rows], cursor


def _side_by_side(
    session: ReadSession | WriteSession, principal: Principal, row: RowMapping
) -> Mapping[str, object]:
    viewer = viewer_of(principal)
    first = get_record(session, _KIND, row["first_id"], viewer)
    second = get_record(session, _KIND, row["second_id"], viewer)
    reasons = tell_reasons(row["reasons"], row["knows_property"], row["knows_people"])
    told = {"reasons": reasons, "certainty": certainty_of(reasons)}
    return {**plain_row(row), **told, "first": plain_row(first), "second": plain_row(second)}


def decide_pair(
    session: WriteSession,
    principal: Principal,
    pair_id: str,
    decision: PairDecision,
    if_match: str | None,
) -> Mapping[str, object]:
    """Merge, keep apart or undo: the bureau, or the owner of both."""
    row = lock_pair(session, pair_id, viewer_of(principal))
    _require_may_decide(principal, row)
    require_match(if_match, row["version"])
    after = move_pair(PairState(row["state"]), decision.decision)
    kept = _carry_out(session, principal, row, decision)
    outcome = {"state": after.value, "version": row["version"] + 1, "kept_id": kept}
    keep_decision(session, pair_id, outcome)
    return _side_by_side(session, principal, lock_pair(session, pair_id, viewer_of(principal)))


def _carry_out(
    session: WriteSession, principal: Principal, row: RowMapping, decision: PairDecision
) -> str | None:
    both = (row["first_id"], row["second_id"])
    if decision.decision is PairAct.KEEP_APART:
        return None
    if decision.decision is PairAct.UNDO:
        if row["kept_id"] is not None:
            gone = both[1] if row["kept_id"] == both[0] else both[0]
            _stand_in(session, principal, gone, None, decision.reason)
        return None
    if decision.keep not in both:
        message = Text("须指明保留两者中的哪一个", "name which of the two stays")
        raise invalid("/keep", "keep_unknown", message)
    if find_merged(session, both):
        message = Text(
            "其中一个已被合并，请先撤销", "one of them is merged already; undo that first"
        )
        raise RuleBroken("merged_already", message)
    gone = both[1] if decision.keep == both[0] else both[0]
    _stand_in(session, principal, gone, decision.keep, decision.reason)
    return decision.keep


def _stand_in(
    session: WriteSession, principal: Principal, gone: str, kept: str | None, reason: str | None
) -> None:
    row = get_record(session, _KIND, gone, viewer_of(principal))
    set_merged(session, gone, kept)
    changes = {"merged_into": {"from": row["merged_into"], "to": kept}}
    act = "unmerged" if kept is None else "merged"
    change = Change(gone, row["version"], act, changes)
    add_history(session, _KIND, actor_of(principal, reason=reason), [change])


def _require_may_decide(principal: Principal, row: RowMapping) -> None:
    owns_both = principal.uscc == row["first_owner"] == row["second_owner"]
    if principal.role is not Role.OFFICER and not owns_both:
        message = Text("由主管部门或两者的所属单位判断", "the bureau or the owner of both decides")
        raise Forbidden("forbidden", message)

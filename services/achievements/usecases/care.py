"""一对一服务: care for a large R&D spender — officer, visits, promises."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import RowMapping

from kit.auth import Principal
from kit.clock import today
from kit.db import ReadSession, WriteSession, new_id
from kit.errors import RuleBroken, invalid
from kit.text import Text
from kit.versions import require_match
from services.achievements.rules.care import PromiseState, judge_promise
from services.achievements.rules.filters import CareFilter, PromiseFilter
from services.achievements.rules.history import Change, describe_changes
from services.achievements.schemas.care import (
    CarePlanBody,
    CarePlanPatch,
    FulfilmentBody,
    PromiseBody,
    VisitBody,
)
from services.achievements.store.care import (
    add_plan_if_new,
    add_promise,
    add_visit,
    change_plan,
    find_plan_of,
    get_plan,
    get_promise,
    keep_promise,
    list_parts,
    list_plans,
    list_promises,
    lock_plan,
)
from services.achievements.store.history import add_history, list_history
from services.achievements.store.organizations import get_organization
from services.achievements.usecases.callers import actor_of, plain_row, viewer_of

_NOUN = "care_plans"
Answer = dict[str, object]


def open_care_plan(session: WriteSession, principal: Principal, body: CarePlanBody) -> Answer:
    """Begin to care for an organisation of the register; each has one plan."""
    get_organization(session, body.uscc)
    plan_id = new_id()
    if not add_plan_if_new(session, {**body.model_dump(), "id": plan_id}):
        known = find_plan_of(session, body.uscc)
        message = Text("该单位已有服务方案", "this organisation has a care plan already")
        raise RuleBroken("care_plan_exists", message, id=known["id"] if known else None)
    change = Change(plan_id, 1, "opened", body.model_dump(mode="json"))
    add_history(session, _NOUN, actor_of(principal), [change])
    return read_care_plan(session, principal, plan_id)


def change_care_plan(
    session: WriteSession,
    principal: Principal,
    plan_id: str,
    patch: CarePlanPatch,
    if_match: str | None,
) -> Answer:
    """Another officer, another goal; of the version that the caller read."""
    row = lock_plan(session, plan_id, viewer_of(principal))
    require_match(if_match, row["version"])
    wanted = patch.model_dump(exclude_unset=True, exclude={"reason"})
    if wanted.get("officer", row["officer"]) is None:
        message = Text("服务方案须有专员", "a care plan has an officer")
        raise invalid("/officer", "null_not_allowed", message)
    changes = describe_changes({name: row[name] for name in wanted}, wanted)
    _note(session, principal, row, "changed", changes, wanted, reason=patch.reason)
    return read_care_plan(session, principal, plan_id)


def record_visit(
    session: WriteSession, principal: Principal, plan_id: str, body: VisitBody
) -> Answer:
    """走访: who was there, when, and what was found."""
    row = lock_plan(session, plan_id, viewer_of(principal))
    _require_past(body.visited_on, "/visited_on")
    add_visit(session, {**body.model_dump(), "id": new_id(), "plan_id": plan_id})
    _note(session, principal, row, "visited", body.model_dump(mode="json"))
    return read_care_plan(session, principal, plan_id)


def make_promise(
    session: WriteSession, principal: Principal, plan_id: str, body: PromiseBody
) -> Answer:
    """承诺: what, until when; a day that is past is overdue at once."""
    row = lock_plan(session, plan_id, viewer_of(principal))
    add_promise(session, {**body.model_dump(), "id": new_id(), "plan_id": plan_id})
    _note(session, principal, row, "promised", body.model_dump(mode="json"))
    return read_care_plan(session, principal, plan_id)


def fulfil_promise(
    session: WriteSession,
    principal: Principal,
    plan_id: str,
    promise_id: str,
    body: FulfilmentBody,
) -> Answer:
    """办结: a promise was kept; it is kept once."""
    row = lock_plan(session, plan_id, viewer_of(principal))
    promise = get_promise(session, plan_id, promise_id)
    _require_past(body.done_on, "/done_on")
    if promise["done_on"] is not None:
        message = Text(
            f"该事项已于 {promise['done_on']} 办结", f"it was kept on {promise['done_on']}"
        )
        raise RuleBroken("promise_kept_already", message, done_on=str(promise["done_on"]))
    keep_promise(session, promise_id, body.done_on)
    said = {"promise_id": promise_id, **body.model_dump(mode="json")}
    _note(session, principal, row, "promise_kept", said)
    return read_care_plan(session, principal, plan_id)


def read_care_plan(
    session: ReadSession | WriteSession, principal: Principal, plan_id: str
) -> Answer:
    """One plan, as the caller may see it."""
    row = get_plan(session, plan_id, viewer_of(principal))
    return _describe_plans(session, principal, [row])[0]


def find_care_plans(
    session: ReadSession, principal: Principal, wanted: CareFilter
) -> tuple[list[Answer], str | None]:
    """One page of the plans the caller may see."""
    rows, cursor = list_plans(session, viewer_of(principal), wanted)
    return _describe_plans(session, principal, rows), cursor


def find_promises(
    session: ReadSession, principal: Principal, wanted: PromiseFilter
) -> tuple[list[Answer], str | None]:
    """One page of the promises of all plans the caller may see."""
    rows, cursor = list_promises(session, viewer_of(principal), wanted)
    return [_describe_promise(row) for row in rows], cursor


def read_care_history(
    session: ReadSession, principal: Principal, plan_id: str
) -> Sequence[RowMapping]:
    """All that was done in a plan; the notes of visits are the bureau's own, and so is this."""
    get_plan(session, plan_id, viewer_of(principal))
    return list_history(session, _NOUN, plan_id)


def _describe_plans(
    session: ReadSession | WriteSession, principal: Principal, rows: Sequence[RowMapping]
) -> list[Answer]:
    visits, promises = list_parts(session, [row["id"] for row in rows])
    return [
        _describe_plan(
            row,
            [_show_visit(one, principal) for one in visits if one["plan_id"] == row["id"]],
            [_describe_promise(one) for one in promises if one["plan_id"] == row["id"]],
        )
        for row in rows
    ]


def _describe_plan(row: RowMapping, visits: list[Answer], promises: list[Answer]) -> Answer:
    states = [one["state"] for one in promises]
    return plain_row(row) | {
        "visits": visits,
        "promises": promises,
        "open_promises": states.count(PromiseState.OPEN),
        "overdue_promises": states.count(PromiseState.OVERDUE),
    }


def _show_visit(row: RowMapping, principal: Principal) -> Answer:
    return plain_row(row) if principal.sees_all else plain_row(row) | {"note": None}


def _describe_promise(row: RowMapping) -> Answer:
    judged = judge_promise(row["due_on"], row["done_on"], today())
    return plain_row(row) | {"state": judged.state, "days_late": judged.days_late}


def _note(
    session: WriteSession,
    principal: Principal,
    row: RowMapping,
    act: str,
    said: Mapping[str, object],
    values: Mapping[str, str | None] | None = None,
    *,
    reason: str | None = None,
) -> None:
    version = row["version"] + 1
    change_plan(session, row["id"], version, values or {})
    actor = actor_of(principal, reason=reason)
    add_history(session, _NOUN, actor, [Change(row["id"], version, act, said)])


def _require_past(day: date, pointer: str) -> None:
    if day > today():
        message = Text(f"日期 {day} 尚未到来", f"{day} is still to come")
        raise invalid(pointer, "date_in_future", message)

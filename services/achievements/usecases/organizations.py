"""Organisations: describe, rename, end; what held of them on a day."""

from collections.abc import Mapping, Sequence
from datetime import date

from pydantic import ValidationError
from sqlalchemy import RowMapping

from kit.auth import Principal, Role
from kit.clock import now, today
from kit.db import ReadSession, WriteSession
from kit.errors import Fault, Forbidden, InvalidInput, invalid
from kit.events import record_event
from kit.text import Text
from kit.validation import faults_of
from kit.versions import match_if_given, require_match
from services.achievements.rules.content import content_of, jsonable
from services.achievements.rules.filters import OrganizationFilter
from services.achievements.rules.history import Actor, Change, describe_changes
from services.achievements.rules.organizations import (
    DATED_FACTS,
    DatedFact,
    OrganizationFacts,
    date_changes,
    describe_on,
    judge_ending,
    judge_organization,
    list_former_names,
)
from services.achievements.rules.rows import RowOutcome, RowResult
from services.achievements.schemas.events import OrganizationRegistered
from services.achievements.schemas.organizations import EndingBody, OrganizationItem
from services.achievements.store.history import add_history, list_history
from services.achievements.store.organizations import (
    add_facts,
    add_organization,
    change_organization,
    find_organization,
    get_organization,
    list_facts,
    list_organizations,
    list_predecessors,
    lock_organization,
)
from services.achievements.usecases.callers import actor_of, ended_text, plain_row, require_standing

_NOUN = "organizations"


def read_organization(session: ReadSession, uscc: str, on: date | None) -> dict[str, object]:
    """An organisation of the register, which is public; as it was on a day, if one is named."""
    row = get_organization(session, uscc)
    facts = _dated(list_facts(session, uscc))
    held = describe_on(facts, on) if on is not None else {}
    former = list_former_names(facts, row["name"])
    seen = {"former_names": former, "predecessors": list_predecessors(session, uscc)}
    return plain_row(row) | held | seen


def find_organizations(
    session: ReadSession, wanted: OrganizationFilter
) -> tuple[Sequence[RowMapping], str | None]:
    """One page of the register."""
    return list_organizations(session, wanted)


def read_dated_facts(session: ReadSession, uscc: str) -> Sequence[RowMapping]:
    """All that was said of an organisation, with the days from which it holds."""
    get_organization(session, uscc)
    return list_facts(session, uscc)


def read_organization_history(session: ReadSession, uscc: str) -> Sequence[RowMapping]:
    """Who described it, when, and what changed."""
    get_organization(session, uscc)
    return list_history(session, _NOUN, uscc)


def describe_organization(
    session: WriteSession,
    principal: Principal,
    facts: OrganizationFacts,
    effective_on: date | None,
    if_match: str | None,
) -> tuple[RowMapping, bool]:
    """Add an organisation or say anew what it is; True where it was new.

    An officer describes any, others only themselves.
    """
    _require_may_describe(principal, facts.uscc)
    _refuse(_judge(facts, effective_on))
    old = lock_organization(session, facts.uscc)
    if old is None:
        match_if_given(if_match, 0)
    else:
        require_match(if_match, old["version"])
    keep_description(session, actor_of(principal), facts, effective_on, old)
    return get_organization(session, facts.uscc), old is None


def describe_organizations(
    session: WriteSession, principal: Principal, items: Sequence[object]
) -> list[RowOutcome]:
    """The bureau describes many; each bad one is named and harms no other."""
    return [_describe_one(session, principal, place, item) for place, item in enumerate(items)]


def _describe_one(
    session: WriteSession, principal: Principal, place: int, item: object
) -> RowOutcome:
    try:
        body = OrganizationItem.model_validate(item)
    except ValidationError as error:
        named = item.get("uscc") if isinstance(item, dict) else None
        source_id = named[:200] if isinstance(named, str) else None
        return RowOutcome(place, source_id, RowResult.FAILED, None, tuple(faults_of(error)))
    facts = body.describe(body.uscc)
    old = lock_organization(session, facts.uscc)
    faults = _judge(facts, body.effective_on) or judge_end(facts, old)
    if faults:
        return RowOutcome(place, body.uscc, RowResult.FAILED, None, tuple(faults))
    result = keep_description(session, actor_of(principal), facts, body.effective_on, old)
    return RowOutcome(place, body.uscc, result, body.uscc, ())


def _judge(facts: OrganizationFacts, effective_on: date | None) -> list[Fault]:
    faults = judge_organization(facts, today())
    if effective_on is not None and effective_on > today():
        message = Text(f"日期 {effective_on} 尚未到来", f"{effective_on} is still to come")
        faults.append(Fault("/effective_on", "date_in_future", message))
    return faults


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise InvalidInput("invalid_input", faults[0].message, faults=faults)


def judge_end(facts: OrganizationFacts, old: RowMapping | None) -> list[Fault]:
    """What has ended can be said again, but not be changed."""
    if old is None or old["ended_on"] is None or not _find_changes(facts, old):
        return []
    return [Fault("/uscc", "organization_ended", ended_text(old))]


def _find_changes(facts: OrganizationFacts, old: RowMapping) -> Mapping[str, object]:
    values = jsonable(content_of(facts))
    return describe_changes(jsonable({name: old[name] for name in values}), values)


def keep_description(
    session: WriteSession,
    actor: Actor,
    facts: OrganizationFacts,
    effective_on: date | None,
    old: RowMapping | None,
) -> RowResult:
    """Add an organisation or say anew what it is, held by its lock; what became of it."""
    values = content_of(facts)
    if old is None:
        add_organization(session, values)
        change = Change(facts.uscc, 1, "created")
    else:
        changes = _find_changes(facts, old)
        if not changes:
            return RowResult.UNCHANGED
        require_standing(old)
        change = Change(facts.uscc, old["version"] + 1, "updated", changes)
        change_organization(session, facts.uscc, old["version"] + 1, values)
    _keep_dated(session, actor, facts, effective_on, old)
    add_history(session, _NOUN, actor, [change])
    tell_of_organization(session, facts.uscc)
    return RowResult.CREATED if old is None else RowResult.UPDATED


def _keep_dated(
    session: WriteSession,
    actor: Actor,
    facts: OrganizationFacts,
    effective_on: date | None,
    old: RowMapping | None,
) -> None:
    """What is new is kept with its day; what was said before days were kept, without one."""
    before = {name: old[name] for name in DATED_FACTS} if old is not None else {}
    known = {row["fact"] for row in list_facts(session, facts.uscc)}
    changed = date_changes(before, facts, effective_on)
    baseline = [
        (name, before[name], None)
        for name, _, _ in changed
        if name not in known and before.get(name) is not None
    ]
    rows = [
        {
            "uscc": facts.uscc,
            "fact": name,
            "value": value,
            "from_on": day,
            "recorded_at": now(),
            "recorded_by": actor.organization_name,
        }
        for name, value, day in (*baseline, *changed)
    ]
    add_facts(session, rows)


def end_organization(
    session: WriteSession, principal: Principal, uscc: str, body: EndingBody, if_match: str | None
) -> RowMapping:
    """The bureau notes that an organisation was merged into another or dissolved."""
    _refuse(judge_ending(body.ending(), uscc, today()))
    old = lock_organization(session, uscc) or get_organization(session, uscc)
    require_match(if_match, old["version"])
    require_standing(old)
    if body.successor_uscc is not None:
        _require_successor(session, body.successor_uscc)
    values = {
        "ended_on": body.ended_on,
        "end_kind": body.kind.value,
        "successor_uscc": body.successor_uscc,
    }
    version = old["version"] + 1
    change_organization(session, uscc, version, values)
    change = Change(uscc, version, "ended", jsonable(values))
    add_history(session, _NOUN, actor_of(principal, reason=body.reason), [change])
    tell_of_organization(session, uscc)
    return get_organization(session, uscc)


def _require_successor(session: WriteSession, uscc: str) -> None:
    successor = find_organization(session, uscc)
    if successor is None:
        message = Text("存续单位尚未登记", "the successor is not registered")
        raise invalid("/successor_uscc", "not_found", message)
    if successor["ended_on"] is not None:
        raise invalid("/successor_uscc", "organization_ended", ended_text(successor))


def _require_may_describe(principal: Principal, uscc: str) -> None:
    if not may_describe(principal, uscc):
        raise Forbidden("forbidden", ONLY_ITSELF)


def may_describe(principal: Principal, uscc: str) -> bool:
    """An officer describes any organisation, others only themselves."""
    return principal.role is Role.OFFICER or principal.uscc == uscc


ONLY_ITSELF = Text("只能填写本单位的信息", "an organisation describes only itself")


def _dated(rows: Sequence[RowMapping]) -> list[DatedFact]:
    return [
        DatedFact(row["fact"], row["value"], row["from_on"], row["recorded_at"]) for row in rows
    ]


def tell_of_organization(session: WriteSession, uscc: str) -> None:
    """Tell the other houses what an organisation is now."""
    row = get_organization(session, uscc)
    told = {name: row[name] for name in OrganizationRegistered.model_fields}
    record_event(session, OrganizationRegistered.model_validate(told), subject=uscc)

"""Organisations: read one, describe one."""

from dataclasses import asdict

from sqlalchemy import RowMapping

from kit.auth import Principal, Role
from kit.clock import today
from kit.db import ReadSession, WriteSession
from kit.errors import Forbidden, InvalidInput
from kit.events import record_event
from kit.text import Text
from kit.versions import match_if_given, require_match
from services.achievements.rules.content import jsonable
from services.achievements.rules.history import Change, describe_changes
from services.achievements.rules.organizations import OrganizationFacts, judge_organization
from services.achievements.schemas.events import OrganizationRegistered
from services.achievements.store.history import add_history
from services.achievements.store.organizations import (
    add_organization,
    change_organization,
    get_organization,
    lock_organization,
)
from services.achievements.usecases.callers import actor_of


def read_organization(session: ReadSession, uscc: str) -> RowMapping:
    """An organisation of the register, which is public."""
    return get_organization(session, uscc)


def describe_organization(
    session: WriteSession, principal: Principal, facts: OrganizationFacts, if_match: str | None
) -> tuple[RowMapping, bool]:
    """Add an organisation or say anew what it is; True where it was new.

    An officer describes any, others only themselves.
    """
    _require_may_describe(principal, facts.uscc)
    faults = judge_organization(facts, today())
    if faults:
        raise InvalidInput("invalid_input", faults[0].message, faults=faults)
    old = lock_organization(session, facts.uscc)
    values = {**asdict(facts), "kind": facts.kind.value}
    if old is None:
        match_if_given(if_match, 0)
        add_organization(session, values)
        change = Change(facts.uscc, 1, "created")
    else:
        require_match(if_match, old["version"])
        before = jsonable({name: old[name] for name in values})
        change = Change(
            facts.uscc, old["version"] + 1, "updated", describe_changes(before, jsonable(values))
        )
        change_organization(session, facts.uscc, old["version"] + 1, values)
    add_history(session, "organizations", actor_of(principal), [change])
    _tell(session, facts)
    return get_organization(session, facts.uscc), old is None


def _require_may_describe(principal: Principal, uscc: str) -> None:
    if principal.role is not Role.OFFICER and principal.uscc != uscc:
        raise Forbidden(
            "forbidden",
            Text("只能填写本单位的信息", "an organisation describes only itself"),
        )


def _tell(session: WriteSession, facts: OrganizationFacts) -> None:
    news = OrganizationRegistered(
        uscc=facts.uscc,
        name=facts.name,
        kind=facts.kind,
        in_district=facts.in_district,
        is_industrial=facts.is_industrial,
        is_above_designated_size=facts.is_above_designated_size,
    )
    record_event(session, news, subject=facts.uscc)

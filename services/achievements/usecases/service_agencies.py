"""Technology-transfer agencies: registered by themselves, shown to everybody."""

from collections.abc import Sequence

from sqlalchemy import RowMapping

from kit.auth import Principal
from kit.db import ReadSession, WriteSession
from kit.errors import RuleBroken
from kit.text import Text
from kit.versions import require_match
from services.achievements.rules.brokers import AgencyFilter
from services.achievements.rules.history import Change
from services.achievements.schemas.brokers import AgencyBody, AgencyQuery
from services.achievements.store.brokers import (
    add_agency,
    change_agency,
    count_agencies,
    get_agency,
    list_agencies,
)
from services.achievements.store.counts import Counts
from services.achievements.store.history import add_history, list_history
from services.achievements.usecases.callers import actor_of, require_owner

_NOUN = "service_agencies"


def register_agency(session: WriteSession, principal: Principal, body: AgencyBody) -> RowMapping:
    """An agency enters the register with its own name."""
    values = {**body.model_dump(), "uscc": principal.uscc, "name": principal.org_name}
    if not add_agency(session, values):
        message = Text("本机构已登记，请修改", "the agency is registered already; change it")
        raise RuleBroken("agency_known", message)
    agency = get_agency(session, principal.uscc)
    add_history(session, _NOUN, actor_of(principal), [Change(agency["id"], 1, "registered")])
    return agency


def update_agency(
    session: WriteSession, principal: Principal, uscc: str, body: AgencyBody, if_match: str | None
) -> RowMapping:
    """An agency says anew what it offers."""
    agency = get_agency(session, uscc, lock=True)
    require_owner(principal, uscc)
    require_match(if_match, agency["version"])
    version = agency["version"] + 1
    change_agency(session, uscc, {**body.model_dump(), "version": version})
    add_history(session, _NOUN, actor_of(principal), [Change(agency["id"], version, "changed")])
    return get_agency(session, uscc)


def find_agencies(session: ReadSession, query: AgencyQuery) -> tuple[list[RowMapping], str | None]:
    """One page of agencies."""
    return list_agencies(session, AgencyFilter(**query.model_dump()))


def count_register(session: ReadSession) -> tuple[int, Counts]:
    """How many agencies there are, and how many work in each field."""
    return count_agencies(session)


def read_agency_history(
    session: ReadSession, principal: Principal, uscc: str
) -> Sequence[RowMapping]:
    """Every change, for the agency and the bureau."""
    agency = get_agency(session, uscc)
    if not principal.sees_all:
        require_owner(principal, uscc)
    return list_history(session, _NOUN, agency["id"])


def read_agency(session: ReadSession, uscc: str) -> RowMapping:
    """One by its uscc."""
    return get_agency(session, uscc)

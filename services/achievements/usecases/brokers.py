"""Brokers: enrolled by their agency, trained, given levels, measured by their work."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from sqlalchemy import RowMapping

from kit.auth import Principal, Role
from kit.clock import today
from kit.db import ReadSession, WriteSession
from kit.errors import Fault, InvalidInput, RuleBroken, invalid
from kit.text import Text
from kit.versions import require_match
from services.achievements.rules.brokers import (
    BrokerFilter,
    CreditStanding,
    Level,
    count_credits,
    expire_on,
    require_level,
)
from services.achievements.rules.history import Change
from services.achievements.schemas.brokers import (
    BrokerBody,
    BrokerChange,
    LevelBody,
    TrainingBody,
)
from services.achievements.store.brokers import (
    add_broker,
    add_credit,
    add_level,
    change_broker,
    count_brokers,
    credits_of,
    get_agency,
    get_broker,
    list_brokers,
    list_credits,
    list_levels,
    lock_broker,
    measure_agencies,
    measure_brokers,
)
from services.achievements.store.counts import Counts
from services.achievements.store.deal_terms import get_deal_terms
from services.achievements.store.history import add_history, list_history
from services.achievements.usecases.callers import actor_of, plain_row, require_owner

_NOUN = "brokers"


def enrol_broker(session: WriteSession, principal: Principal, body: BrokerBody) -> RowMapping:
    """An agency enters a broker of its own."""
    agency = get_agency(session, principal.uscc)
    broker_id = add_broker(session, {**body.model_dump(), "agency_uscc": agency["uscc"]})
    _note(session, principal, broker_id, 1, "enrolled")
    return get_broker(session, broker_id)


def update_broker(
    session: WriteSession,
    principal: Principal,
    broker_id: str,
    body: BrokerChange,
    if_match: str | None,
) -> RowMapping:
    """An agency changes what it said of its broker."""
    row = lock_broker(session, broker_id)
    require_owner(principal, row["agency_uscc"])
    require_match(if_match, row["version"])
    changed = {name: getattr(body, name) for name in body.model_fields_set}
    taken = [name for name, value in changed.items() if value is None and name != "introduction"]
    if taken:
        message = Text("不能为空", "cannot be taken away")
        faults = [Fault(f"/{name}", "missing", message) for name in taken]
        raise InvalidInput("invalid_input", message, faults=faults)
    version = row["version"] + 1
    change_broker(session, broker_id, {**changed, "version": version})
    _note(session, principal, broker_id, version, "changed")
    return get_broker(session, broker_id)


def record_training(
    session: WriteSession, principal: Principal, broker_id: str, body: TrainingBody
) -> Mapping[str, object]:
    """The bureau enters training that was finished; a certificate counts once."""
    row = lock_broker(session, broker_id)
    if body.completed_on > today():
        message = Text("结业日期不能在将来", "training was finished in the past")
        raise invalid("/completed_on", "date_in_future", message)
    ends = expire_on(body.completed_on, get_deal_terms().training)
    values = {**body.model_dump(), "broker_id": broker_id, "expires_on": ends}
    if not add_credit(session, values):
        message = Text("该证书的学时已登记", "the hours of this certificate are there already")
        raise RuleBroken("training_known", message)
    _note(session, principal, broker_id, row["version"], "trained")
    return show_training(session, broker_id)


def show_training(session: ReadSession | WriteSession, broker_id: str) -> Mapping[str, object]:
    """All training of a broker, and what it is worth today."""
    get_broker(session, broker_id)
    rows = list_credits(session, broker_id)
    return {"credits": asdict(_standing(rows)), "items": [plain_row(row) for row in rows]}


def award_level(
    session: WriteSession, principal: Principal, broker_id: str, body: LevelBody
) -> Mapping[str, object]:
    """The bureau gives a level to whoever had the valid hours on that day."""
    row = lock_broker(session, broker_id)
    level = _find_level(body.level)
    if body.awarded_on > today():
        message = Text("授予日期不能在将来", "a level is not given in the future")
        raise invalid("/awarded_on", "date_in_future", message)
    credits = credits_of(list_credits(session, broker_id))
    terms = get_deal_terms().training
    require_level(level, count_credits(credits, body.awarded_on, terms))
    add_level(session, {**body.model_dump(), "broker_id": broker_id})
    version = row["version"] + 1
    change_broker(session, broker_id, {"version": version})
    _note(session, principal, broker_id, version, f"level_{level.code}")
    return show_broker(session, broker_id)


def show_broker(session: ReadSession | WriteSession, broker_id: str) -> Mapping[str, object]:
    """A broker with its levels and the worth of its training."""
    row = get_broker(session, broker_id)
    credits = _standing(list_credits(session, broker_id))
    levels = [plain_row(one) for one in list_levels(session, broker_id)]
    return {**plain_row(row), "levels": levels, "credits": asdict(credits)}


def find_brokers(session: ReadSession, wanted: BrokerFilter) -> tuple[list[RowMapping], str | None]:
    """One page of brokers."""
    return list_brokers(session, wanted)


def count_register(session: ReadSession) -> tuple[int, Counts, Counts]:
    """How many brokers there are, at each level, of each agency."""
    return count_brokers(session)


def read_broker_history(
    session: ReadSession, principal: Principal, broker_id: str
) -> Sequence[RowMapping]:
    """Every step, for the broker's agency and the bureau."""
    broker = get_broker(session, broker_id)
    if not principal.sees_all:
        require_owner(principal, broker["agency_uscc"])
    return list_history(session, _NOUN, broker_id)


def show_levels() -> Sequence[Level]:
    """The levels as the data file has them, lowest first."""
    return sorted(get_deal_terms().levels.values(), key=lambda level: level.rank)


def show_performance(session: ReadSession, principal: Principal) -> Mapping[str, object]:
    """绩效表: all for the bureau, its own for an agency; every count with its rows."""
    own = principal.uscc if principal.role is Role.BROKER else None
    agencies = [
        {
            **plain_row(row),
            "accepted_rows": _rows(row["uscc"], "accepted"),
            "completed_rows": _rows(row["uscc"], "completed"),
        }
        for row in measure_agencies(session, own)
    ]
    brokers = [
        {
            **plain_row(row),
            "completed_rows": f"{_rows(row['uscc'], 'completed')}&broker_id={row['broker_id']}",
        }
        for row in measure_brokers(session, own)
    ]
    return {"agencies": agencies, "brokers": brokers}


def _rows(uscc: str, state: str) -> str:
    return f"/v1/appointments?agency_uscc={uscc}&state={state}"


def _standing(rows: Sequence[RowMapping]) -> CreditStanding:
    return count_credits(credits_of(rows), today(), get_deal_terms().training)


def _find_level(code: str) -> Level:
    levels = get_deal_terms().levels
    if code not in levels:
        message = Text(
            f"没有等级“{code}”：{'、'.join(levels)}", f"no level {code!r}: {list(levels)}"
        )
        raise invalid("/level", "level_unknown", message)
    return levels[code]


def _note(
    session: WriteSession, principal: Principal, broker_id: str, version: int, act: str
) -> None:
    add_history(session, _NOUN, actor_of(principal), [Change(broker_id, version, act)])

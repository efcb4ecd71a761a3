"""Which achievements were turned into use: lists and figures share it, and count the same."""

from sqlalchemy import ColumnElement, exists, select

from services.achievements.rules.contracts import ContractState
from services.achievements.rules.kinds import Kind
from services.achievements.tables import RECORD_TABLES, Base

_ACHIEVEMENTS = RECORD_TABLES[Kind.ACHIEVEMENTS]
_CONTRACTS = Base.metadata.tables["contracts"]
IS_REGISTERED = _CONTRACTS.c.state == ContractState.REGISTERED.value


def is_converted() -> ColumnElement[bool]:
    """Achievements that a registered contract is about."""
    about = _CONTRACTS.c.achievement_id == _ACHIEVEMENTS.c.id
    return exists(select(1).where(about, IS_REGISTERED))

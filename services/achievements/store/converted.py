"""Which achievements were turned into use: lists and figures share it, and count the same.

A contract about a double counts for the achievement that stands for it since they were merged.
"""

from sqlalchemy import CTE, ColumnElement, select

from services.achievements.rules.contracts import ContractState
from services.achievements.rules.kinds import Kind
from services.achievements.tables import RECORD_TABLES, Base

_ACHIEVEMENTS = RECORD_TABLES[Kind.ACHIEVEMENTS]
_CONTRACTS = Base.metadata.tables["contracts"]
IS_REGISTERED = _CONTRACTS.c.state == ContractState.REGISTERED.value


def _list_contracted() -> CTE:
    """Each achievement that a registered contract is about, itself or by a double, and the day."""
    column, double = _CONTRACTS.c, _ACHIEVEMENTS.alias("double")
    named = select(column.achievement_id, column.registered_on.label("contracted_on"))
    named = named.where(IS_REGISTERED, column.achievement_id.is_not(None))
    found = named.cte("contracted", recursive=True)
    kept = select(double.c.merged_into, found.c.contracted_on).join(
        found, found.c.achievement_id == double.c.id
    )
    return found.union_all(kept.where(double.c.merged_into.is_not(None)))


CONTRACTED = _list_contracted()


def is_converted() -> ColumnElement[bool]:
    """Achievements that a registered contract is about."""
    return _ACHIEVEMENTS.c.id.in_(select(CONTRACTED.c.achievement_id))

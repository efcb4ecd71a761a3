"""市场可比: what registered contracts say of the price of something like this."""

from kit.db import ReadSession
from services.achievements.schemas.comparables import (
    ComparableContract,
    ComparableList,
    ComparableQuery,
)
from services.achievements.store.comparables import find_field, list_comparables


def show_comparables(session: ReadSession, query: ComparableQuery) -> ComparableList:
    """Sums, types, fields and dates; no names, and never contracts of the achievement itself."""
    field = None
    if query.achievement_id is not None and query.ids is None:
        field = find_field(session, query.achievement_id)
    rows = list_comparables(
        session,
        limit=query.limit,
        contract_type=None if query.type is None else query.type.value,
        field=field,
        since=query.since,
        ids=None if query.ids is None else query.ids.split(","),
        but_of=query.achievement_id,
    )
    return ComparableList(items=[ComparableContract.model_validate(dict(row)) for row in rows])

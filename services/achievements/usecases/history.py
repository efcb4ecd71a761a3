"""The registry's history, across all that it keeps."""

from collections.abc import Sequence

from sqlalchemy import RowMapping

from kit.db import ReadSession
from services.achievements.rules.filters import ActFilter
from services.achievements.store.history import list_acts


def find_acts(session: ReadSession, wanted: ActFilter) -> tuple[Sequence[RowMapping], str | None]:
    """One page of all that was done, whoever did it and to what."""
    return list_acts(session, wanted)

"""Names of people and organisations, with what is left of them when a letter is dropped."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from kit.db import WriteSession
from services.achievements.rules.names import (
    LONG_NAME,
    NEAR_NAME,
    is_one_slip,
    name_variants,
)
from services.achievements.store.bulk import copy_bytes
from services.achievements.tables.search import SEARCH_NAMES

_MOST_NEAR = 500
_MOST_LONG = 10
_KNOWN = text("SELECT name FROM search_names WHERE name = ANY(:names)")
_NEAR = text(
    """
    SELECT name FROM search_names WHERE name = ANY(CAST(:names AS text[]))
    UNION
    (SELECT name FROM search_names WHERE variants && CAST(:variants AS varchar[]) LIMIT :most)
    """
)
_NEAR_LONG = text(
    f"""
    SELECT DISTINCT name, similarity(name, :name) FROM search_names
    WHERE name % :name AND length(name) >= {LONG_NAME} AND similarity(name, :name) >= :near
    ORDER BY 2 DESC, 1 LIMIT :most
    """  # noqa: S608 made of a constant
)


def add_names(session: WriteSession, keys: Sequence[str]) -> None:
    """Keep the names that are new. Two writers at once may both keep one: reading minds not."""
    if not keys:
        return
    known = set(session.execute(_KNOWN, {"names": list(keys)}).scalars())
    lines = "".join(_as_line(key) for key in keys if key not in known)
    copy_bytes(session, SEARCH_NAMES, ("name", "variants"), lines.encode())


def _as_line(key: str) -> str:
    # A key holds letters and digits only, so nothing is escaped; quoted, "null" is a name.
    quoted = ",".join(f'"{one}"' for one in name_variants(key))
    return f"{key}\t{{{quoted}}}\n"


def list_near_names(session: Session, asked: Sequence[str]) -> set[str]:
    """Names that one slip (in a long name: a few) tells from what is asked and unknown."""
    if not asked:
        return set()
    swapped = [key[::-1] for key in asked if len(key) == 2]
    variants = [one for key in asked for one in name_variants(key)] + swapped
    values = {"names": list(asked), "variants": variants, "most": _MOST_NEAR}
    found = set(session.execute(_NEAR, values).scalars())
    unknown = [key for key in asked if key not in found]
    near = {name for key in unknown for name in found if is_one_slip(key, name)}
    for key in unknown:
        if len(key) >= LONG_NAME:
            values = {"name": key, "near": NEAR_NAME, "most": _MOST_LONG}
            near |= set(session.execute(_NEAR_LONG, values).scalars())
    return near

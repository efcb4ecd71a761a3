"""Who may see a thing: everybody, whoever has a token, or its owner and the bureau."""

from dataclasses import dataclass
from enum import StrEnum


class Visibility(StrEnum):
    """可见范围：公开、会员可见、仅本单位可见"""

    PUBLIC = "public"
    MEMBERS = "members"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is looking: an organisation (None without a token), and whether it sees everything."""

    uscc: str | None
    sees_all: bool = False


EVERYBODY = Viewer(None)


def open_levels(viewer: Viewer) -> tuple[Visibility, ...]:
    """The levels a viewer sees of other organisations' things."""
    if viewer.sees_all:
        return tuple(Visibility)
    if viewer.uscc is not None:
        return (Visibility.PUBLIC, Visibility.MEMBERS)
    return (Visibility.PUBLIC,)


def may_see(visibility: Visibility, owner_uscc: str, viewer: Viewer) -> bool:
    """Whether this viewer may see a thing of that owner."""
    return visibility in open_levels(viewer) or viewer.uscc == owner_uscc

"""Who may see a thing: everybody, whoever has a token, or its owner and the bureau."""

from dataclasses import dataclass
from enum import StrEnum


class Visibility(StrEnum):
    """可见范围：公开、会员可见、仅本单位（与主管部门）可见、涉密（不出本单位）"""

    PUBLIC = "public"
    MEMBERS = "members"
    PRIVATE = "private"
    CLASSIFIED = "classified"


class HideableField(StrEnum):
    """可单独隐藏的成果字段"""

    ABSTRACT = "abstract"
    KEYWORDS = "keywords"
    CONTRIBUTORS = "contributors"
    INTELLECTUAL_PROPERTY = "intellectual_property"
    ASKING_PRICE = "asking_price_yuan"
    FORM = "form"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is looking: an organisation (None without a token), and whether it sees everything."""

    uscc: str | None
    sees_all: bool = False


EVERYBODY = Viewer(None)


def open_levels(viewer: Viewer) -> tuple[Visibility, ...]:
    """The levels a viewer sees of other organisations' things."""
    if viewer.sees_all:
        return (Visibility.PUBLIC, Visibility.MEMBERS, Visibility.PRIVATE)
    if viewer.uscc is not None:
        return (Visibility.PUBLIC, Visibility.MEMBERS)
    return (Visibility.PUBLIC,)


def may_see(visibility: Visibility, owner_uscc: str, viewer: Viewer) -> bool:
    """Whether this viewer may see a thing of that owner."""
    return visibility in open_levels(viewer) or viewer.uscc == owner_uscc

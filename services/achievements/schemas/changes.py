"""The change feed on the wire."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints

from kit.pages import Page
from kit.schemas import AnswerModel
from services.achievements.rules.changes import ChangeAct
from services.achievements.rules.kinds import Kind


class ChangeQuery(BaseModel):
    """Changes after a place, in the order in which they were made."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int = Field(20, ge=1, le=200, description="how many items at most")
    since: Annotated[str, StringConstraints(max_length=200)] | None = Field(
        None,
        description="`next_since` of the page before; nothing or `0`: from the beginning;"
        " or an instant (RFC 3339) or a day",
    )
    cursor: str | None = Field(
        None, max_length=200, description="`next_cursor` of the page before; stands before `since`"
    )
    kind: Kind | None = Field(
        None,
        description="changes of this kind only; without it, of every kind",
    )


class ChangeAnswer(AnswerModel):
    """A thing that changed, as the caller sees it now; `deleted`: gone, or no longer for him."""

    kind: Kind
    id: str = Field(description="the thing's `id`; of an organisation its `uscc`")
    act: ChangeAct
    at: datetime
    record: dict[str, JsonValue] | None = Field(
        description="as in the export of the kind, with its `version`; a contract with the terms in"
        " force; null where it is deleted"
    )


class ChangesAnswer(Page[ChangeAnswer]):
    """One page; go on from `next_since`, at once where there is more, else whenever you like.

    `next_cursor` is the same place while there is more, and null at the end as in every list.
    """

    next_since: str
    more: bool

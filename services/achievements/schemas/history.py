"""The registry's history as an auditor reads it, on the wire."""

from pydantic import Field

from kit.days import Instant
from kit.pages import PageQuery
from services.achievements.rules.filters import ActFilter
from services.achievements.schemas.records import HistoryLine


class ActQuery(PageQuery):
    """Which acts: of a noun, a thing, a client, an organisation, an import, a time."""

    noun: str | None = Field(None, max_length=40, examples=["achievements"])
    thing_id: str | None = Field(None, max_length=36)
    act: str | None = Field(None, max_length=40, examples=["updated"])
    client_id: str | None = Field(None, max_length=100)
    organization: str | None = Field(None, max_length=18, description="uscc of who acted")
    import_id: str | None = Field(None, max_length=36)
    since: Instant | None = Field(None, description="from this instant on")
    until: Instant | None = Field(None, description="before this instant")

    def wanted(self) -> ActFilter:
        """The same in the words of the rules."""
        others = self.model_dump(exclude={"organization"})
        return ActFilter(**others, organization_uscc=self.organization)


class ActLine(HistoryLine):
    """An act, and to what it was done."""

    id: str
    noun: str
    thing_id: str

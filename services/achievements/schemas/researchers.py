"""Researchers on the wire."""

from typing import Annotated

from pydantic import ConfigDict, Field, JsonValue

from kit.identifiers import Orcid
from services.achievements.rules.researchers import ResearcherFacts
from services.achievements.rules.rows import RowResult
from services.achievements.rules.visibility import ResearcherField, Visibility
from services.achievements.schemas.records import (
    GuardedAnswer,
    GuardedContent,
    GuardedPatch,
    Hit,
    MembersOrFewer,
)
from services.achievements.schemas.values import Line, Prose, SourceId

_EXAMPLE: dict[str, JsonValue] = {
    "source_id": "P-1001",
    "name": "张三",
    "orcid": "0000-0002-1825-0097",
    "title": "教授",
    "department": "材料科学与工程学院",
    "fields": ["固态电池", "电解质"],
}


class ResearcherContent(GuardedContent[ResearcherField]):
    """A researcher; the ORCID is checked (ISO/IEC 7064)."""

    visibility: MembersOrFewer = Visibility.MEMBERS
    name: Line
    english_name: Line | None = None
    orcid: Orcid | None = None
    title: Line | None = None
    degree: Line | None = None
    department: Line | None = None
    fields: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=100)]], Field(max_length=50)
    ] = Field(default_factory=list)
    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$", max_length=200)] | None = None
    biography: Prose | None = None


class ResearcherBody(ResearcherContent):
    """A researcher as sent."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    source_id: SourceId

    def facts(self) -> ResearcherFacts:
        """The same in the words of the rules."""
        return ResearcherFacts(
            source_id=self.source_id,
            name=self.name,
            english_name=self.english_name,
            orcid=self.orcid,
            title=self.title,
            degree=self.degree,
            department=self.department,
            fields=tuple(self.fields),
            email=self.email,
            biography=self.biography,
            **self.guard(),
        )


class ResearcherUpsert(ResearcherContent):
    """A researcher under the `source_id` of the address."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    source_id: SourceId | None = None


class ResearcherPatch(GuardedPatch[ResearcherField]):
    """The fields to change (RFC 7396): null empties an optional field."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"title": "教授"}]})

    name: Line | None = None
    english_name: Line | None = None
    orcid: Orcid | None = None
    title: Line | None = None
    degree: Line | None = None
    department: Line | None = None
    fields: (
        Annotated[list[Annotated[str, Field(min_length=1, max_length=100)]], Field(max_length=50)]
        | None
    ) = None
    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$", max_length=200)] | None = None
    biography: Prose | None = None


class ResearcherAnswer(GuardedAnswer[ResearcherField]):
    """A researcher as answered."""

    name: str
    english_name: str | None
    orcid: str | None
    title: str | None
    degree: str | None
    department: str | None
    fields: list[str]
    email: str | None
    biography: str | None


class ResearcherHit(Hit, ResearcherAnswer):
    """A researcher in a list."""


class ResearcherUpserted(ResearcherAnswer):
    """The researcher, and what the upsert did."""

    result: RowResult

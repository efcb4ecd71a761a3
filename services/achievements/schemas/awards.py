"""Awards on the wire."""

from typing import Annotated

from pydantic import ConfigDict, Field, JsonValue

from services.achievements.rules.awards import AwardFacts, AwardLevel, AwardScheme
from services.achievements.rules.rows import RowResult
from services.achievements.rules.visibility import AwardField
from services.achievements.schemas.records import (
    GuardedAnswer,
    GuardedContent,
    GuardedPatch,
    Hit,
    RecordQuery,
)
from services.achievements.schemas.values import IsoDate, Line, SourceId

_EXAMPLE: dict[str, JsonValue] = {
    "source_id": "AW-2024-01",
    "scheme": "shandong_st_progress",
    "level": "first",
    "title": "固态锂电池关键技术与应用",
    "awarded_on": "2024-03-01",
}


class AwardContent(GuardedContent[AwardField]):
    """An award."""

    scheme: AwardScheme
    level: AwardLevel
    title: Line
    awarded_on: IsoDate
    certificate_number: Line | None = None
    winners: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=100)]], Field(max_length=100)
    ] = Field(default_factory=list)


class AwardBody(AwardContent):
    """An award as sent."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    source_id: SourceId

    def facts(self) -> AwardFacts:
        """The same in the words of the rules."""
        return AwardFacts(
            source_id=self.source_id,
            scheme=self.scheme,
            level=self.level,
            title=self.title,
            awarded_on=self.awarded_on,
            certificate_number=self.certificate_number,
            winners=tuple(self.winners),
            **self.guard(),
        )


class AwardUpsert(AwardContent):
    """An award under the `source_id` of the address."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    source_id: SourceId | None = None


class AwardPatch(GuardedPatch[AwardField]):
    """The fields to change (RFC 7396): null empties an optional field."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"certificate_number": "2024-J-1-01"}]}
    )

    scheme: AwardScheme | None = None
    level: AwardLevel | None = None
    title: Line | None = None
    awarded_on: IsoDate | None = None
    certificate_number: Line | None = None
    winners: (
        Annotated[list[Annotated[str, Field(min_length=1, max_length=100)]], Field(max_length=100)]
        | None
    ) = None


class AwardAnswer(GuardedAnswer[AwardField]):
    """An award as answered."""

    scheme: AwardScheme
    level: AwardLevel
    title: str
    awarded_on: IsoDate
    certificate_number: str | None
    winners: list[str]


class AwardHit(Hit, AwardAnswer):
    """An award in a list."""


class AwardUpserted(AwardAnswer):
    """The award, and what the upsert did."""

    result: RowResult


class AwardQuery(RecordQuery):
    """Which awards."""

    scheme: AwardScheme | None = None
    level: AwardLevel | None = None
    year: int | None = Field(None, ge=1900, le=2100, description="awarded in this year")

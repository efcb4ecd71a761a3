"""What every record answers besides its content, and what the acts on records answer."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from kit.pages import Page, PageQuery
from kit.schemas import AnswerModel, WireModel
from services.achievements.rules.filters import RecordFilter
from services.achievements.rules.rows import RowResult
from services.achievements.rules.visibility import Visibility
from services.achievements.schemas.values import IsoDate, SearchWords, SourceId

BATCH_LIMIT = 1000


class RecordAnswer(AnswerModel):
    """The frame of a record."""

    id: str
    owner_uscc: str = Field(description="the organisation that keeps the record")
    source_id: SourceId
    version: int
    visibility: Visibility
    created_at: datetime
    updated_at: datetime


Hideable = TypeVar("Hideable", bound=StrEnum)
MembersOrFewer = Literal[Visibility.MEMBERS, Visibility.PRIVATE, Visibility.CLASSIFIED]
"""People and money are never for everybody."""
_EMBARGO = "before this day only its owner and the bureau see it"
_HIDDEN = "fields that only its owner and the bureau see"
Hidden = Annotated[list[Hideable], Field(max_length=12)]


class GuardedContent(WireModel, Generic[Hideable]):
    """Who may see a record, from when, and which of its fields are for fewer."""

    visibility: Visibility = Visibility.PUBLIC
    embargo_until: IsoDate | None = Field(None, description=_EMBARGO)
    hidden_fields: Hidden[Hideable] | None = Field(None, description=_HIDDEN)

    def guard(self) -> dict[str, Any]:
        """The same in the words of the rules."""
        hidden = tuple(self.hidden_fields) if self.hidden_fields else None
        return {
            "visibility": self.visibility,
            "embargo_until": self.embargo_until,
            "hidden_fields": hidden,
        }


class GuardedPatch(WireModel, Generic[Hideable]):
    """What of it is to be changed, and why."""

    visibility: Visibility | None = None
    embargo_until: IsoDate | None = None
    hidden_fields: Hidden[Hideable] | None = None
    reason: Annotated[str, Field(max_length=500)] | None = Field(
        None, description="why; kept in the history"
    )


class GuardedAnswer(RecordAnswer, Generic[Hideable]):
    """The frame of a record whose owner says who may see it."""

    embargo_until: IsoDate | None
    hidden_fields: list[Hideable] | None


class BatchBody(WireModel):
    """Up to 1,000 items; each is judged alone, so an unreadable one harms no other."""

    judges_items: ClassVar[bool] = True

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "items": [
                        {
                            "source_id": "SDU-2024-0001",
                            "title": "固态锂电池电解质",
                            "organizations": [{"uscc": "123700004955000143", "name": "山东某大学"}],
                        }
                    ]
                }
            ]
        }
    )

    items: Annotated[list[JsonValue], Field(min_length=1, max_length=BATCH_LIMIT)]


class BatchItem(AnswerModel):
    """What became of one item; `problem` has the shape of RFC 9457."""

    index: int
    source_id: str | None
    result: RowResult
    id: str | None = None
    problem: dict[str, JsonValue] | None = None


class BatchAnswer(AnswerModel):
    """One line per item, in the order they were sent, and how many of each."""

    items: list[BatchItem]
    counts: dict[RowResult, int]


RecordSort = Literal["relevance", "-updated_at", "updated_at"]


class RecordQuery(PageQuery):
    """Lists of records: all the caller may see, newest first, or those that words find."""

    q: SearchWords = None
    organization: str | None = Field(
        None, max_length=200, description="uscc of the organisation that keeps the record"
    )
    source_id: str | None = Field(None, max_length=200)
    sort: RecordSort | None = None

    def wanted(self) -> RecordFilter:
        """The same in the words of the rules; what only this kind has is named apart."""
        common = {name: getattr(self, name) for name in RecordQuery.model_fields}
        others = self.model_dump(exclude=set(common), exclude_none=True)
        return RecordFilter(**common, narrow=others)


class FacetValue(AnswerModel):
    """A value and in how many of the records found it stands."""

    value: str | int | bool
    count: int


class Hit(AnswerModel):
    """What a record in a list says of the search; empty where no words were asked for."""

    score: float | None = Field(None, description="how well it matches; compare within one answer")
    highlights: dict[str, list[str]] | None = Field(
        None,
        description="fields in which the words stand, as HTML: escaped, the words in `<em>`",
        examples=[{"title": ["<em>固态电池</em>电解质制备"]}],
    )


Item = TypeVar("Item", bound=BaseModel)


class RecordPage(AnswerModel, Generic[Item]):
    """One page of a search; `total` and `facets` stand on the first page."""

    items: list[Item]
    next_cursor: str | None = None
    total: int | None = Field(None, description="how many are found")
    total_is: Literal["exact", "at_least"] | None = Field(
        None,
        description="at_least: the best 1,000 matches were counted (without `q`: 10,000 records),"
        " facets too, and pages end with them",
    )
    facets: dict[str, list[FacetValue]] | None = Field(
        None, description="of what the caller may see: how often each value stands in it"
    )


class CountedRows(AnswerModel):
    """A number, and the address of the rows behind it."""

    value: str
    count: int
    rows: str


class HistoryLine(AnswerModel):
    """One change of a thing: who, when, what, why; who booked is not for everybody."""

    version: int
    act: str
    at: datetime
    client_id: str | None
    organization_uscc: str | None
    organization_name: str | None
    reason: str | None
    import_id: str | None
    changes: dict[str, JsonValue] | None


class HistoryAnswer(Page[HistoryLine]):
    """All changes of a thing, oldest first."""

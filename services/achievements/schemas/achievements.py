"""Achievements on the wire."""

from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, JsonValue

from kit.identifiers import Orcid, Uscc
from kit.money import Yuan
from kit.pages import Page
from kit.schemas import AnswerModel, WireModel
from services.achievements.rules.achievements import (
    AchievementFacts,
    ContributingOrg,
    Contributor,
    Property,
    PropertyKind,
    PropertyStatus,
    TransferWay,
)
from services.achievements.rules.figures import AchievementGroup
from services.achievements.rules.rows import RowResult
from services.achievements.rules.visibility import HideableField, Visibility
from services.achievements.schemas.forms import AchievementForm, stored_form
from services.achievements.schemas.records import (
    GuardedAnswer,
    GuardedContent,
    GuardedPatch,
    Hit,
    RecordQuery,
)
from services.achievements.schemas.values import (
    FieldCode,
    Industry,
    IsoDate,
    Line,
    Name,
    Prose,
    ReadinessLevel,
    SourceId,
)

EXAMPLE: dict[str, JsonValue] = {
    "source_id": "SDU-2024-0001",
    "title": "高安全固态锂电池电解质制备技术",
    "abstract": "面向储能的硫化物固态电解质及其规模化制备方法。",
    "keywords": ["固态电池", "电解质"],
    "field": "new-materials",
    "industry": "C39",
    "trl": 6,
    "organizations": [{"uscc": "123700004955000143", "name": "山东某大学"}],
    "contributors": [{"name": "张三", "orcid": "0000-0002-1825-0097"}],
    "intellectual_property": [
        {"kind": "invention_patent", "number": "ZL201710601862.3", "status": "granted"}
    ],
    "transfer_ways": ["license", "equity"],
    "asking_price_yuan": "500000.00",
    "visibility": "public",
    "completed_on": "2024-03-01",
}


class OrganizationRef(WireModel):
    """完成单位; a foreign partner has no uscc."""

    uscc: Uscc | None = None
    name: Name


class ContributorRef(WireModel):
    """完成人"""

    name: Name
    orcid: Orcid | None = None


def _keep_each_once(ways: list[TransferWay]) -> list[TransferWay]:
    return list(dict.fromkeys(ways))


TransferWays = Annotated[
    list[TransferWay], Field(max_length=len(TransferWay)), AfterValidator(_keep_each_once)
]
"""A way that is said twice is one way."""


class PropertyBody(WireModel):
    """知识产权; Chinese patent numbers are checked with their check digit (ZC 0006).

    One exception: the contract's printed example `ZL202010123456.X` (invention) is taken as it is.
    """

    kind: PropertyKind
    number: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    status: PropertyStatus | None = None


class AchievementContent(GuardedContent[HideableField]):
    """What an achievement says, without the owner's key."""

    title: Line
    abstract: Prose | None = None
    keywords: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=100)]], Field(max_length=50)
    ] = Field(default_factory=list)
    field: FieldCode | None = None
    industry: Industry | None = None
    trl: ReadinessLevel | None = None
    organizations: Annotated[list[OrganizationRef], Field(min_length=1, max_length=50)]
    contributors: Annotated[list[ContributorRef], Field(max_length=200)] = Field(
        default_factory=list
    )
    intellectual_property: Annotated[list[PropertyBody], Field(max_length=200)] = Field(
        default_factory=list
    )
    transfer_ways: TransferWays = Field(default_factory=list)
    asking_price_yuan: Yuan | None = None
    completed_on: IsoDate | None = None
    form: AchievementForm | None = Field(None, description="what only 科技成果登记表 asks")


class AchievementBody(AchievementContent):
    """An achievement as it is sent."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    source_id: SourceId

    def facts(self) -> AchievementFacts:
        """The same in the words of the rules."""
        return AchievementFacts(
            source_id=self.source_id,
            title=self.title,
            organizations=tuple([ContributingOrg(o.name, o.uscc) for o in self.organizations]),
            abstract=self.abstract or None,
            keywords=tuple(self.keywords),
            field=self.field,
            industry=self.industry,
            trl=self.trl,
            contributors=tuple([Contributor(c.name, c.orcid) for c in self.contributors]),
            intellectual_property=tuple(
                [Property(p.kind, p.number, p.status) for p in self.intellectual_property]
            ),
            transfer_ways=tuple(self.transfer_ways),
            asking_price_yuan=self.asking_price_yuan,
            completed_on=self.completed_on,
            form=stored_form(self.form),
            **self.guard(),
        )


class AchievementUpsert(AchievementContent):
    """An achievement under the `source_id` of the address; naming it again must agree."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    source_id: SourceId | None = None


class AchievementPatch(GuardedPatch[HideableField]):
    """The fields to change (RFC 7396): null empties an optional field."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"trl": 7, "abstract": None}]})

    title: Line | None = None
    abstract: Prose | None = None
    keywords: list[str] | None = None
    field: FieldCode | None = None
    industry: Industry | None = None
    trl: ReadinessLevel | None = None
    organizations: list[OrganizationRef] | None = None
    contributors: list[ContributorRef] | None = None
    intellectual_property: list[PropertyBody] | None = None
    transfer_ways: TransferWays | None = None
    asking_price_yuan: Yuan | None = None
    completed_on: IsoDate | None = None
    form: AchievementForm | None = None


class AchievementAnswer(GuardedAnswer[HideableField]):
    """An achievement as it is answered."""

    title: str
    abstract: str | None
    keywords: list[str]
    field: str | None
    industry: str | None
    trl: int | None
    organizations: list[OrganizationRef]
    contributors: list[ContributorRef]
    intellectual_property: list[PropertyBody]
    transfer_ways: list[TransferWay]
    asking_price_yuan: Yuan | None
    completed_on: IsoDate | None
    form: AchievementForm | None
    merged_into: str | None = Field(description="the record that stands for this double")


class AchievementUpserted(AchievementAnswer):
    """The achievement, and what the upsert did."""

    result: RowResult


class AchievementHit(Hit, AchievementAnswer):
    """An achievement in a list."""


AchievementSort = Literal[
    "relevance", "-updated_at", "updated_at", "title", "-title", "trl", "-trl",
    "completed_on", "-completed_on", "asking_price_yuan", "-asking_price_yuan",
]  # fmt: skip


class AchievementQuery(RecordQuery):
    """Search by words and filters; ranked by BM25 where words are given, else newest first."""

    field: str | None = Field(None, max_length=60)
    trl_min: int | None = Field(None, ge=1, le=9)
    trl_max: int | None = Field(None, ge=1, le=9)
    organization: str | None = Field(
        None,
        max_length=200,
        description="uscc, or the exact name, of the owner or a contributing one",
    )
    visibility: Visibility | None = None
    sort: AchievementSort | None = None  # type: ignore[assignment]
    lacking: AchievementGroup | None = Field(None, description="only those without this value")
    converted: bool | None = Field(None, description="with (or without) a registered contract")


class DoubleAnswer(AnswerModel):
    """Another achievement that may be the same."""

    id: str
    title: str
    owner_uscc: str
    certainty: Literal["certain", "probable"]
    because: Literal["patent", "doi", "title"]


class DoublesAnswer(Page[DoubleAnswer]):
    """Possible doubles among what the caller may see; nothing is merged silently."""


class OwnerRef(AnswerModel):
    """The organisation that owns a thing."""

    uscc: str
    name: str
    kind: str


class AchievementForCase(AnswerModel):
    """What the gateway needs of an achievement in a financing case."""

    id: str
    title: str
    trl: int | None
    visibility: Visibility
    transfer_ways: list[TransferWay]
    organizations: list[OrganizationRef]
    owner: OwnerRef

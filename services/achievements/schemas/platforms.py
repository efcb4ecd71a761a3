"""Platforms on the wire."""

from dataclasses import fields
from decimal import Decimal
from typing import Annotated

from pydantic import ConfigDict, Field, JsonValue

from kit.identifiers import Uscc
from kit.money import Ratio
from kit.schemas import WireModel
from services.achievements.rules.platforms import (
    CoBuilder,
    PlatformFacts,
    PlatformKind,
    PlatformLevel,
)
from services.achievements.rules.rows import RowResult
from services.achievements.rules.visibility import PlatformField
from services.achievements.schemas.records import (
    GuardedAnswer,
    GuardedContent,
    GuardedPatch,
    Hit,
    RecordQuery,
)
from services.achievements.schemas.values import Flag, IsoDate, Line, Name, Prose, SourceId

_EXAMPLE: dict[str, JsonValue] = {
    "source_id": "KL-01",
    "kind": "key_laboratory",
    "name": "济南市固态电池重点实验室",
    "level": "municipal",
    "established_on": "2024-05-01",
}

SquareMetres = Annotated[Ratio, Field(ge=Decimal(0), lt=Decimal(1_000_000))]


class CoBuilderRef(WireModel):
    """共建单位; a foreign partner has no uscc."""

    name: Name
    uscc: Uscc | None = None


CoBuilders = Annotated[list[CoBuilderRef], Field(max_length=50)]


class PlatformContent(GuardedContent[PlatformField]):
    """A platform of any kind."""

    kind: PlatformKind
    name: Line
    level: PlatformLevel | None = None
    established_on: IsoDate | None = None
    address: Line | None = None
    floor_area_m2: SquareMetres | None = None
    description: Prose | None = None
    capacity: Annotated[int, Field(strict=True, ge=0, le=1_000_000)] | None = Field(
        None, description="how many tenants find room"
    )
    in_district: Flag | None = Field(None, description="是否在本区 (细则5、6 ask for it)")
    co_builders: CoBuilders | None = Field(
        None, description="共建单位 besides the owner; [] where it is built alone"
    )


class PlatformBody(PlatformContent):
    """A platform as sent."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    source_id: SourceId

    def facts(self) -> PlatformFacts:
        """The same in the words of the rules."""
        values = {f.name: getattr(self, f.name) for f in fields(PlatformFacts)}
        builders = self.co_builders
        told = None if builders is None else tuple(CoBuilder(b.name, b.uscc) for b in builders)
        return PlatformFacts(**values | {"co_builders": told} | self.guard())


class PlatformUpsert(PlatformContent):
    """A platform under the `source_id` of the address."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    source_id: SourceId | None = None


class PlatformPatch(GuardedPatch[PlatformField]):
    """The fields to change (RFC 7396): null empties an optional field."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"level": "municipal"}]})

    kind: PlatformKind | None = None
    name: Line | None = None
    level: PlatformLevel | None = None
    established_on: IsoDate | None = None
    address: Line | None = None
    floor_area_m2: SquareMetres | None = None
    description: Prose | None = None
    capacity: Annotated[int, Field(strict=True, ge=0, le=1_000_000)] | None = None
    in_district: Flag | None = None
    co_builders: CoBuilders | None = None


class PlatformAnswer(GuardedAnswer[PlatformField]):
    """A platform as answered."""

    kind: PlatformKind
    name: str
    level: PlatformLevel | None
    established_on: IsoDate | None
    address: str | None
    floor_area_m2: Ratio | None
    description: str | None
    capacity: int | None
    in_district: bool | None
    co_builders: list[CoBuilderRef] | None


class PlatformHit(Hit, PlatformAnswer):
    """A platform in a list."""


class PlatformUpserted(PlatformAnswer):
    """The platform, and what the upsert did."""

    result: RowResult


class PlatformQuery(RecordQuery):
    """Which platforms; `grade`, `graded_year` and `assessed_by` speak of one and the same grade."""

    kind: PlatformKind | None = None
    level: PlatformLevel | None = None
    certified: bool | None = None
    grade: str | None = Field(None, max_length=40, examples=["excellent"])
    graded_year: int | None = Field(None, ge=1985, le=2100)
    assessed_by: str | None = Field(None, max_length=40, examples=["jinan"])

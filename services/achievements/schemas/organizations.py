"""Organisations on the wire."""

from datetime import date, datetime

from pydantic import ConfigDict

from kit.schemas import AnswerModel, WireModel
from services.achievements.rules.organizations import OrganizationFacts, OrganizationKind
from services.achievements.schemas.values import Flag, IsoDate, Line, Name


class OrganizationBody(WireModel):
    """An organisation as its officer or itself describes it; null means nobody has said."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "济南明湖智造科技有限公司",
                    "kind": "enterprise",
                    "district": "历下区",
                    "in_district": True,
                    "is_industrial": True,
                    "is_above_designated_size": True,
                    "above_designated_size_since": "2022-01-01",
                }
            ]
        }
    )

    name: Name
    kind: OrganizationKind
    district: Line | None = None
    in_district: Flag | None = None
    is_industrial: Flag | None = None
    is_above_designated_size: Flag | None = None
    above_designated_size_since: IsoDate | None = None

    def facts(self, uscc: str) -> OrganizationFacts:
        """The same in the words of the rules."""
        return OrganizationFacts(
            uscc=uscc,
            name=self.name,
            kind=self.kind,
            district=self.district,
            in_district=self.in_district,
            is_industrial=self.is_industrial,
            is_above_designated_size=self.is_above_designated_size,
            above_designated_size_since=self.above_designated_size_since,
        )


class OrganizationAnswer(AnswerModel):
    """An organisation."""

    uscc: str
    name: str
    kind: OrganizationKind
    district: str | None
    in_district: bool | None
    is_industrial: bool | None
    is_above_designated_size: bool | None
    above_designated_size_since: date | None
    version: int
    created_at: datetime
    updated_at: datetime

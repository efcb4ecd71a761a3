"""Events of the other houses as subsidies reads them: only what it needs, extra fields ignored."""

from datetime import date
from decimal import Decimal

from pydantic import BaseModel, ConfigDict


class Heard(BaseModel):
    """What another house told."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class OrganizationHeard(Heard):
    """机构登记或更新"""

    uscc: str
    name: str
    kind: str | None = None
    in_district: bool | None = None
    is_industrial: bool | None = None
    is_above_designated_size: bool | None = None
    successor_uscc: str | None = None


class PartyHeard(Heard):
    """合同当事方"""

    uscc: str
    name: str
    kind: str | None = None


class ContractHeard(Heard):
    """技术合同经市级登记"""

    contract_id: str
    contract_number: str
    type: str
    title: str
    seller: PartyHeard
    buyer: PartyHeard
    total_yuan: Decimal | None = None
    technology_yuan: Decimal | None = None
    registered_by: str | None = None
    registered_on: date | None = None
    achievement_id: str | None = None
    case_id: str | None = None


class AwardItem(Heard):
    """一项奖励"""

    award_id: str
    scheme: str
    level: str | None = None
    title: str = ""
    awarded_on: date | None = None


class AwardHeard(AwardItem):
    """获奖登记"""

    uscc: str


class AwardsWithdrawnHeard(Heard):
    """一批奖励撤下"""

    uscc: str
    withdrawn_on: date
    items: list[AwardItem]


class SixHavesHeard(Heard):
    """六有"""

    investment: bool | None = None
    site: bool | None = None
    staff: bool | None = None
    equipment: bool | None = None
    rules: bool | None = None
    results: bool | None = None


class PlatformItem(Heard):
    """一个已认定的平台"""

    platform_id: str
    kind: str
    name: str = ""
    level: str | None = None
    established_on: date | None = None
    certified_on: date | None = None
    newly_established: bool | None = None
    in_district: bool | None = None
    co_builders: int | None = None
    six_haves: SixHavesHeard = SixHavesHeard()


class PlatformHeard(PlatformItem):
    """平台认定"""

    uscc: str


class PlatformsWithdrawnHeard(Heard):
    """一批已认定的平台撤下"""

    uscc: str
    withdrawn_on: date
    items: list[PlatformItem]


class GradeHeard(Heard):
    """平台绩效评价"""

    platform_id: str
    year: int
    assessed_by: str
    grade: str


class MergerHeard(Heard):
    """单位合并或其更正"""

    merger_id: str
    absorbed_uscc: str
    surviving_uscc: str
    ended: bool = False
    recorded_by: str = "credit"
    recorded_by_uscc: str = ""

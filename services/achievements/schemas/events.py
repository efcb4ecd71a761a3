"""What this house publishes. A published event is a contract: fields are added, never changed."""

from datetime import date
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from kit.envelope import Event
from kit.money import Yuan


class OrganizationRegistered(Event):
    """机构登记或更新"""

    type: ClassVar[str] = "achievements.organization-registered"

    uscc: str
    name: str
    kind: str
    in_district: bool | None
    is_industrial: bool | None
    is_above_designated_size: bool | None
    ended_on: date | None = None
    successor_uscc: str | None = None


class PublishedProperty(BaseModel):
    """A piece of intellectual property, as published."""

    kind: str
    number: str | None
    status: str | None


class PublishedAchievement(BaseModel):
    """An achievement, as published."""

    achievement_id: str
    title: str
    occurred_on: date
    trl: int | None
    intellectual_property: list[PublishedProperty]


class AchievementRegistered(Event, PublishedAchievement):
    """一项成果登记"""

    type: ClassVar[str] = "achievements.achievement-registered"

    uscc: str


class AchievementsRegistered(Event):
    """一批成果登记：一次批量只发一个事件"""

    type: ClassVar[str] = "achievements.achievements-registered"

    uscc: str
    count: int
    items: list[PublishedAchievement]


class AchievementsWithdrawn(Event):
    """一批成果撤下：快照中不再出现，或导入被撤销"""

    type: ClassVar[str] = "achievements.achievements-withdrawn"

    uscc: str
    because: str
    withdrawn_on: date
    count: int
    items: list[PublishedAchievement]


class WithdrawnRecord(BaseModel):
    """A thing that was taken out, as published."""

    id: str
    source_id: str


class RecordsWithdrawn(Event):
    """一批仪器、人员、研发经费、平台或奖励撤下"""

    type: ClassVar[str] = "achievements.records-withdrawn"

    uscc: str
    kind: str
    because: str
    withdrawn_on: date
    count: int
    items: list[WithdrawnRecord]


class PublishedParty(BaseModel):
    """One side of a contract, as published."""

    uscc: str
    name: str
    kind: str


class ContractRegistered(Event):
    """技术合同经市级登记：细则第4条与“易”阶段所等的事件"""

    model_config = ConfigDict(frozen=True, serialize_by_alias=True)

    type: ClassVar[str] = "achievements.contract-registered"

    contract_id: str
    contract_number: str
    # `type` names the event in Python, so the contract's type has another name until the wire.
    contract_type: Literal["development", "transfer", "license", "consulting", "service"] = Field(
        serialization_alias="type"
    )
    title: str
    seller: PublishedParty
    buyer: PublishedParty
    total_yuan: Yuan
    technology_yuan: Yuan | None
    registered_by: Literal["jinan_municipal"] = "jinan_municipal"
    registered_on: date
    achievement_id: str | None
    case_id: str | None


class ContractChanged(ContractRegistered):
    """已登记的技术合同经核准变更：内容为变更后的"""

    type: ClassVar[str] = "achievements.contract-changed"

    changed_on: date
    reason: str


class ContractCancelled(ContractRegistered):
    """技术合同撤销登记：应得与事实随之改变"""

    type: ClassVar[str] = "achievements.contract-cancelled"

    cancelled_on: date
    reason: str


class RdExpenditureRecorded(Event):
    """研发经费登记"""

    type: ClassVar[str] = "achievements.rd-expenditure-recorded"

    uscc: str
    year: int
    total_yuan: Yuan
    occurred_on: date


class RdExpenditureWithdrawn(Event):
    """一个年度的研发经费全部撤下"""

    type: ClassVar[str] = "achievements.rd-expenditure-withdrawn"

    uscc: str
    year: int
    total_yuan: Yuan = Field(description="what was withdrawn")
    because: str
    withdrawn_on: date


class PublishedAward(BaseModel):
    """An award, as published."""

    award_id: str
    scheme: str
    level: str
    title: str
    awarded_on: date


class AwardRecorded(Event, PublishedAward):
    """获奖登记"""

    type: ClassVar[str] = "achievements.award-recorded"

    uscc: str


class AwardsWithdrawn(Event):
    """一批奖励撤下"""

    type: ClassVar[str] = "achievements.awards-withdrawn"

    uscc: str
    because: str
    withdrawn_on: date
    count: int
    items: list[PublishedAward]


class PublishedPlatform(BaseModel):
    """A certified platform, as published."""

    platform_id: str
    kind: str
    name: str
    level: str
    established_on: date | None
    certified_on: date
    # What the rules 2, 3, 5 and 6 ask of a platform; None: nobody has said.
    newly_established: bool | None = None
    in_district: bool | None = None
    co_builders: int | None = Field(None, description="how many build it, the owner included")
    six_haves: dict[str, bool]


class PlatformCertified(Event, PublishedPlatform):
    """平台认定"""

    type: ClassVar[str] = "achievements.platform-certified"

    uscc: str


class PlatformsWithdrawn(Event):
    """一批已认定的平台撤下"""

    type: ClassVar[str] = "achievements.platforms-withdrawn"

    uscc: str
    because: str
    withdrawn_on: date
    count: int
    items: list[PublishedPlatform]


class PlatformGraded(Event):
    """平台绩效评价"""

    type: ClassVar[str] = "achievements.platform-graded"

    uscc: str
    platform_id: str
    year: int
    assessed_by: str
    grade: str
    graded_on: date


class DemandMatched(Event):
    """需求有了新匹配: how many, not what; what it is, is shown to whoever may see it."""

    type: ClassVar[str] = "achievements.demand-matched"

    demand_id: str
    uscc: str
    count: int


class PublishedShare(BaseModel):
    """What one party of a team gets."""

    uscc: str
    name: str
    amount_yuan: Yuan


class BidAwarded(Event):
    """揭榜挂帅定榜"""

    type: ClassVar[str] = "achievements.bid-awarded"

    demand_id: str
    uscc: str
    bid_id: str
    title: str
    amount_yuan: Yuan
    shares: list[PublishedShare]
    awarded_on: date


class MilestonePaid(Event):
    """榜单里程碑付款"""

    type: ClassVar[str] = "achievements.milestone-paid"

    demand_id: str
    uscc: str
    number: int
    amount_yuan: Yuan
    shares: list[PublishedShare]
    paid_on: date


class TaskOpened(Event):
    """待办: something waits for an organisation; `link` is the address where it is done."""

    type: ClassVar[str] = "achievements.task-opened"

    task_id: str
    uscc: str
    kind: str
    title_zh: str
    title_en: str
    link: str
    due_on: date


class TaskClosed(Event):
    """待办已办结"""

    type: ClassVar[str] = "achievements.task-closed"

    task_id: str
    uscc: str
    closed_on: date


class AppointmentMoved(Event):
    """委托变化: what an agency is appointed to, and how that stands; a higher version is newer"""

    type: ClassVar[str] = "achievements.appointment-moved"

    appointment_id: str
    subject_kind: str
    subject_id: str
    principal_uscc: str
    agency_uscc: str
    state: str
    version: int
    valid_until: date | None

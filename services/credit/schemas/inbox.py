"""Events of other houses as credit reads them: only what it needs, extra fields ignored."""

from datetime import date
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from kit.money import Yuan


class Heard(BaseModel):
    """What another house told."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class OrganizationHeard(Heard):
    """机构登记."""

    uscc: str
    name: str


class AchievementHeard(Heard):
    """科技成果登记, one of a bulk."""

    achievement_id: str
    title: str
    occurred_on: date
    trl: int | None = None


class OneAchievementHeard(AchievementHeard):
    """科技成果登记."""

    uscc: str


class AchievementsHeard(Heard):
    """科技成果批量登记: one event per bulk act."""

    uscc: str
    items: list[AchievementHeard]


class AchievementsWithdrawnHeard(AchievementsHeard):
    """科技成果批量撤下."""

    because: str
    withdrawn_on: date


class PartyHeard(Heard):
    """卖方或买方."""

    uscc: str
    name: str


class ContractHeard(Heard):
    """技术合同登记."""

    contract_id: str
    contract_number: str
    type: str
    title: str
    seller: PartyHeard
    buyer: PartyHeard
    total_yuan: Yuan
    technology_yuan: Yuan | None = None
    registered_on: date
    case_id: str | None = None

    @property
    def value(self) -> Decimal:
        """技术交易额; where it is not known, the whole value of the contract."""
        return self.total_yuan if self.technology_yuan is None else self.technology_yuan


class CancelledContractHeard(ContractHeard):
    """技术合同撤销登记."""

    cancelled_on: date
    reason: str


class AwardItem(Heard):
    """一项奖励."""

    award_id: str
    scheme: str
    level: str
    title: str = ""
    awarded_on: date


class AwardHeard(AwardItem):
    """获奖登记."""

    uscc: str


class AwardsWithdrawnHeard(Heard):
    """一批奖励撤下."""

    uscc: str
    because: str
    withdrawn_on: date
    items: list[AwardItem]


class PlatformItem(Heard):
    """一个已认定的平台."""

    platform_id: str
    kind: str
    name: str = ""
    level: str | None = None
    certified_on: date


class PlatformHeard(PlatformItem):
    """平台认定."""

    uscc: str


class PlatformsWithdrawnHeard(Heard):
    """一批已认定的平台撤下."""

    uscc: str
    because: str
    withdrawn_on: date
    items: list[PlatformItem]


class RdExpenditureHeard(Heard):
    """研发经费登记."""

    uscc: str
    year: int
    total_yuan: Yuan
    occurred_on: date


class RdExpenditureWithdrawnHeard(Heard):
    """一个年度的研发经费全部撤下."""

    uscc: str
    year: int
    total_yuan: Yuan
    because: str
    withdrawn_on: date


class SubsidyHeard(Heard):
    """政策资金兑现."""

    uscc: str
    payment_id: str
    rule: str = ""
    amount_yuan: Yuan
    paid_on: date


class ClawBackHeard(Heard):
    """政策资金追回."""

    uscc: str
    claw_back_id: str
    rule: str = ""
    amount_yuan: Yuan
    received_on: date
    reason: str = ""


class InstitutionHeard(Heard):
    """办理机构."""

    uscc: str
    name: str = ""


class LoanHeard(Heard):
    """贷款发放、结清、逾期: the sums as they then were."""

    loan_id: str
    case_id: str
    uscc: str
    bank: InstitutionHeard
    disbursed_yuan: Yuan
    outstanding_yuan: Yuan
    on: date


class SupportHeard(Heard):
    """担保、保险、投资: the sum, where there is one."""

    support_id: str
    case_id: str
    uscc: str
    institution: InstitutionHeard
    amount_yuan: Yuan | None
    on: date

"""What is stated about an applicant and its things. `None` means unknown, never no or zero.

Codes (kinds, schemes, levels, types) are open words: a code that a policy does not name is a fact
that does not meet the policy, not an input that cannot be read.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Applicant:
    """申请单位"""

    kind: str | None = None
    in_district: bool | None = None
    is_industrial: bool | None = None
    is_above_designated_size: bool | None = None
    annual_revenue_yuan: Decimal | None = None
    uscc: str | None = None


@dataclass(frozen=True, slots=True)
class Award:
    """科技奖励; `achievement` names the achievement that won it."""

    id: str
    scheme: str | None = None
    level: str | None = None
    awarded_on: date | None = None
    achievement: str | None = None
    province: str | None = None
    applicant_rank: int | None = None
    co_winners: int | None = None
    first_winner_in_district: bool | None = None
    revoked: bool | None = None


@dataclass(frozen=True, slots=True)
class SixHaves:
    """六有: each true, false or unknown."""

    investment: bool | None = None
    site: bool | None = None
    staff: bool | None = None
    equipment: bool | None = None
    rules: bool | None = None
    results: bool | None = None


@dataclass(frozen=True, slots=True)
class RdPlatform:
    """六有研发平台"""

    id: str
    newly_established: bool | None = None
    established_on: date | None = None
    district_recognised_on: date | None = None
    six_haves: SixHaves = field(default_factory=SixHaves)


@dataclass(frozen=True, slots=True)
class KeyLaboratory:
    """重点实验室; `approved_amount_yuan` is a decision already taken."""

    id: str
    level: str | None = None
    newly_built: bool | None = None
    accredited_on: date | None = None
    co_builders: int | None = None
    approved_amount_yuan: Decimal | None = None


@dataclass(frozen=True, slots=True)
class CitySubsidy:
    """市级补助: what the city approved and paid for one thing."""

    approved_yuan: Decimal | None = None
    disbursed_yuan: Decimal | None = None
    disbursed_on: date | None = None
    payment_ref: str | None = None


@dataclass(frozen=True, slots=True)
class Contract:
    """技术合同; `match_ratio` is a decision already taken."""

    id: str
    type: str | None = None
    registered_by: str | None = None
    registered_on: date | None = None
    city_subsidy: CitySubsidy = field(default_factory=CitySubsidy)
    match_ratio: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Performance:
    """绩效评价"""

    assessed_by: str | None = None
    grade: str | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Facility:
    """概念验证中心、中试示范基地; `in_district` where it differs from the applicant."""

    id: str
    kind: str | None = None
    in_district: bool | None = None
    performance: Performance = field(default_factory=Performance)
    city_subsidy: CitySubsidy = field(default_factory=CitySubsidy)
    match_ratio: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PriorPayment:
    """以往领取; `subject` is the id of the award, platform, laboratory, contract or facility."""

    rule: str
    amount_yuan: Decimal | None = None
    paid_on: date | None = None
    payment_ref: str | None = None
    achievement: str | None = None
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """All that is stated for one calculation, as of the day `on`."""

    on: date
    applicant: Applicant = field(default_factory=Applicant)
    awards: tuple[Award, ...] = ()
    rd_platforms: tuple[RdPlatform, ...] = ()
    key_laboratories: tuple[KeyLaboratory, ...] = ()
    contracts: tuple[Contract, ...] = ()
    facilities: tuple[Facility, ...] = ()
    prior_payments: tuple[PriorPayment, ...] = ()

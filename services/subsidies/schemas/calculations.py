"""Words of `POST /v1/subsidies/calculations`.

Money and ratios are strings, days are `2024-06-30`; a fact that is not known is null or absent.
Codes are open words: one that the measures do not name is answered, not refused.
"""

from datetime import date
from typing import Annotated

from pydantic import (
    AliasChoices,
    Field,
    Strict,
    StringConstraints,
)

from kit.days import Day
from kit.identifiers import Uscc
from kit.money import Ratio, SignedYuan
from kit.schemas import WireModel
from services.subsidies.rules import facts
from services.subsidies.rules.policies import RuleCode

MOST_THINGS = 100


Flag = Annotated[bool, Strict()]
Whole = Annotated[int, Strict(), Field(ge=-1_000_000, le=1_000_000)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Key = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class ApplicantFacts(WireModel):
    """申请单位"""

    kind: Code | None = Field(
        None,
        description="enterprise, research_institute, university, hospital, individual, or another",
        examples=["enterprise"],
    )
    in_district: Flag | None = None
    is_industrial: Flag | None = None
    is_above_designated_size: Flag | None = Field(None, description="by the statistics roster")
    annual_revenue_yuan: SignedYuan | None = None
    uscc: Uscc | None = None


class AwardFacts(WireModel):
    """科技奖励"""

    id: Key
    scheme: Code | None = Field(None, examples=["shandong_st_progress"])
    level: Code | None = Field(None, examples=["first"])
    awarded_on: Day | None = None
    achievement: Key | None = Field(None, description="the same id for awards to one achievement")
    province: Key | None = None
    applicant_rank: Whole | None = None
    co_winners: Whole | None = Field(None, description="how many organisations won it together")
    first_winner_in_district: Flag | None = None
    revoked: Flag | None = None


class SixHavesFacts(WireModel):
    """六有"""

    investment: Flag | None = None
    site: Flag | None = None
    staff: Flag | None = None
    equipment: Flag | None = None
    rules: Flag | None = None
    results: Flag | None = None


class RdPlatformFacts(WireModel):
    """六有研发平台"""

    id: Key
    newly_established: Flag | None = None
    established_on: Day | None = None
    district_recognised_on: Day | None = None
    six_haves: SixHavesFacts | None = None


class LaboratoryDecision(WireModel):
    """已核定的金额"""

    approved_amount_yuan: SignedYuan | None = None


class KeyLaboratoryFacts(WireModel):
    """重点实验室"""

    id: Key
    level: Code | None = Field(None, examples=["municipal"])
    newly_built: Flag | None = None
    accredited_on: Day | None = None
    co_builders: Whole | None = None
    decision: LaboratoryDecision | None = None


class CitySubsidyFacts(WireModel):
    """市级补助"""

    approved_yuan: SignedYuan | None = None
    disbursed_yuan: SignedYuan | None = None
    disbursed_on: Day | None = None
    payment_ref: Key | None = None


class MatchDecision(WireModel):
    """已定的配套比例"""

    match_ratio: Ratio | None = None


class ContractFacts(WireModel):
    """技术合同"""

    id: Key
    type: Code | None = Field(None, examples=["development"])
    registered_by: Code | None = Field(None, examples=["jinan_municipal"])
    registered_on: Day | None = None
    city_subsidy: CitySubsidyFacts | None = None
    decision: MatchDecision | None = None


class PerformanceFacts(WireModel):
    """绩效评价"""

    assessed_by: Code | None = Field(None, examples=["jinan"])
    grade: Code | None = Field(None, examples=["excellent"])
    year: Whole | None = None


class FacilityFacts(WireModel):
    """概念验证中心、中试示范基地"""

    id: Key
    kind: Code | None = Field(None, examples=["proof_of_concept_center"])
    in_district: Flag | None = Field(None, description="where it differs from the applicant")
    performance: PerformanceFacts | None = None
    city_subsidy: CitySubsidyFacts | None = None
    decision: MatchDecision | None = None


_THINGS = (
    "award",
    "platform",
    "rd_platform",
    "laboratory",
    "key_laboratory",
    "contract",
    "facility",
)


class PriorPaymentFacts(WireModel):
    """以往领取"""

    rule: RuleCode
    amount_yuan: SignedYuan | None = Field(None, description="a claw-back is negative")
    paid_on: Day | None = None
    payment_ref: Key | None = Field(None, description="the city payment that was matched")
    achievement: Key | None = None
    subject: Key | None = Field(
        None,
        description="the id of the award, platform, laboratory, contract or facility paid for",
        validation_alias=AliasChoices("subject", *_THINGS),
    )


class StatedFacts(WireModel):
    """What is stated about one applicant and its things."""

    applicant: ApplicantFacts = ApplicantFacts()
    awards: list[AwardFacts] = Field([], max_length=MOST_THINGS)
    rd_platforms: list[RdPlatformFacts] = Field([], max_length=MOST_THINGS)
    key_laboratories: list[KeyLaboratoryFacts] = Field([], max_length=MOST_THINGS)
    contracts: list[ContractFacts] = Field([], max_length=MOST_THINGS)
    facilities: list[FacilityFacts] = Field([], max_length=MOST_THINGS)
    prior_payments: list[PriorPaymentFacts] = Field([], max_length=MOST_THINGS)


class CalculationRequest(StatedFacts):
    """All facts of one calculation, as of a day."""

    on: Day


def claim_of(request: CalculationRequest) -> facts.Claim:
    """The request as facts for the rules."""
    return claim_on(request, request.on)


def claim_on(stated: StatedFacts, on: date) -> facts.Claim:
    """What is stated, as facts of that day."""
    return facts.Claim(
        on=on,
        applicant=facts.Applicant(**vars(stated.applicant)),
        awards=tuple(facts.Award(**vars(award)) for award in stated.awards),
        rd_platforms=tuple(_platform(platform) for platform in stated.rd_platforms),
        key_laboratories=tuple(_laboratory(lab) for lab in stated.key_laboratories),
        contracts=tuple(_contract(contract) for contract in stated.contracts),
        facilities=tuple(_facility(facility) for facility in stated.facilities),
        prior_payments=tuple(facts.PriorPayment(**vars(paid)) for paid in stated.prior_payments),
    )


def _platform(wire: RdPlatformFacts) -> facts.RdPlatform:
    return facts.RdPlatform(
        wire.id,
        wire.newly_established,
        wire.established_on,
        wire.district_recognised_on,
        facts.SixHaves(**vars(wire.six_haves)) if wire.six_haves else facts.SixHaves(),
    )


def _laboratory(wire: KeyLaboratoryFacts) -> facts.KeyLaboratory:
    return facts.KeyLaboratory(
        wire.id,
        wire.level,
        wire.newly_built,
        wire.accredited_on,
        wire.co_builders,
        wire.decision.approved_amount_yuan if wire.decision else None,
    )


def _subsidy(wire: CitySubsidyFacts | None) -> facts.CitySubsidy:
    return facts.CitySubsidy(**vars(wire)) if wire else facts.CitySubsidy()


def _contract(wire: ContractFacts) -> facts.Contract:
    return facts.Contract(
        wire.id,
        wire.type,
        wire.registered_by,
        wire.registered_on,
        _subsidy(wire.city_subsidy),
        wire.decision.match_ratio if wire.decision else None,
    )


def _facility(wire: FacilityFacts) -> facts.Facility:
    return facts.Facility(
        wire.id,
        wire.kind,
        wire.in_district,
        facts.Performance(**vars(wire.performance)) if wire.performance else facts.Performance(),
        _subsidy(wire.city_subsidy),
        wire.decision.match_ratio if wire.decision else None,
    )

"""A claim into a row of columns, where it fits: one thing of each kind, no earlier match."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from services.subsidies.rules.award import HOME_PROVINCES, RankStanding, rank_standing
from services.subsidies.rules.columns import (
    FALSE,
    KINDS,
    MICRO,
    MOST_FEN,
    MOST_RATIO,
    NO_DAY,
    NO_FEN,
    NO_RATIO,
    NOT_ASSESSED,
    UNKNOWN,
    WRONG,
    AwardWords,
    CityPayments,
    Columns,
    FacilityKind,
    Registrar,
    Standing,
)
from services.subsidies.rules.contract_match import CITY_REGISTRAR, TYPES
from services.subsidies.rules.facility_match import CITY_ASSESSOR, EXCELLENT, NOT_YET
from services.subsidies.rules.facts import (
    Award,
    CitySubsidy,
    Claim,
    Contract,
    Facility,
    KeyLaboratory,
    RdPlatform,
)
from services.subsidies.rules.ledger import is_paid
from services.subsidies.rules.policies import RuleCode
from services.subsidies.rules.rd_platform import SIX_HAVES

_MOST_WORDS = 250
_KIND_CODES = {kind: code for code, kind in enumerate(KINDS[:-1])}
_FACILITY_KINDS = {
    None: FacilityKind.UNKNOWN,
    "proof_of_concept_center": FacilityKind.POC,
    "pilot_scale_base": FacilityKind.PILOT,
}


class DoesNotFit(ValueError):
    """The claim holds what columns cannot say; it is calculated by itself."""


def fits(claim: Claim) -> bool:
    """Whether nothing in the claim depends on another thing of it."""
    things = (
        claim.awards,
        claim.rd_platforms,
        claim.key_laboratories,
        claim.contracts,
        claim.facilities,
    )
    if any(len(several) > 1 for several in things):
        return False
    if any(payment.rule != RuleCode.RD_PLATFORM for payment in claim.prior_payments):
        return False
    refs = [contract.city_subsidy.payment_ref for contract in claim.contracts]
    refs += [facility.city_subsidy.payment_ref for facility in claim.facilities]
    return len(refs) < 2 or refs[0] is None or refs[0] != refs[1]


def write_row(columns: Columns, row: int, claim: Claim) -> None:
    """Put the claim into an empty row; raises DoesNotFit."""
    if not fits(claim):
        raise DoesNotFit
    applicant = claim.applicant
    columns.kind[row] = _KIND_CODES.get(applicant.kind, len(KINDS) - 1)
    columns.in_district[row] = _flag(applicant.in_district)
    columns.is_industrial[row] = _flag(applicant.is_industrial)
    columns.above_scale[row] = _flag(applicant.is_above_designated_size)
    columns.revenue[row] = _fen(applicant.annual_revenue_yuan)
    for award in claim.awards:
        _write_award(columns, row, award, applicant.in_district)
    for platform in claim.rd_platforms:
        _write_platform(columns, row, platform, paid=is_paid(claim.prior_payments))
    for laboratory in claim.key_laboratories:
        _write_laboratory(columns, row, laboratory)
    for contract in claim.contracts:
        _write_contract(columns, row, contract)
    for facility in claim.facilities:
        _write_facility(columns, row, facility, applicant.in_district)


def _write_award(columns: Columns, row: int, award: Award, in_district: bool | None) -> None:
    home = (award.province or "").strip().lower() in HOME_PROVINCES
    words = AwardWords(award.scheme, award.level, "山东省" if home else None)
    columns.award[row] = _place_of(columns.award_words, words) + 1
    columns.awarded_on[row] = _day(award.awarded_on)
    rank = rank_standing(award, in_district)
    if rank is RankStanding.WRONG:
        columns.award_standing[row] = Standing.WRONG
    elif award.revoked:
        columns.award_standing[row] = Standing.REVOKED
    elif rank is RankStanding.JOINT:
        columns.award_standing[row] = Standing.JOINT


def _place_of(known: list[AwardWords], words: AwardWords) -> int:
    if words not in known:
        if len(known) >= _MOST_WORDS:
            raise DoesNotFit
        known.append(words)
    return known.index(words)


def _write_platform(columns: Columns, row: int, platform: RdPlatform, *, paid: bool) -> None:
    columns.platform_new[row] = _flag(platform.newly_established)
    for place, have in enumerate(SIX_HAVES):
        columns.haves[place, row] = _flag(getattr(platform.six_haves, have))
    established, recognised = platform.established_on, platform.district_recognised_on
    columns.platform_recognised_on[row] = _day(recognised)
    if established is not None and recognised is not None and established > recognised:
        columns.platform_refused[row] = WRONG
    elif paid:
        columns.platform_refused[row] = FALSE


def _write_laboratory(columns: Columns, row: int, laboratory: KeyLaboratory) -> None:
    columns.lab_level[row] = _one_of(laboratory.level, ("municipal",))
    columns.lab_new[row] = _flag(laboratory.newly_built)
    columns.lab_accredited_on[row] = _day(laboratory.accredited_on)
    columns.lab_approved[row] = _fen(laboratory.approved_amount_yuan)
    builders = laboratory.co_builders
    if builders is not None and builders != 1:
        columns.lab_standing[row] = Standing.JOINT if builders > 1 else Standing.WRONG


def _write_contract(columns: Columns, row: int, contract: Contract) -> None:
    registrar, day = contract.registered_by, contract.registered_on
    columns.contract_type[row] = _one_of(contract.type, tuple(TYPES))
    columns.registered_on[row] = _day(day)
    if registrar is None:
        columns.registrar[row] = Registrar.UNKNOWN
    else:
        city = registrar == CITY_REGISTRAR
        columns.registrar[row] = Registrar.CITY if city else Registrar.OTHER
    payments = columns.contract_payments
    _write_payments(payments, row, contract.city_subsidy, contract.match_ratio)


def _write_facility(
    columns: Columns, row: int, facility: Facility, in_district: bool | None
) -> None:
    performance = facility.performance
    columns.facility_kind[row] = _FACILITY_KINDS.get(facility.kind, FacilityKind.OTHER)
    here = in_district if facility.in_district is None else facility.in_district
    columns.facility_in_district[row] = _flag(here)
    columns.assessor[row] = _one_of(performance.assessed_by, (CITY_ASSESSOR,))
    if performance.grade in NOT_YET:
        columns.grade[row] = NOT_ASSESSED
    else:
        columns.grade[row] = _one_of(performance.grade, (EXCELLENT,))
    columns.stale_from[row] = _stale_from(performance.year)
    payments = columns.facility_payments
    _write_payments(payments, row, facility.city_subsidy, facility.match_ratio)


def _stale_from(year: int | None) -> int:
    """The first day on which a payment is later than the year after the evaluation."""
    if year is None:
        return NO_DAY
    if not 1 <= year <= 9000:
        raise DoesNotFit
    return date(year + 2, 1, 1).toordinal()


def _write_payments(
    payments: CityPayments, row: int, subsidy: CitySubsidy, ratio: Decimal | None
) -> None:
    payments.approved[row] = _fen(subsidy.approved_yuan)
    payments.paid[row] = _fen(subsidy.disbursed_yuan)
    payments.paid_on[row] = _day(subsidy.disbursed_on)
    payments.ratio[row] = _millionths(ratio)


def _flag(flag: bool | None) -> int:
    return UNKNOWN if flag is None else 0 if flag else FALSE


def _one_of(word: str | None, wanted: Sequence[str]) -> int:
    return UNKNOWN if word is None else 0 if word in wanted else FALSE


def _day(day: date | None) -> int:
    return NO_DAY if day is None else day.toordinal()


def _fen(amount: Decimal | None) -> int:
    if amount is None:
        return NO_FEN
    fen = amount * 100
    if fen != int(fen) or abs(fen) > MOST_FEN:
        raise DoesNotFit
    return int(fen)


def _millionths(ratio: Decimal | None) -> int:
    if ratio is None:
        return NO_RATIO
    millionths = ratio * MICRO
    if millionths != int(millionths) or abs(millionths) > MOST_RATIO:
        raise DoesNotFit
    return int(millionths)

"""Statistics on the wire."""

from kit.money import Yuan
from kit.schemas import AnswerModel
from services.achievements.schemas.records import FacetValue


class ContractFigures(AnswerModel):
    """Registered technology contracts."""

    registered: int
    total_yuan: Yuan
    technology_yuan: Yuan
    by_type: list[FacetValue]


class ConversionFigures(AnswerModel):
    """How achievements turn into use: those with a registered contract, among all."""

    achievements: int
    converted: int
    rate: float | None
    median_days_to_contract: float | None


class OverviewAnswer(AnswerModel):
    """The registry in figures, over what the caller may see; each drills to the list it counts."""

    organizations: int
    achievements: int
    instruments: int
    researchers: int
    platforms: int
    awards: int
    demands: int
    rd_expenditures: int
    rd_total_yuan: Yuan
    achievements_by_field: list[FacetValue]
    achievements_by_trl: list[FacetValue]
    contracts: ContractFigures
    conversion: ConversionFigures

"""The registry in figures."""

from kit.auth import Principal
from kit.db import ReadSession
from services.achievements.rules.kinds import Kind
from services.achievements.schemas.analytics import (
    ContractFigures,
    ConversionFigures,
    OverviewAnswer,
)
from services.achievements.schemas.records import FacetValue
from services.achievements.store import analytics
from services.achievements.store.analytics import Counts
from services.achievements.usecases.callers import viewer_of


def overview(session: ReadSession, principal: Principal | None) -> OverviewAnswer:
    """Counts, money and conversion over what the caller may see."""
    viewer = viewer_of(principal)
    counts = {kind.value: analytics.count_kind(session, kind, viewer) for kind in Kind}
    return OverviewAnswer.model_validate(
        {
            **counts,
            "organizations": analytics.count_organizations(session),
            "rd_total_yuan": analytics.sum_expenditure(session, viewer),
            "achievements_by_field": values(analytics.count_values(session, "field", viewer)),
            "achievements_by_trl": values(analytics.count_values(session, "trl", viewer)),
            "contracts": _contract_figures(session),
            "conversion": _conversion_figures(session, principal, counts["achievements"]),
        }
    )


def _contract_figures(session: ReadSession) -> ContractFigures:
    count, total, technology = analytics.sum_contracts(session)
    return ContractFigures.model_validate(
        {
            "registered": count,
            "total_yuan": total,
            "technology_yuan": technology,
            "by_type": values(analytics.count_contract_types(session)),
        }
    )


def _conversion_figures(
    session: ReadSession, principal: Principal | None, achievements: int
) -> ConversionFigures:
    converted, median = analytics.measure_conversion(session, viewer_of(principal))
    return ConversionFigures(
        achievements=achievements,
        converted=converted,
        rate=round(converted / achievements, 6) if achievements else None,
        median_days_to_contract=median,
    )


def values(counts: Counts) -> list[FacetValue]:
    """Counts as the wire names them."""
    return [FacetValue(value=value, count=count) for value, count in counts]

"""The registry in figures: counts, achievements by value and their conversion, contracts."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from sqlalchemy import RowMapping

from kit.auth import Principal
from kit.db import ReadSession
from kit.errors import Forbidden
from kit.text import Text
from services.achievements.rules.contracts import ContractState
from services.achievements.rules.figures import (
    AchievementGroup,
    ContractGroup,
    divide,
    withhold_cells,
)
from services.achievements.rules.filters import ConversionFilter
from services.achievements.rules.forms import CONTRACT_TYPES
from services.achievements.rules.kinds import KIND_VISIBILITY, RECORD_KINDS, Kind
from services.achievements.rules.labels import FIELDS
from services.achievements.rules.visibility import Viewer, Visibility
from services.achievements.schemas.analytics import (
    AchievementCell,
    AchievementFigures,
    AchievementFiguresQuery,
    ContractFigures,
    ContractFiguresQuery,
    ContractValueAnswer,
    ConversionFigures,
    CountLine,
    CountOfValue,
    CountsAnswer,
    DaysToContract,
    OverviewAnswer,
    rows_at,
)
from services.achievements.store import analytics
from services.achievements.store.checks import get_fewest_organizations
from services.achievements.store.conversions import (
    list_conversions,
    list_groups,
    measure_conversion,
)
from services.achievements.usecases.callers import viewer_of

_ACHIEVEMENTS, _CONVERSIONS = "/v1/achievements", "/v1/analytics/conversions"


def overview(session: ReadSession, principal: Principal | None) -> OverviewAnswer:
    """Counts, money and conversion over what the caller may see."""
    viewer = viewer_of(principal)
    lines = count_kinds(session, principal).items
    counts = {line.kind: line.count for line in lines}
    contracts = _contract_figures(session, principal)
    return OverviewAnswer.model_validate(
        {
            **counts,
            "rd_total_yuan": analytics.sum_expenditure(session, viewer),
            "achievements_by_field": _count_achievements(session, viewer, AchievementGroup.FIELD),
            "achievements_by_trl": _count_achievements(session, viewer, AchievementGroup.TRL),
            "contracts": contracts,
            "conversion": _conversion_figures(session, principal, counts["achievements"]),
            "rows": {line.kind: line.rows for line in lines} | {"contracts": contracts.rows},
        }
    )


def _count_achievements(
    session: ReadSession, viewer: Viewer, by: AchievementGroup
) -> list[CountOfValue]:
    return [
        CountOfValue(value=value, count=count, rows=rows_at(_ACHIEVEMENTS, **_place(by, value)))
        for value, count in analytics.count_of_kind(session, Kind.ACHIEVEMENTS, by.value, viewer)
    ]


def _contract_figures(session: ReadSession, principal: Principal | None) -> ContractFigures:
    told = group_contracts(session, principal, ContractFiguresQuery())
    by_most = sorted(told.items, key=lambda cell: (-cell.contracts, str(cell.value)))
    return ContractFigures(
        registered=told.contracts,
        rows=told.rows,
        total_yuan=told.total_yuan,
        technology_yuan=told.technology_yuan,
        withheld=told.total_yuan is None,
        by_type=[
            CountOfValue(value=cell.value, count=cell.contracts, rows=cell.rows)
            for cell in by_most
            if cell.value is not None
        ],
    )


def _conversion_figures(
    session: ReadSession, principal: Principal | None, achievements: int
) -> ConversionFigures:
    converted, median = measure_conversion(session, viewer_of(principal))
    return ConversionFigures(
        achievements=achievements,
        rows=_ACHIEVEMENTS,
        converted=converted,
        converted_rows=rows_at(_ACHIEVEMENTS, converted=True),
        rate=divide(Decimal(converted), Decimal(achievements)),
        median_days_to_contract=median,
        days_rows=_CONVERSIONS,
    )


def sees_rows(principal: Principal | None, organization: str | None) -> bool:
    """Whether a caller may see the rows behind figures that are not public: its own, or all."""
    if principal is None:
        return False
    return principal.sees_all or (organization is not None and principal.uscc == organization)


def require_own_figures(principal: Principal | None, organization: str | None) -> None:
    """Figures of one organisation that are not public are for itself and the bureau."""
    if organization is not None and not sees_rows(principal, organization):
        message = Text("只能查看本单位的数据", "an organisation sees its own figures only")
        raise Forbidden("forbidden", message)


def count_kinds(session: ReadSession, principal: Principal | None) -> CountsAnswer:
    """How many of every kind the caller may see, each with its list."""
    lines = [
        CountLine(
            kind=kind.value,
            count=analytics.count_kind(session, kind, viewer_of(principal, kind)),
            rows=_list_of(kind, principal),
        )
        for kind in RECORD_KINDS
    ]
    count = analytics.count_organizations(session)
    organizations = CountLine(kind="organizations", count=count, rows="/v1/organizations")
    return CountsAnswer(items=[*lines, organizations])


def _list_of(kind: Kind, principal: Principal | None) -> str | None:
    if principal is None and KIND_VISIBILITY[kind] is not Visibility.PUBLIC:
        return None
    return f"/v1/{kind.value.replace('_', '-')}"


def group_achievements(
    session: ReadSession, principal: Principal | None, query: AchievementFiguresQuery
) -> AchievementFigures:
    """Visible achievements by field or readiness level, and how they turn into use."""
    groups = list_groups(session, viewer_of(principal), query.by, query.organization)
    achievements = sum(row["achievements"] for row in groups)
    converted = sum(row["converted"] for row in groups)
    return AchievementFigures(
        by=query.by,
        achievements=achievements,
        converted=converted,
        rate=divide(Decimal(converted), Decimal(achievements)),
        items=[_show_group(row, query) for row in groups],
    )


def _show_group(row: RowMapping, query: AchievementFiguresQuery) -> AchievementCell:
    value, achievements, converted = row["value"], row["achievements"], row["converted"]
    of, of_line = _place(query.by, value), _place(query.by, value, exact=True)
    owner = query.organization
    listed = rows_at(_ACHIEVEMENTS, **of, organization=owner)
    return AchievementCell(
        value=value,
        label=FIELDS.get(value) if query.by is AchievementGroup.FIELD and value else None,
        achievements=achievements,
        rows=listed,
        converted=converted,
        converted_rows=f"{listed}&converted=true",
        rate=divide(Decimal(converted), Decimal(achievements)),
        days=_show_days(row) if converted else None,
        days_rows=rows_at(_CONVERSIONS, **of_line, organization=owner),
    )


def _place(
    by: AchievementGroup, value: str | int | None, *, exact: bool = False
) -> dict[str, str | int]:
    if value is None:
        return {"lacking": by.value}
    if by is AchievementGroup.TRL and not exact:
        return {"trl_min": value, "trl_max": value}
    return {by.value: value}


def _show_days(row: RowMapping) -> DaysToContract:
    return DaysToContract(
        least=row["least_days"],
        median=float(row["median_days"]),
        mean=round(float(row["mean_days"]), 6),
        most=row["most_days"],
    )


def find_conversions(
    session: ReadSession, principal: Principal | None, wanted: ConversionFilter
) -> tuple[Sequence[RowMapping], str | None]:
    """One page of the visible achievements that were turned into use, each with its days."""
    return list_conversions(session, viewer_of(principal), wanted)


def group_contracts(
    session: ReadSession, principal: Principal | None, query: ContractFiguresQuery
) -> ContractValueAnswer:
    """Registered contracts by type, field or year; rows for those who may see them."""
    owner = query.organization
    registrar = principal is not None and viewer_of(principal, Kind.CONTRACTS).sees_all
    seen = registrar or sees_rows(principal, owner)
    if not seen:
        require_own_figures(principal, owner)
    groups = analytics.list_contract_groups(session, query.by, owner)
    hidden = [False for _ in groups] if seen else _withhold(groups)
    return ContractValueAnswer.model_validate(
        {
            "by": query.by,
            "contracts": sum(row["contracts"] for row in groups),
            **_sum_money(groups, withheld=bool(groups) and all(hidden)),
            "rows": _list_contracts(owner) if seen else None,
            "items": [
                _show_contracts(row, query, withheld=is_hidden, seen=seen)
                for row, is_hidden in zip(groups, hidden, strict=True)
            ],
        }
    )


def _withhold(groups: Sequence[RowMapping]) -> list[bool]:
    return withhold_cells([row["organizations"] for row in groups], get_fewest_organizations())


def _sum_money(groups: Sequence[RowMapping], *, withheld: bool) -> dict[str, Decimal | None]:
    return {
        name: None if withheld else sum((row[name] or Decimal(0) for row in groups), Decimal(0))
        for name in ("total_yuan", "technology_yuan")
    }


def _show_contracts(
    row: RowMapping, query: ContractFiguresQuery, *, withheld: bool, seen: bool
) -> Mapping[str, object]:
    value = row["value"]
    of = {"lacking": query.by.value} if value is None else {query.by.value: value}
    return {
        "value": value,
        "label": _CONTRACT_LABELS[query.by].get(value),
        "contracts": row["contracts"],
        **_sum_money([row], withheld=withheld),
        "withheld": withheld,
        "rows": _list_contracts(query.organization, **of) if seen else None,
    }


def _list_contracts(owner: str | None, **of: str | int) -> str:
    return rows_at("/v1/contracts", state=ContractState.REGISTERED.value, uscc=owner, **of)


_CONTRACT_LABELS: Mapping[ContractGroup, Mapping[str, str]] = {
    ContractGroup.TYPE: CONTRACT_TYPES,
    ContractGroup.FIELD: FIELDS,
    ContractGroup.YEAR: {},
    ContractGroup.ORIGIN: {},
    ContractGroup.SELLER_REGION: {},
    ContractGroup.BUYER_REGION: {},
}

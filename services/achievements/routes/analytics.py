"""Statistics over HTTP; every figure names the list of its rows."""

from typing import Annotated

from fastapi import Query

from kit.auth import MaybeCaller
from kit.http import HouseRouter, Read
from kit.pages import Page
from services.achievements.routes.parameters import Overseer
from services.achievements.rules.filters import SpenderFilter
from services.achievements.schemas.analytics import (
    AchievementFigures,
    AchievementFiguresQuery,
    ContractFiguresQuery,
    ContractValueAnswer,
    ConversionLine,
    ConversionQuery,
    CountsAnswer,
    FiguresQuery,
    OverviewAnswer,
    PlatformFigures,
    PlatformQueryOfFigures,
    UseAnswer,
    UseQuery,
)
from services.achievements.schemas.answers import page_of
from services.achievements.schemas.rd_analytics import RdFigures, SpenderQuery, SpendersAnswer
from services.achievements.usecases import analytics, rd_analytics, use_analytics

router = HouseRouter(prefix="/v1/analytics", tags=["统计分析 · analytics"])


@router.get("/overview", summary="概览 · the registry in figures")
def read_overview(caller: MaybeCaller, session: Read) -> OverviewAnswer:
    """Counts, R&D totals, contracts and conversion over what the caller may see."""
    return analytics.overview(session, caller)


@router.get("/counts", summary="各类数量 · counts of every kind")
def count_kinds(caller: MaybeCaller, session: Read) -> CountsAnswer:
    """How many of every kind the caller may see, each with its list."""
    return analytics.count_kinds(session, caller)


@router.get("/achievements", summary="成果分布与转化 · achievements by field or readiness")
def group_achievements(
    query: Annotated[AchievementFiguresQuery, Query()], caller: MaybeCaller, session: Read
) -> AchievementFigures:
    """Counts, conversion rate, days from entry to the first registered contract."""
    return analytics.group_achievements(session, caller, query)


@router.get("/conversions", summary="已转化成果 · achievements with a registered contract")
def list_conversions(
    query: Annotated[ConversionQuery, Query()], caller: MaybeCaller, session: Read
) -> Page[ConversionLine]:
    """Each with its days from entry to contract: the rows behind those figures."""
    found = analytics.find_conversions(session, caller, query.wanted())
    return page_of(ConversionLine, *found)


@router.get("/contract-value", summary="技术合同金额 · contract value by type, field, year")
def group_contracts(
    query: Annotated[ContractFiguresQuery, Query()], caller: MaybeCaller, session: Read
) -> ContractValueAnswer:
    """Of the district for everybody; rows, and small groups, for those who may see them."""
    return analytics.group_contracts(session, caller, query)


@router.get("/rd-expenditures", summary="研发经费趋势 · R&D totals, intensity and trend")
def show_years(
    query: Annotated[FiguresQuery, Query()], caller: MaybeCaller, session: Read
) -> RdFigures:
    """By year; of the district for everybody, of one organisation for itself and the bureau."""
    return rd_analytics.show_years(session, caller, query.organization)


@router.get("/largest-spenders", summary="研发投入大户 · the largest spenders and their care")
def show_spenders(
    query: Annotated[SpenderQuery, Query()], _: Overseer, session: Read
) -> SpendersAnswer:
    """The largest first, each with officer, last visit, promises open and overdue."""
    return rd_analytics.show_spenders(session, SpenderFilter(**query.model_dump()))


@router.get("/instrument-utilisation", summary="仪器使用率 · use of instruments")
def show_use(query: Annotated[UseQuery, Query()], caller: MaybeCaller, session: Read) -> UseAnswer:
    """Booked of open minutes, of all that can be booked and of each."""
    return use_analytics.show_use(session, caller, query)


@router.get("/platform-performance", summary="平台绩效 · platforms by kind and grade")
def show_platforms(
    query: Annotated[PlatformQueryOfFigures, Query()], caller: MaybeCaller, session: Read
) -> PlatformFigures:
    """How many of each kind, how many certified, how graded in a year by an assessor."""
    return use_analytics.show_platforms(session, caller, query)

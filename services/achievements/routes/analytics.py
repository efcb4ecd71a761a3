"""Statistics over HTTP."""

from kit.auth import MaybeCaller
from kit.http import HouseRouter, Read
from services.achievements.schemas.analytics import OverviewAnswer
from services.achievements.usecases import analytics

router = HouseRouter(prefix="/v1/analytics", tags=["统计分析 · analytics"])


@router.get("/overview", summary="概览 · the registry in figures")
def read_overview(caller: MaybeCaller, session: Read) -> OverviewAnswer:
    """Counts, R&D totals, contracts and conversion over what the caller may see."""
    return analytics.overview(session, caller)

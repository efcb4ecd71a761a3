"""Events of other houses, as this house reads them: its own words, unknown fields ignored."""

from datetime import date

from pydantic import BaseModel, ConfigDict


class CaseNews(BaseModel):
    """`gateway.case-opened` and `gateway.case-closed`."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    case_id: str
    uscc: str
    achievement_id: str | None = None
    state: str
    closed_on: date | None = None

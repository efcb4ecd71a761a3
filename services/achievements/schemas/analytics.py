"""Statistics on the wire: every figure names the list of its rows, which has exactly that count.

`rows` is null for a caller who may not see the rows. What single organisations have not made
public, money above all, is then shown only where enough of them stand behind it.
"""

from datetime import date
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field

from kit.identifiers import Uscc
from kit.money import Ratio, Yuan
from kit.pages import Page, PageQuery
from kit.schemas import AnswerModel
from services.achievements.rules.figures import AchievementGroup, ContractGroup
from services.achievements.rules.filters import ConversionFilter
from services.achievements.schemas.values import IsoDate


class CountOfValue(AnswerModel):
    """How many have a value; their list, for those who may see it."""

    value: str | int
    count: int
    rows: str | None


class ContractFigures(AnswerModel):
    """Registered technology contracts; `withheld` money would tell of one organisation."""

    registered: int
    rows: str | None
    total_yuan: Yuan | None
    technology_yuan: Yuan | None
    withheld: bool
    by_type: list[CountOfValue]


class ConversionFigures(AnswerModel):
    """How achievements turn into use: those with a registered contract, among all."""

    achievements: int
    rows: str
    converted: int
    converted_rows: str
    rate: Ratio | None
    median_days_to_contract: float | None
    days_rows: str


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
    achievements_by_field: list[CountOfValue]
    achievements_by_trl: list[CountOfValue]
    contracts: ContractFigures
    conversion: ConversionFigures
    rows: dict[str, str | None] = Field(description="the list behind each count")


def rows_at(path: str, **query: str | int | bool | date | None) -> str:
    """The address of a list."""
    told = {name: _word(value) for name, value in query.items() if value is not None}
    return f"{path}?{urlencode(told)}" if told else path


def _word(value: str | int | bool | date) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


class CountLine(AnswerModel):
    """How many of a kind the caller may see."""

    kind: str
    count: int
    rows: str | None


class CountsAnswer(Page[CountLine]):
    """How many of every kind."""


class FiguresQuery(BaseModel):
    """Figures of all, or of one organisation."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    organization: Uscc | None = Field(None, description="uscc of the owner")


class AchievementFiguresQuery(FiguresQuery):
    """Achievements by field or by readiness level."""

    by: AchievementGroup = AchievementGroup.FIELD


class ContractFiguresQuery(FiguresQuery):
    """Registered contracts by type, field or year."""

    by: ContractGroup = ContractGroup.TYPE


class DaysToContract(AnswerModel):
    """From the day of entry into the registry to that of the first registered contract.

    Negative where the contract was there before the achievement was entered.
    """

    least: int
    median: float
    mean: float
    most: int


class AchievementCell(AnswerModel):
    """The achievements of one value; null: those whose value nobody has said."""

    value: str | int | None
    label: str | None
    achievements: int
    rows: str
    converted: int
    converted_rows: str
    rate: Ratio | None
    days: DaysToContract | None
    days_rows: str


class AchievementFigures(Page[AchievementCell]):
    """Visible achievements by a value, most first, and how they turn into use."""

    by: AchievementGroup
    achievements: int
    converted: int
    rate: Ratio | None


class ConversionQuery(PageQuery):
    """Which achievements that were turned into use."""

    field: str | None = Field(None, max_length=60)
    trl: int | None = Field(None, ge=1, le=9)
    lacking: AchievementGroup | None = None
    organization: Uscc | None = None

    def wanted(self) -> ConversionFilter:
        """The same in the words of the rules."""
        return ConversionFilter(**self.model_dump())


class ConversionLine(AnswerModel):
    """An achievement, the day of its entry, that of its first registered contract."""

    id: str
    title: str
    field: str | None
    trl: int | None
    owner_uscc: str
    entered_on: date
    contracted_on: date
    days: int


class ContractCell(AnswerModel):
    """The registered contracts of one value; `withheld` money would tell of one organisation."""

    value: str | int | None
    label: str | None
    contracts: int
    total_yuan: Yuan | None
    technology_yuan: Yuan | None
    withheld: bool
    rows: str | None


class ContractValueAnswer(Page[ContractCell]):
    """Registered technology contracts by a value, the most money first."""

    by: ContractGroup
    contracts: int
    total_yuan: Yuan | None
    technology_yuan: Yuan | None
    rows: str | None


class PlatformQueryOfFigures(FiguresQuery):
    """Of which assessment."""

    year: int | None = Field(None, ge=1985, le=2100)
    assessed_by: str | None = Field(None, max_length=40, examples=["jinan"])


class GradeCell(AnswerModel):
    """How many platforms of a kind were graded so."""

    grade: str
    platforms: int
    rows: str


class PlatformCell(AnswerModel):
    """The platforms of one kind."""

    kind: str
    platforms: int
    rows: str
    certified: int
    certified_rows: str
    grades: list[GradeCell]


class PlatformFigures(Page[PlatformCell]):
    """Visible platforms by kind, and how they were graded."""

    platforms: int
    rows: str


class UseQuery(PageQuery):
    """Use of instruments from a day to a day, both included; at most 366."""

    first: IsoDate
    last: IsoDate
    organization: Uscc | None = None


class UseLine(AnswerModel):
    """How much one instrument was used; the bookings of the same days are its rows."""

    instrument_id: str
    name: str
    owner_uscc: str
    open_minutes: int
    booked_minutes: int
    bookings: int
    rate: Ratio | None
    rows: str | None


class UseAnswer(Page[UseLine]):
    """Use of all visible instruments that can be booked, and of each."""

    instruments: int
    rows: str
    open_minutes: int
    booked_minutes: int
    bookings: int
    rate: Ratio | None

"""Instruments (科研仪器设备): the core of the 33 fields of the national form."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from kit.errors import Fault
from kit.text import Text
from services.achievements.rules.text import FormFields
from services.achievements.rules.visibility import Guarded


class InstrumentState(StrEnum):
    """仪器状态"""

    IN_USE = "in_use"
    IDLE = "idle"
    UNDER_REPAIR = "under_repair"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class InstrumentFacts(Guarded):
    """一台（套）科研仪器设备"""

    source_id: str
    name: str
    english_name: str | None = None
    model: str | None = None
    classification: str | None = None
    manufacturer: str | None = None
    origin_country: str | None = None
    original_value_yuan: Decimal | None = None
    commissioned_on: date | None = None
    laboratory: str | None = None
    address: str | None = None
    contact_name: str | None = None
    contact_phone: str | None = None
    contact_email: str | None = None
    indicators: str | None = None
    purpose: str | None = None
    is_shared: bool = False
    fee_note: str | None = None
    state: InstrumentState = InstrumentState.IN_USE
    form: FormFields | None = None


def judge_instrument(facts: InstrumentFacts, today: date) -> list[Fault]:
    """What is wrong with an instrument that can be read."""
    if facts.commissioned_on is not None and facts.commissioned_on > today:
        message = Text(
            f"启用日期 {facts.commissioned_on} 晚于今天 {today}",
            f"commissioned on {facts.commissioned_on}, which is after today, {today}",
        )
        return [Fault("/commissioned_on", "date_in_future", message)]
    return []


def searchable_text(facts: InstrumentFacts) -> list[tuple[str, int]]:
    """The texts an instrument is found by."""
    rest = (facts.english_name, facts.model, facts.manufacturer, facts.indicators, facts.purpose)
    return [(facts.name, 2), (" ".join(part for part in rest if part), 1)]

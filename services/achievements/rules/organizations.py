"""Organisations (机构): who owns, buys, sells, certifies."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kit.errors import Fault
from kit.text import Text


class OrganizationKind(StrEnum):
    """机构类型"""

    UNIVERSITY = "university"
    INSTITUTE = "institute"
    HOSPITAL = "hospital"
    ENTERPRISE = "enterprise"
    BANK = "bank"
    INSURER = "insurer"
    FUND = "fund"
    SERVICE_AGENCY = "service_agency"
    EXCHANGE = "exchange"
    GOVERNMENT = "government"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class OrganizationFacts:
    """一个机构; None means that nobody has said."""

    uscc: str
    name: str
    kind: OrganizationKind
    district: str | None = None
    in_district: bool | None = None
    is_industrial: bool | None = None
    is_above_designated_size: bool | None = None
    above_designated_size_since: date | None = None


def judge_organization(facts: OrganizationFacts, today: date) -> list[Fault]:
    """规上 and its date go together, and the date is not in the future."""
    since = facts.above_designated_size_since
    if since is not None and facts.is_above_designated_size is not True:
        message = Text(
            "填写了纳入规上的日期，但未标明为规上",
            "there is a date of reaching the designated size, but the flag does not say so",
        )
        return [Fault("/above_designated_size_since", "contradiction", message)]
    if since is not None and since > today:
        message = Text(f"日期 {since} 晚于今天 {today}", f"{since} is after today, {today}")
        return [Fault("/above_designated_size_since", "date_in_future", message)]
    return []

"""Listings and what belongs to them, as answers."""

from datetime import datetime

from kit.text import Text
from services.achievements.rules.listing_deposits import DEPOSIT_STEPS, DepositState
from services.achievements.rules.listing_notices import (
    OBJECTION_STEPS,
    NoticeTerm,
    ObjectionState,
)
from services.achievements.rules.listings import (
    LISTING_STEPS,
    ListingState,
    announced_too_late,
)
from services.achievements.schemas.answers import Row, answer_as
from services.achievements.schemas.listing_parts import DepositAnswer, ObjectionAnswer
from services.achievements.schemas.listings import ListingAnswer, ListingWarning, terms_of


def answer_listing(
    row: Row,
    term: NoticeTerm | None,
    announced: tuple[int, str],
    at: datetime,
    *,
    inside: bool,
) -> ListingAnswer:
    """A listing with the steps that are open; the reserve price is for insiders until the end.

    `announced` are the days of the announcement before an auction, and their clause.
    """
    state = ListingState(row["state"])
    over = state not in (ListingState.DRAFT, ListingState.LISTED)
    reserve = row["reserve_price_yuan"]
    return answer_as(
        ListingAnswer,
        row,
        reserve_price_yuan=reserve if inside or over else None,
        has_reserve_price=reserve is not None,
        notice_days=None if term is None else term.days,
        server_time=at,
        warnings=_warn(row, announced),
        allowed=list(LISTING_STEPS.open_acts(state)),
    )


def _warn(row: Row, announced: tuple[int, str]) -> list[ListingWarning]:
    days, clause = announced
    if not announced_too_late(terms_of(row), row["listed_at"], days):
        return []
    text = Text(f"公告距拍卖不足 {days} 日", f"announced less than {days} days before")
    return [ListingWarning(code="announced_late", clause=clause, text=text.zh)]


def answer_deposit(row: Row) -> DepositAnswer:
    """A deposit with the steps that are open."""
    return answer_as(
        DepositAnswer, row, allowed=list(DEPOSIT_STEPS.open_acts(DepositState(row["state"])))
    )


def answer_objection(row: Row) -> ObjectionAnswer:
    """An objection with the steps that are open."""
    return answer_as(
        ObjectionAnswer,
        row,
        allowed=list(OBJECTION_STEPS.open_acts(ObjectionState(row["state"]))),
    )

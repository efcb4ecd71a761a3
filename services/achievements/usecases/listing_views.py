"""Listings as this caller may see them."""

from collections.abc import Sequence

from sqlalchemy import RowMapping

from kit.auth import Principal
from kit.clock import now
from services.achievements.schemas.listing_answers import answer_listing
from services.achievements.schemas.listings import ListingAnswer
from services.achievements.store.deal_terms import get_deal_terms
from services.achievements.usecases.listings import is_insider, term_of


def describe_listing(principal: Principal | None, row: RowMapping) -> ListingAnswer:
    """A listing with what the law adds to it."""
    terms = get_deal_terms()
    announced = (terms.announced_days, terms.announced_clause)
    return answer_listing(row, term_of(row), announced, now(), inside=is_insider(principal, row))


def describe_listings(
    principal: Principal | None, rows: Sequence[RowMapping]
) -> list[ListingAnswer]:
    """The same for a page of them."""
    return [describe_listing(principal, row) for row in rows]

"""What other houses are told where a record alone does not say it: years of R&D, platforms."""

from collections.abc import Collection, Sequence
from decimal import Decimal

from kit.clock import today
from kit.db import WriteSession
from kit.events import record_event
from services.achievements.rules.kinds import Kind
from services.achievements.rules.rd_expenditures import RdExpenditureFacts
from services.achievements.schemas.events import RdExpenditureRecorded, RdExpenditureWithdrawn
from services.achievements.schemas.news import Removal, Touched, leaves_owner, list_removals
from services.achievements.store.rd_expenditures import list_years_of, sum_open_years
from services.achievements.usecases.platform_news import tell_of_certified


def tell_of_kept(session: WriteSession, kind: Kind, owner_uscc: str, ids: Sequence[str]) -> None:
    """Records that are there now, new or changed: platforms by their life, R&D by the year."""
    if kind is Kind.PLATFORMS:
        tell_of_certified(session, ids)
    if kind is Kind.RD_EXPENDITURES:
        tell_of_years(session, owner_uscc, list_years_of(session, ids))


def tell_of_years(
    session: WriteSession, owner_uscc: str, years: Collection[int]
) -> dict[int, Decimal]:
    """The organisation's total of each year anew, as far as anything is left of it."""
    totals = sum_open_years(session, owner_uscc, years)
    for year, total in sorted(totals.items()):
        news = RdExpenditureRecorded(
            uscc=owner_uscc, year=year, total_yuan=total, occurred_on=today()
        )
        record_event(session, news, subject=owner_uscc)
    return totals


def tell_of_removed(
    session: WriteSession, kind: Kind, owner_uscc: str, lost: Sequence[Touched], because: Removal
) -> None:
    """Records that are there no more, or no more for others."""
    for event in list_removals(owner_uscc, today(), kind, lost, because):
        record_event(session, event, subject=owner_uscc)
    if kind is Kind.RD_EXPENDITURES:
        _tell_of_lost_years(session, owner_uscc, lost, because)


def _tell_of_lost_years(
    session: WriteSession, owner_uscc: str, lost: Sequence[Touched], because: Removal
) -> None:
    gone: dict[int, Decimal] = {}
    for one in lost:
        if isinstance(one.facts, RdExpenditureFacts) and leaves_owner(one.facts):
            year = one.facts.year
            gone[year] = gone.get(year, Decimal(0)) + one.facts.total_yuan
    left = tell_of_years(session, owner_uscc, gone)
    for year, total in sorted(gone.items()):
        if year not in left:
            news = RdExpenditureWithdrawn(
                uscc=owner_uscc,
                year=year,
                total_yuan=total,
                because=because.value,
                withdrawn_on=today(),
            )
            record_event(session, news, subject=owner_uscc)

"""Mergers of enterprises: who inherited whose facts, on two time axes."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select, update

from kit.db import ReadSession, WriteSession
from services.credit.store.subjects import lock_subjects
from services.credit.tables import MergerRecord, Subject


def lock_with_survivors(session: WriteSession, usccs: Iterable[str]) -> list[Subject]:
    """Lock subjects and those that inherit from them: both are read by looks at the survivor."""
    wanted = set(usccs)
    while True:
        widened = wanted | find_survivors(session, wanted)
        subjects = lock_subjects(session, widened)
        # A merger locks both sides: once they are held, no further one can come between.
        if find_survivors(session, widened) <= widened:
            return subjects
        wanted = widened


def find_survivors(session: ReadSession | WriteSession, usccs: Iterable[str]) -> set[str]:
    """The enterprises into which some of these were merged."""
    current = select(MergerRecord.surviving_uscc).where(
        MergerRecord.absorbed_uscc.in_(sorted(set(usccs))), MergerRecord.recorded_to.is_(None)
    )
    return set(session.scalars(current))


def list_mergers(session: ReadSession | WriteSession, uscc: str) -> list[MergerRecord]:
    """Every merger that an enterprise had a part in, ended ones too, oldest record first."""
    return list(
        session.scalars(
            select(MergerRecord)
            .where((MergerRecord.absorbed_uscc == uscc) | (MergerRecord.surviving_uscc == uscc))
            .order_by(MergerRecord.recorded_from, MergerRecord.id)
        )
    )


def list_current_into(session: WriteSession, uscc: str) -> list[MergerRecord]:
    """The mergers by which an enterprise inherits now."""
    return list(
        session.scalars(
            select(MergerRecord).where(
                MergerRecord.surviving_uscc == uscc, MergerRecord.recorded_to.is_(None)
            )
        )
    )


def list_current_from(session: WriteSession, uscc: str) -> list[MergerRecord]:
    """The mergers by which others inherit from an enterprise now."""
    return list(
        session.scalars(
            select(MergerRecord).where(
                MergerRecord.absorbed_uscc == uscc, MergerRecord.recorded_to.is_(None)
            )
        )
    )


def get_merger(session: WriteSession, merger_id: str) -> MergerRecord | None:
    """A merger by its id."""
    return session.get(MergerRecord, merger_id)


def add_mergers(session: WriteSession, mergers: Sequence[MergerRecord]) -> None:
    """Keep new records of mergers."""
    session.add_all(mergers)
    session.flush()


def close_merger(
    session: WriteSession, merger: MergerRecord, at: datetime, *, ended_by: str, reason: str
) -> None:
    """End a merger's record, and what followed from it."""
    session.execute(
        update(MergerRecord)
        .where(
            (MergerRecord.id == merger.id) | (MergerRecord.via == merger.id),
            MergerRecord.recorded_to.is_(None),
        )
        .values(recorded_to=at, ended_by=ended_by, end_reason=reason)
    )

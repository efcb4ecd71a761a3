"""Subjects: the row whose lock orders all that happens to one enterprise's facts and log."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from kit.clock import now
from kit.db import ReadSession, WriteSession
from services.credit.rules.chain import GENESIS
from services.credit.tables import Subject

_TICK = timedelta(microseconds=1)


def lock_subjects(session: WriteSession, usccs: Iterable[str]) -> list[Subject]:
    """Lock (and where missing make) the subjects, always in the same order."""
    ordered = sorted(set(usccs))
    made = [
        {"uscc": uscc, "touched_at": now(), "log_entries": 0, "log_seal": GENESIS}
        for uscc in ordered
    ]
    session.execute(insert(Subject).on_conflict_do_nothing(), made)
    return list(
        session.scalars(
            select(Subject)
            .where(Subject.uscc.in_(ordered))
            .order_by(Subject.uscc)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def lock_subject(session: WriteSession, uscc: str) -> Subject:
    """Lock one subject; the row is made only where it is missing."""
    wanted = select(Subject).where(Subject.uscc == uscc).with_for_update()
    found = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    return found or lock_subjects(session, [uscc])[0]


def touch_subjects(subjects: list[Subject]) -> datetime:
    """An instant after everything that was read or written of these (locked) subjects before.

    Clocks of two machines may differ; what was answered as known at an instant must not change.
    """
    at = after(max(subject.touched_at for subject in subjects))
    for subject in subjects:
        subject.touched_at = at
    return at


def after(touched_at: datetime) -> datetime:
    """This instant, or one just after the last touch where a clock is behind it."""
    return max(now(), touched_at + _TICK)


def name_subject(session: WriteSession, uscc: str, name: str) -> None:
    """Keep the registry's name of an enterprise."""
    lock_subject(session, uscc)
    session.execute(update(Subject).where(Subject.uscc == uscc).values(name=name))


def list_heads(session: ReadSession) -> dict[str, tuple[int, str]]:
    """The heads of all chains that have entries."""
    rows = session.execute(
        select(Subject.uscc, Subject.log_entries, Subject.log_seal).where(Subject.log_entries > 0)
    )
    return {row.uscc: (row.log_entries, row.log_seal) for row in rows}

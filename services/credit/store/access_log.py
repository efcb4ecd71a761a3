"""The access log in the database: append under the subject's lock, page back, walk the chains."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from sqlalchemy import Row, insert, select

from kit.db import ReadSession, WriteSession, new_id
from services.credit.rules.arrangements import arrangements_of
from services.credit.rules.chain import Sealed, seal_entry, stamp_seal
from services.credit.tables import AccessEntry, Base, Subject


@dataclass(frozen=True, slots=True)
class Look:
    """One look, or one refusal: who, for whom, why, which fields, under which consent."""

    institution_uscc: str
    institution_name: str
    client_id: str
    purpose: str
    consent_id: str | None
    outcome: str
    reason: str | None = None
    categories: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    inquiry_id: str | None = None
    case_id: str | None = None


_LOG = Base.metadata.tables["access_log"]
_CONTENT = (
    "id",
    "uscc",
    "seq",
    "at",
    "institution_uscc",
    "institution_name",
    "client_id",
    "purpose",
    "consent_id",
    "outcome",
    "reason",
    "categories",
    "fields",
    "inquiry_id",
    "case_id",
)


def append_look(session: WriteSession, subject: Subject, at: datetime, look: Look) -> None:
    """Seal a look over the last entry of the enterprise's chain (the subject is locked)."""
    key = arrangements_of(session.info).log_key
    row = seal_look(subject.uscc, (subject.log_entries, subject.log_seal), at, look, key)
    subject.log_entries += 1
    subject.log_seal = str(row["seal"])
    session.flush()
    session.execute(insert(_LOG), row)


def seal_look(
    uscc: str, head: tuple[int, str], at: datetime, look: Look, key: bytes
) -> dict[str, object]:
    """A look as the next entry of a chain: sealed over its head and stamped."""
    entries, previous = head
    row: dict[str, object] = {
        "id": new_id(),
        "uscc": uscc,
        "seq": entries + 1,
        "at": at,
        "institution_uscc": look.institution_uscc,
        "institution_name": look.institution_name,
        "client_id": look.client_id,
        "purpose": look.purpose,
        "consent_id": look.consent_id,
        "outcome": look.outcome,
        "reason": look.reason,
        "categories": list(look.categories),
        "fields": list(look.fields),
        "inquiry_id": look.inquiry_id,
        "case_id": look.case_id,
    }
    seal = seal_entry(previous, _content(row))
    return row | {"previous": previous, "seal": seal, "stamp": stamp_seal(key, seal)}


def _content(row: dict[str, object]) -> dict[str, object]:
    """What is sealed: every column but the seals; instants in UTC to the microsecond."""
    at = row["at"]
    assert isinstance(at, datetime)
    return {**row, "at": at.astimezone(UTC).isoformat(timespec="microseconds")}


def list_looks(
    session: ReadSession, uscc: str, before: int | None, limit: int
) -> list[AccessEntry]:
    """Newest first; `before` is the place in the chain where the page before ended."""
    wanted = select(AccessEntry).where(AccessEntry.uscc == uscc)
    if before is not None:
        wanted = wanted.where(AccessEntry.seq < before)
    return list(session.scalars(wanted.order_by(AccessEntry.seq.desc()).limit(limit)))


def hold_snapshot(session: ReadSession) -> None:
    """From here on see one state: entries and heads must be of the same moment."""
    session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def list_chains(
    session: ReadSession, usccs: Collection[str] | None = None
) -> Iterator[tuple[str, Iterator[Sealed]]]:
    """Every chain (or those of some enterprises) in order of its places, streamed."""
    wanted = select(*AccessEntry.__table__.columns)
    if usccs is not None:
        wanted = wanted.where(AccessEntry.uscc.in_(usccs))
    rows = session.execute(
        wanted.order_by(AccessEntry.uscc, AccessEntry.seq), execution_options={"yield_per": 1000}
    )
    for uscc, entries in groupby(rows, key=lambda row: str(row.uscc)):
        yield uscc, map(_seal_of, entries)


def _seal_of(row: Row[tuple[object, ...]]) -> Sealed:
    mapped = row._mapping
    content = _content({name: mapped[name] for name in _CONTENT})
    return Sealed(
        mapped["id"],
        mapped["uscc"],
        mapped["seq"],
        content,
        mapped["previous"],
        mapped["seal"],
        mapped["stamp"],
    )

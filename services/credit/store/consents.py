"""Consents in the database."""

from collections.abc import Sequence
from datetime import datetime

import orjson
from sqlalchemy import ColumnElement, Select, and_, case, literal, select, text

from kit.db import ReadSession, WriteSession
from kit.errors import no_such
from services.credit.rules.consents import ConsentState, ConsentTerms
from services.credit.tables import ConsentEventRecord, ConsentRecord


def add_consent(session: WriteSession, consent: ConsentRecord) -> None:
    """Keep a new request."""
    session.add(consent)
    session.flush()


def find_consent(session: ReadSession | WriteSession, consent_id: str) -> ConsentRecord | None:
    """A consent by its id, if there is one."""
    return session.get(ConsentRecord, consent_id)


def get_consent(session: ReadSession, consent_id: str) -> ConsentRecord:
    """A consent by its id."""
    consent = find_consent(session, consent_id)
    if consent is None:
        raise no_such("授权", "consent", consent_id)
    return consent


def lock_consent(session: WriteSession, consent_id: str) -> ConsentRecord | None:
    """A consent held until the end of the transaction: reads and revocations take turns."""
    return session.scalars(
        select(ConsentRecord)
        .where(ConsentRecord.id == consent_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def lock_standing(
    session: WriteSession, uscc: str, institutions: Sequence[str], at: datetime
) -> list[ConsentRecord]:
    """The standing consents of an enterprise for any of some institutions, locked."""
    wanted = _standing(uscc, institutions, at).with_for_update()
    return list(session.scalars(wanted.execution_options(populate_existing=True)))


def find_standing(
    session: ReadSession, asked: Sequence[tuple[str, Sequence[str]]], at: datetime
) -> list[bool]:
    """For each enterprise and its parties: does a consent stand. No lock: nothing is disclosed."""
    questions = [
        {"place": place, "uscc": uscc, "parties": list(parties)}
        for place, (uscc, parties) in enumerate(asked)
    ]
    parameters = {
        "questions": orjson.dumps(questions).decode(),
        "granted": ConsentState.GRANTED.value,
        "at": at,
    }
    return [bool(row.stands) for row in session.execute(_STANDING, parameters)]


# Asked at every decision of a case: one statement for all that ask at the same time.
_STANDING = text(
    "SELECT EXISTS (SELECT FROM consents WHERE consents.uscc = asked.uscc"
    "  AND consents.institution_uscc = ANY (asked.parties)"
    "  AND consents.state = :granted AND consents.valid_until > :at"
    "  AND (consents.valid_from IS NULL OR consents.valid_from <= :at)"
    ") AS stands"
    " FROM json_to_recordset(CAST(:questions AS json))"
    "  AS asked (place int, uscc text, parties text[])"
    " ORDER BY asked.place"
)


def _standing(uscc: str, institutions: Sequence[str], at: datetime) -> Select[ConsentRecord]:
    return (
        select(ConsentRecord)
        .where(
            ConsentRecord.uscc == uscc,
            ConsentRecord.institution_uscc.in_(institutions),
            ConsentRecord.state == ConsentState.GRANTED.value,
            ConsentRecord.valid_until > at,
            ConsentRecord.valid_from.is_(None) | (ConsentRecord.valid_from <= at),
        )
        .order_by(ConsentRecord.id)
    )


def state_by_clock(at: datetime) -> ColumnElement[str]:
    """The state with the clock applied, as `rules.consents.state_at`."""
    waiting = ConsentRecord.state == ConsentState.REQUESTED.value
    runs = ConsentRecord.state.in_([ConsentState.GRANTED.value, ConsentState.SUSPENDED.value])
    lapsed = and_(waiting, (ConsentRecord.answer_by <= at) | (ConsentRecord.valid_until <= at))
    return case(
        (lapsed, literal(ConsentState.LAPSED.value)),
        (and_(runs, ConsentRecord.valid_until <= at), literal(ConsentState.EXPIRED.value)),
        else_=ConsentRecord.state,
    )


def list_consents(
    session: ReadSession,
    *,
    at: datetime,
    party: str | None,
    uscc: str | None,
    state: ConsentState | None,
    after: str | None,
    limit: int,
) -> list[ConsentRecord]:
    """Newest first; `party` is the organisation that must be one of the two sides."""
    wanted = select(ConsentRecord).order_by(ConsentRecord.id.desc()).limit(limit)
    if party is not None:
        wanted = wanted.where(
            (ConsentRecord.uscc == party) | (ConsentRecord.institution_uscc == party)
        )
    if uscc is not None:
        wanted = wanted.where(ConsentRecord.uscc == uscc)
    if state is not None:
        wanted = wanted.where(state_by_clock(at) == state.value)
    if after is not None:
        wanted = wanted.where(ConsentRecord.id < after)
    return list(session.scalars(wanted))


def lock_run_out(session: WriteSession, at: datetime, limit: int) -> list[ConsentRecord]:
    """Consents whose time is over and whose row does not say so yet."""
    return list(
        session.scalars(
            select(ConsentRecord)
            .where(state_by_clock(at) != ConsentRecord.state)
            .order_by(ConsentRecord.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    )


def add_consent_event(session: WriteSession, event: ConsentEventRecord) -> None:
    """Append a step to a consent's history."""
    session.add(event)


def list_consent_events(session: ReadSession, consent_id: str) -> list[ConsentEventRecord]:
    """The steps of a consent, in order."""
    return list(
        session.scalars(
            select(ConsentEventRecord)
            .where(ConsentEventRecord.consent_id == consent_id)
            .order_by(ConsentEventRecord.id)
        )
    )


def terms_of(consent: ConsentRecord) -> ConsentTerms:
    """A consent as the rules see it."""
    return ConsentTerms(
        uscc=consent.uscc,
        institution_uscc=consent.institution_uscc,
        purpose=consent.purpose,
        state=ConsentState(consent.state),
        valid_until=consent.valid_until,
        answer_by=consent.answer_by,
        max_reads=consent.max_reads,
        reads_used=consent.reads_used,
        max_reads_per_day=consent.max_reads_per_day,
        reads_on=consent.reads_on,
        reads_that_day=consent.reads_that_day,
        valid_from=consent.valid_from,
    )

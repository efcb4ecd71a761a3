"""Matches that people were told of, their feedback, and the weights learned from it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from sqlalchemy import RowMapping, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from kit.clock import now
from kit.db import WriteSession
from services.achievements.rules.matching import (
    Evidence,
    Judgement,
    ReasonCode,
    Verdict,
)
from services.achievements.tables import Base

_MATCHES = Base.metadata.tables["matches"]
_FEEDBACK = Base.metadata.tables["match_feedback"]
_WEIGHTS = Base.metadata.tables["match_weights"]
_KEY = ("demand_id", "kind", "thing_id")


def add_matches(session: WriteSession, rows: Sequence[Mapping[str, object]]) -> set[str]:
    """Keep matches; answers the ids of those things that were not kept before."""
    if not rows:
        return set()
    at = now()
    statement = (
        insert(_MATCHES)
        .values([{**row, "found_at": at} for row in rows])
        .on_conflict_do_nothing()
        .returning(_MATCHES.c.thing_id)
    )
    return set(session.execute(statement).scalars())


def keep_feedback(session: WriteSession, values: Mapping[str, object]) -> None:
    """Set an organisation's verdict on a match; a later one replaces it."""
    statement = insert(_FEEDBACK).values({**values, "given_at": now()})
    changed = {
        name: statement.excluded[name]
        for name in ("verdict", "reasons", "note", "client_id", "given_at")
    }
    keys = (*_KEY, "organization_uscc")
    session.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed))


def list_feedback(session: Session, demand_id: str) -> Sequence[RowMapping]:
    """All verdicts on the matches of a demand, oldest first."""
    query = select(_FEEDBACK).where(_FEEDBACK.c.demand_id == demand_id)
    return session.execute(query.order_by(_FEEDBACK.c.given_at)).mappings().all()


def find_verdicts(
    session: Session, uscc: str, *, demand_id: str | None = None, thing_id: str | None = None
) -> dict[str, str]:
    """An organisation's verdicts on one demand's matches by thing, or on one thing's by demand."""
    column = _FEEDBACK.c
    key = column.thing_id if demand_id is not None else column.demand_id
    query = select(key, column.verdict).where(column.organization_uscc == uscc)
    if demand_id is not None:
        query = query.where(column.demand_id == demand_id)
    if thing_id is not None:
        query = query.where(column.thing_id == thing_id)
    return {str(row[0]): str(row[1]) for row in session.execute(query)}


def list_judgements(session: Session) -> list[Judgement]:
    """All standing verdicts in the words of the rules."""
    query = select(_FEEDBACK.c.verdict, _FEEDBACK.c.reasons)
    return [
        Judgement(Verdict(verdict), tuple(ReasonCode(code) for code in reasons))
        for verdict, reasons in session.execute(query)
    ]


def find_weights(session: Session) -> RowMapping | None:
    """The weights in force; None where nothing was learned yet."""
    query = select(_WEIGHTS).order_by(_WEIGHTS.c.id.desc()).limit(1)
    return session.execute(query).mappings().one_or_none()


def add_weights(
    session: WriteSession,
    weights: Mapping[ReasonCode, Decimal],
    evidence: Mapping[ReasonCode, Evidence],
    feedback_count: int,
) -> None:
    """Put learned weights into force, with what they were learned from."""
    seen = {
        code.value: {"useful": one.useful, "not_useful": one.not_useful}
        for code, one in evidence.items()
    }
    values = {
        "valid_from": now(),
        "weights": {code.value: str(weight) for code, weight in weights.items()},
        "evidence": seen,
        "feedback_count": feedback_count,
    }
    session.execute(_WEIGHTS.insert().values(values))


def list_weights(session: Session, limit: int) -> Sequence[RowMapping]:
    """The weights there were, newest first."""
    query = select(_WEIGHTS).order_by(_WEIGHTS.c.id.desc()).limit(limit)
    return session.execute(query).mappings().all()

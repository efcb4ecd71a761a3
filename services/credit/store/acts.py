"""Acts on recorded facts: the newest record of a chain, its successor, and who had read it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, insert, select, text, update

from kit.db import ReadSession, WriteSession
from services.credit.tables import Base, FactActRecord, FactRecord

_FACTS = Base.metadata.tables["facts"]


def find_fact(session: ReadSession | WriteSession, fact_id: str) -> FactRecord | None:
    """A record by its id, whatever became of it."""
    return session.get(FactRecord, fact_id)


def get_head(session: WriteSession, fact: FactRecord) -> FactRecord:
    """The newest record of a fact, fresh from the database (the subject is locked)."""
    return session.scalars(
        select(FactRecord)
        .where(*_chain(fact), FactRecord.recorded_to.is_(None))
        .execution_options(populate_existing=True)
    ).one()


def replace_head(
    session: WriteSession, head: FactRecord, at: datetime, changes: Mapping[str, object]
) -> FactRecord:
    """End the newest record and open its successor, the same but for the changes."""
    session.execute(update(FactRecord).where(FactRecord.id == head.id).values(recorded_to=at))
    row = {column.name: getattr(head, column.name) for column in _FACTS.columns}
    opened = {"recorded_from": at, "recorded_to": None, "corrects": head.id, "gone_on": None}
    session.execute(insert(_FACTS), {**row, **opened, **changes})
    return session.get_one(FactRecord, changes["id"])


def withhold_chain(session: WriteSession, fact: FactRecord, at: datetime) -> None:
    """Let no view of the past show a negative fact that has stopped."""
    session.execute(
        update(FactRecord)
        .where(*_chain(fact), FactRecord.withheld_from.is_(None))
        .values(withheld_from=at)
    )


def find_revocation_document(session: WriteSession, fact_id: str) -> str | None:
    """What a fact's own supplier named when it revoked it; None where somebody else did."""
    act = FactActRecord
    query = (
        select(act.document)
        .join(FactRecord, FactRecord.id == act.result_fact_id)
        .where(act.result_fact_id == fact_id, act.actor_uscc == FactRecord.supplier_uscc)
    )
    return session.scalars(query).first()


def list_chain(session: ReadSession | WriteSession, fact: FactRecord) -> list[FactRecord]:
    """Every record of a fact, oldest first."""
    ordered = select(FactRecord).where(*_chain(fact)).order_by(FactRecord.recorded_from)
    return list(session.scalars(ordered))


def add_act(session: WriteSession, act: FactActRecord) -> None:
    """Keep what was done to a fact, by whom and why."""
    session.add(act)
    session.flush()


def list_acts(session: ReadSession, fact_ids: Sequence[str]) -> list[FactActRecord]:
    """What was done to these records, oldest first."""
    wanted = select(FactActRecord).where(FactActRecord.fact_id.in_(fact_ids))
    return list(session.scalars(wanted.order_by(FactActRecord.at)))


def forget_kept_answers(session: WriteSession, inquiry_ids: Sequence[str]) -> None:
    """Idempotency keys keep answers too: a retry must not tell what may no longer be told."""
    session.execute(
        text(
            "DELETE FROM idempotency_keys WHERE operation = 'POST /v1/inquiries'"
            " AND headers ->> 'location' = ANY(:places)"
        ),
        {"places": [f"/v1/inquiries/{each}" for each in inquiry_ids]},
    )


def forget_stopped_answers(
    session: WriteSession, at: datetime, on: date, keep_from: datetime
) -> int:
    """The same by the clock: answers whose consent ended or whose facts ran out, and old keys."""
    gone = session.execute(
        text(
            "DELETE FROM idempotency_keys k USING inquiries i, consents c"
            " WHERE k.operation = 'POST /v1/inquiries'"
            " AND i.id = right(k.headers ->> 'location', 36) AND c.id = i.consent_id"
            " AND (k.kept_at < :keep_from OR c.state <> 'granted' OR c.valid_until <= :at"
            "  OR i.readable_until <= :on OR EXISTS (SELECT 1 FROM facts f WHERE f.id IN"
            "   (SELECT jsonb_array_elements_text(i.fact_ids))"
            "   AND (f.withheld_from IS NOT NULL OR f.gone_on <= :on)))"
            " RETURNING k.key"
        ),
        {"at": at, "on": on, "keep_from": keep_from},
    )
    return len(gone.all())


def _chain(fact: FactRecord) -> tuple[ColumnElement[bool], ...]:
    return (
        FactRecord.uscc == fact.uscc,
        FactRecord.item == fact.item,
        FactRecord.fact_key == fact.fact_key,
    )

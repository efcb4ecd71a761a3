"""Who was told what: by inquiries, and by what was disclosed without one."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, literal, select, tuple_, union_all
from sqlalchemy.dialects.postgresql import array

from kit.db import ReadSession, WriteSession
from services.credit.rules.recording import FactKey
from services.credit.tables import DisclosureRecord, FactRecord, InquiryRecord


@dataclass(frozen=True, slots=True)
class Reading:
    """One time an institution was told something that rests on some records of facts."""

    institution_uscc: str
    inquiry_id: str | None
    case_id: str | None
    fact_ids: frozenset[str]


def list_readings(
    session: WriteSession, usccs: Iterable[str], fact_ids: Sequence[str]
) -> list[Reading]:
    """Every time that one of these records was told, oldest first."""
    subjects, wanted = sorted(set(usccs)), array(fact_ids)
    looked = select(
        InquiryRecord.id,
        InquiryRecord.institution_uscc,
        InquiryRecord.id.label("inquiry_id"),
        literal(None).label("case_id"),
        InquiryRecord.fact_ids,
    ).where(InquiryRecord.uscc.in_(subjects), InquiryRecord.fact_ids.has_any(wanted))
    told = select(
        DisclosureRecord.id,
        DisclosureRecord.institution_uscc,
        literal(None),
        DisclosureRecord.case_id,
        DisclosureRecord.fact_ids,
    ).where(DisclosureRecord.uscc.in_(subjects), DisclosureRecord.fact_ids.has_any(wanted))
    rows = session.execute(union_all(looked, told).order_by("id")).mappings()
    return [
        Reading(
            row["institution_uscc"], row["inquiry_id"], row["case_id"], frozenset(row["fact_ids"])
        )
        for row in rows
    ]


def add_disclosures(session: WriteSession, disclosures: Sequence[DisclosureRecord]) -> None:
    """Keep what institutions were told without an inquiry."""
    columns = DisclosureRecord.__table__.columns.keys()
    rows = [{name: getattr(each, name) for name in columns} for each in disclosures]
    if rows:
        session.execute(insert(DisclosureRecord), rows)


def find_disclosure(session: ReadSession, message_id: str) -> DisclosureRecord | None:
    """What a message of a monitor rests on; None for one from before this was kept."""
    return session.scalars(
        select(DisclosureRecord).where(DisclosureRecord.message_id == message_id)
    ).one_or_none()


def has_stopped_facts(
    session: ReadSession | WriteSession, fact_ids: Sequence[str], on: date
) -> bool:
    """Whether one of these records may no longer be told: repaired, removed, or over its years."""
    stopped = select(FactRecord.id).where(
        FactRecord.id.in_(fact_ids),
        FactRecord.withheld_from.is_not(None) | (FactRecord.gone_on <= on),
    )
    return session.scalar(stopped.limit(1)) is not None


def list_chain_ids(session: WriteSession, keys: Collection[FactKey]) -> dict[FactKey, list[str]]:
    """The ids of every record of some facts."""
    columns = (FactRecord.uscc, FactRecord.item, FactRecord.fact_key)
    rows = session.execute(select(FactRecord.id, *columns).where(tuple_(*columns).in_(keys)))
    chains: dict[FactKey, list[str]] = {key: [] for key in keys}
    for fact_id, uscc, item, fact_key in rows:
        chains[uscc, item, fact_key].append(fact_id)
    return chains

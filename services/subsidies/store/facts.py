"""What the registry told: organisations, contracts, awards. The newest event counts."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, or_, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from kit.db import WriteSession
from services.subsidies.rules.identities import Merger
from services.subsidies.tables import (
    AwardRecord,
    Base,
    ContractPartyRecord,
    ContractRecord,
    MergerRecord,
    OrganizationRecord,
    PlatformGradeRecord,
    PlatformRecord,
)

Columns = Mapping[str, Any]


def lock_organizations(session: WriteSession, usccs: Collection[str]) -> None:
    """One at a time per organisation, so that a payment and its contract never miss each other."""
    for uscc in sorted(set(usccs)):
        session.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"),
            {"name": f"subsidies:{uscc}"},
        )


def add_organization(session: WriteSession, columns: Columns) -> bool:
    """Keep the organisation unless something newer is known."""
    return _keep_newest(session, OrganizationRecord, "uscc", columns)


def add_award(session: WriteSession, columns: Columns) -> bool:
    """Keep the award unless something newer is known."""
    return _keep_newest(session, AwardRecord, "id", columns)


def add_platform(session: WriteSession, columns: Columns) -> bool:
    """Keep the platform unless something newer is known."""
    return _keep_newest(session, PlatformRecord, "id", columns)


def add_platform_grade(session: WriteSession, columns: Columns) -> bool:
    """Keep the grade of a year by an assessor unless something newer is known."""
    return _keep_newest(session, PlatformGradeRecord, "id", columns)


def add_merger(session: WriteSession, columns: Columns) -> bool:
    """Keep the merger unless something newer is known."""
    return _keep_newest(session, MergerRecord, "id", columns)


def lock_mergers(session: WriteSession, *, change: bool = False) -> None:
    """Hold all mergers still while something is decided, or alone while one is entered."""
    function = "pg_advisory_xact_lock" if change else "pg_advisory_xact_lock_shared"
    session.execute(text(f"SELECT {function}(hashtextextended('subsidies:mergers', 0))"))


def list_mergers(session: Session) -> list[Merger]:
    """The mergers that stand."""
    columns = select(MergerRecord.absorbed_uscc, MergerRecord.surviving_uscc)
    rows = session.execute(columns.where(MergerRecord.ended.is_(False)))
    return [Merger(absorbed, surviving) for absorbed, surviving in rows]


def add_contract(session: WriteSession, columns: Columns, parties: Sequence[Columns]) -> None:
    """Keep the contract with its parties unless something newer is known."""
    if not _keep_newest(session, ContractRecord, "id", columns):
        return
    session.execute(
        delete(ContractPartyRecord).where(ContractPartyRecord.contract_id == columns["id"])
    )
    session.execute(insert(ContractPartyRecord), list(parties))


def _keep_newest(session: WriteSession, table: type[Base], key: str, columns: Columns) -> bool:
    statement = insert(table).values(**columns)
    newer = {name: statement.excluded[name] for name in columns if name != key}
    heard_at = table.__table__.c.heard_at
    kept = session.execute(
        statement.on_conflict_do_update(
            index_elements=[key],
            set_=newer,
            where=heard_at <= statement.excluded.heard_at,
        ).returning(table.__table__.c[key])
    )
    return kept.first() is not None


def find_contract(
    session: Session, *, contract_id: str | None, contract_number: str | None
) -> ContractRecord | None:
    """The contract a payment names."""
    wanted = [ContractRecord.id == contract_id] if contract_id is not None else []
    if contract_number is not None:
        wanted.append(ContractRecord.contract_number == contract_number)
    return session.scalars(select(ContractRecord).where(or_(*wanted)).limit(1)).first()


def list_parties(session: Session, contract_id: str) -> list[ContractPartyRecord]:
    """Both sides of a contract."""
    return list(
        session.scalars(
            select(ContractPartyRecord)
            .where(ContractPartyRecord.contract_id == contract_id)
            .order_by(ContractPartyRecord.uscc)
        )
    )


def list_contracts(session: Session, ids: Collection[str]) -> dict[str, ContractRecord]:
    """Contracts by id."""
    found = session.scalars(select(ContractRecord).where(ContractRecord.id.in_(ids)))
    return {contract.id: contract for contract in found}


def list_awards(session: Session, ids: Collection[str]) -> dict[str, AwardRecord]:
    """Awards by id."""
    found = session.scalars(select(AwardRecord).where(AwardRecord.id.in_(ids)))
    return {award.id: award for award in found}


def list_organizations(session: Session, usccs: Collection[str]) -> dict[str, OrganizationRecord]:
    """Organisations by uscc."""
    found = session.scalars(select(OrganizationRecord).where(OrganizationRecord.uscc.in_(usccs)))
    return {organization.uscc: organization for organization in found}


def list_sides(
    session: Session, contract_ids: Collection[str]
) -> dict[tuple[str, str], ContractPartyRecord]:
    """Parties by contract and uscc."""
    found = session.scalars(
        select(ContractPartyRecord).where(ContractPartyRecord.contract_id.in_(contract_ids))
    )
    return {(party.contract_id, party.uscc): party for party in found}


def list_platforms(session: Session, ids: Collection[str]) -> dict[str, PlatformRecord]:
    """Platforms by id."""
    found = session.scalars(select(PlatformRecord).where(PlatformRecord.id.in_(ids)))
    return {platform.id: platform for platform in found}


def list_grades(session: Session, ids: Collection[str]) -> dict[str, PlatformGradeRecord]:
    """The newest grade of each platform."""
    found = session.scalars(
        select(PlatformGradeRecord)
        .where(PlatformGradeRecord.platform_id.in_(ids))
        .order_by(PlatformGradeRecord.year, PlatformGradeRecord.heard_at)
    )
    return {grade.platform_id: grade for grade in found}

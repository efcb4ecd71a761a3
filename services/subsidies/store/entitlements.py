"""应得."""

from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kit.clock import now
from kit.db import WriteSession, new_id
from kit.errors import no_such
from services.subsidies.rules.policies import RuleCode
from services.subsidies.store.pages import take_page
from services.subsidies.tables import EntitlementRecord


def add_entitlement(
    session: WriteSession, rule: RuleCode, subject: str, uscc: str, payment_ref: str = ""
) -> EntitlementRecord:
    """A new entitlement; nothing is said of its outcome."""
    record = EntitlementRecord(
        id=new_id(),
        rule=rule.value,
        subject=subject,
        uscc=uscc,
        payment_ref=payment_ref,
        opened_at=now(),
    )
    session.add(record)
    session.flush()
    return record


def list_for_subject(
    session: Session, rule: RuleCode, subject: str, uscc: str | None = None
) -> list[EntitlementRecord]:
    """The entitlements of one thing, the oldest first."""
    wanted = (
        select(EntitlementRecord)
        .where(EntitlementRecord.rule == rule.value, EntitlementRecord.subject == subject)
        .order_by(EntitlementRecord.id)
    )
    if uscc is not None:
        wanted = wanted.where(EntitlementRecord.uscc == uscc)
    return list(session.scalars(wanted))


def remove_entitlements_of_others(
    session: WriteSession, rule: RuleCode, subject: str, usccs: list[str]
) -> None:
    """A corrected contract has other parties: those who are none any more are entitled no more."""
    session.execute(
        delete(EntitlementRecord).where(
            EntitlementRecord.rule == rule.value,
            EntitlementRecord.subject == subject,
            EntitlementRecord.uscc.not_in(usccs),
        )
    )


def get_entitlement(session: Session, entitlement_id: str) -> EntitlementRecord:
    record = session.get(EntitlementRecord, entitlement_id)
    if record is None:
        raise no_such("应得", "entitlement", entitlement_id)
    return record


def find_entitlements(session: Session, ids: Collection[str]) -> dict[str, EntitlementRecord]:
    """Those of some entitlements that there are."""
    found = session.scalars(select(EntitlementRecord).where(EntitlementRecord.id.in_(ids)))
    return {record.id: record for record in found}


def list_entitlements(
    session: Session,
    *,
    uscc: str | None,
    rule: RuleCode | None,
    falling: bool,
    after: str | None,
    limit: int,
) -> list[EntitlementRecord]:
    """In the order they were opened, or the newest first."""
    wanted = select(EntitlementRecord)
    if uscc is not None:
        wanted = wanted.where(EntitlementRecord.uscc == uscc)
    if rule is not None:
        wanted = wanted.where(EntitlementRecord.rule == rule.value)
    page = take_page(wanted, EntitlementRecord.id, falling=falling, after=after, limit=limit)
    return list(session.scalars(page))


def list_for_payments(session: Session, refs: Collection[str]) -> dict[str, list[str]]:
    """The ids of the entitlements that each payment feeds."""
    fed: dict[str, list[str]] = {}
    wanted = select(EntitlementRecord).where(EntitlementRecord.payment_ref.in_(refs))
    for record in session.scalars(wanted.order_by(EntitlementRecord.id)):
        fed.setdefault(record.payment_ref, []).append(record.id)
    return fed

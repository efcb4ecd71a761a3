"""Plan versions: what was composed, what was approved, which cases follow an older version."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from gateway.rules.case_json import pack_plan, unpack_plan
from gateway.rules.cases import CaseState
from gateway.rules.ledger import Actor
from gateway.rules.plans import Plan
from gateway.tables import FinancingCase, PlanVersion
from kit.clock import now
from kit.db import ReadSession, WriteSession

APPROVED = "approved"
DRAFT = "draft"


def list_approved_plans(session: Session, plan_id: str | None = None) -> list[Plan]:
    """The newest approved version of each plan, or of one."""
    query = (
        select(PlanVersion.plan)
        .where(PlanVersion.state == APPROVED)
        .ext(distinct_on(PlanVersion.plan_id))
        .order_by(PlanVersion.plan_id, PlanVersion.version.desc())
    )
    if plan_id is not None:
        query = query.where(PlanVersion.plan_id == plan_id)
    return [unpack_plan(row) for row in session.scalars(query)]


def list_plan_versions(session: ReadSession, plan_id: str) -> list[PlanVersion]:
    """Every version of a plan, newest first."""
    query = select(PlanVersion).where(PlanVersion.plan_id == plan_id)
    return list(session.scalars(query.order_by(PlanVersion.version.desc())))


def take_plan_version(session: WriteSession, plan_id: str, *, first: int) -> int:
    """The number of the next version; two composers at once get different ones."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(plan_id, 0))))
    query = select(func.max(PlanVersion.version)).where(PlanVersion.plan_id == plan_id)
    last = session.scalar(query)
    return first if last is None else int(last) + 1


def add_plan_version(session: WriteSession, plan: Plan, reason: str, actor: Actor) -> None:
    """Keep a composed version as a draft."""
    session.execute(
        insert(PlanVersion).values(
            plan_id=plan.id,
            version=plan.version,
            state=DRAFT,
            plan=pack_plan(plan),
            reason=reason,
            made_by=asdict(actor),
            made_at=now(),
        )
    )


def lock_plan_version(session: WriteSession, plan_id: str, version: int) -> PlanVersion | None:
    """One version, to decide on it."""
    return session.get(PlanVersion, (plan_id, version), with_for_update=True)


def decide_plan_version(
    session: WriteSession, version: PlanVersion, state: str, actor: Actor, reason: str | None
) -> None:
    """Write down who approved or refused a version."""
    values: dict[str, Any] = {
        "state": state,
        "decided_by": asdict(actor),
        "decided_at": now(),
        "decision_reason": reason,
    }
    key = (PlanVersion.plan_id == version.plan_id, PlanVersion.version == version.version)
    session.execute(update(PlanVersion).where(*key).values(values))


def list_open_cases_on(session: Session, plan_id: str) -> list[str]:
    """The open cases that follow a plan, oldest first."""
    query = select(FinancingCase.id).where(
        FinancingCase.state == CaseState.OPEN.value,
        FinancingCase.plan["id"].astext == plan_id,
    )
    return list(session.scalars(query.order_by(FinancingCase.id)))

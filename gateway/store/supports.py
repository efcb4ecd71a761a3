"""Files of the supports: the rows that their steps make, and the steps themselves."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, cast

from sqlalchemy import Row, Table, bindparam, insert, or_, select, update
from sqlalchemy.orm import Session

from gateway.rules import appraisals, guarantees, investments, loans
from gateway.rules.cases import Holder
from gateway.rules.ledger import Actor
from gateway.rules.supports import Noun, Step, Support, Taken
from gateway.tables import SupportRow, SupportStep
from kit.clock import JINAN
from kit.db import ReadSession, WriteSession
from kit.errors import no_such

_FILES = cast(Table, SupportRow.__table__)
_STEPS = cast(Table, SupportStep.__table__)

# Built once: the expression costs as much as its answer.
_LIVE = select(_FILES).where(
    _FILES.c.track_id.in_(bindparam("track_ids", expanding=True)), _FILES.c.is_live
)

# A file that came to nothing makes room for another one at its track.
_DEAD: dict[Noun, frozenset[str]] = {
    Noun.LOAN: frozenset({loans.LoanState.REJECTED, loans.LoanState.WITHDRAWN}),
    Noun.GUARANTEE: frozenset(
        {
            guarantees.GuaranteeState.DECLINED,
            guarantees.GuaranteeState.WITHDRAWN,
            guarantees.GuaranteeState.CANCELLED,
        }
    ),
    Noun.APPRAISAL: appraisals.DEAD,
    Noun.INVESTMENT: investments.DEAD,
}


def find_live_file(session: Session, track_id: str) -> Support | None:
    """The file of a track that has not come to nothing."""
    query = select(_FILES).where(_FILES.c.track_id == track_id, _FILES.c.is_live)
    row = session.execute(query).one_or_none()
    return None if row is None else _read(row)


def list_live_files(session: Session, track_ids: Collection[str]) -> list[Support]:
    """The files of some tracks that have not come to nothing; one a track at most."""
    if not track_ids:
        return []
    return [_read(row) for row in session.execute(_LIVE, {"track_ids": list(track_ids)})]


def get_support(session: Session, noun: Noun, support_id: str) -> Support:
    """A file from its row; raises NotFound."""
    return _get(session, noun, support_id, lock=False)


def lock_support(session: WriteSession, noun: Noun, support_id: str) -> Support:
    """A file that nobody else can change until this transaction ends (lock its case first)."""
    return _get(session, noun, support_id, lock=True)


def list_case_supports(session: Session, case_id: str, noun: Noun) -> list[Support]:
    """The files of one noun at a case, oldest first."""
    query = select(_FILES).where(_FILES.c.case_id == case_id, _FILES.c.noun == noun.value)
    return [_read(row) for row in session.execute(query.order_by(_FILES.c.id))]


def list_supports(
    session: ReadSession,
    noun: Noun,
    *,
    limit: int,
    before_id: str | None = None,
    visible_to: str | None = None,
    case_id: str | None = None,
    state: str | None = None,
) -> list[Support]:
    """Newest first; `visible_to` keeps to the files of that firm or institution."""
    query = select(_FILES).where(_FILES.c.noun == noun.value)
    if before_id is not None:
        query = query.where(_FILES.c.id < before_id)
    if visible_to is not None:
        query = query.where(or_(_FILES.c.uscc == visible_to, _FILES.c.holder_uscc == visible_to))
    if case_id is not None:
        query = query.where(_FILES.c.case_id == case_id)
    if state is not None:
        query = query.where(_FILES.c.state == state)
    return [_read(row) for row in session.execute(query.order_by(_FILES.c.id.desc()).limit(limit))]


def list_ids_in_states(session: Session, noun: Noun, states: Sequence[str]) -> list[str]:
    """The ids of all files of a noun in these states, oldest first."""
    query = select(_FILES.c.id).where(_FILES.c.noun == noun.value, _FILES.c.state.in_(states))
    return list(session.scalars(query.order_by(_FILES.c.id)))


def list_ended_guarantees(
    session: ReadSession, first: date, last: date, holder_uscc: str | None
) -> list[tuple[Support, str, date]]:
    """Guarantees (no policies) released or compensated within these days, in that order."""
    acts = [guarantees.GuaranteeAct.RELEASE.value, guarantees.GuaranteeAct.COMPENSATE.value]
    kind = guarantees.GuaranteeKind.GUARANTEE.value
    query = (
        select(_FILES, _STEPS.c.act, _STEPS.c.on)
        .join(_STEPS, _STEPS.c.support_id == _FILES.c.id)
        .where(_FILES.c.noun == Noun.GUARANTEE.value, _FILES.c.terms["kind"].as_string() == kind)
        .where(_STEPS.c.act.in_(acts), _STEPS.c.on.between(first, last))
        .order_by(_STEPS.c.on, _FILES.c.id)
    )
    if holder_uscc is not None:
        query = query.where(_FILES.c.holder_uscc == holder_uscc)
    return [(_read(row), row.act, row.on) for row in session.execute(query)]


def list_steps(session: Session, support_id: str) -> list[Step]:
    """The ledger of a file, in order."""
    query = select(_STEPS).where(_STEPS.c.support_id == support_id)
    return [_read_step(row) for row in session.execute(query.order_by(_STEPS.c.sequence))]


def find_subsidised_loan(session: Session, uscc: str) -> str | None:
    """The loan that holds the firm's one subsidy."""
    query = select(_FILES.c.id).where(_FILES.c.uscc == uscc, _FILES.c.holds_subsidy)
    return session.execute(query).scalar()


def add_support(session: WriteSession, taken: Taken) -> None:
    """Keep a new file with its first step."""
    support = taken.support
    session.execute(
        insert(_FILES).values(
            id=support.id,
            noun=support.noun.value,
            case_id=support.case_id,
            track_id=support.track_id,
            product_id=support.product_id,
            uscc=support.uscc,
            enterprise_name=support.enterprise_name,
            holder_role=support.holder.role,
            holder_uscc=support.holder.uscc,
            holder_name=support.holder.name,
            opened_on=support.opened_on,
            **_write(support),
        )
    )
    _add_steps(session, [taken.step])


def add_step(session: WriteSession, taken: Taken) -> None:
    """Append a step and bring the row to where it leads."""
    values = _write(taken.support)
    session.execute(update(_FILES).where(_FILES.c.id == taken.support.id).values(values))
    _add_steps(session, [taken.step])


def _get(session: Session, noun: Noun, support_id: str, *, lock: bool) -> Support:
    query = select(_FILES).where(_FILES.c.id == support_id, _FILES.c.noun == noun.value)
    row = session.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise no_such("档案", "file", support_id)
    return _read(row)


def _write(support: Support) -> dict[str, Any]:
    live = support.state not in _DEAD[support.noun]
    return {
        "state": support.state,
        "is_live": live,
        "holds_subsidy": live and bool(support.terms.get("subsidised")),
        "terms": dict(support.terms),
        "version": support.version,
        "last_hash": support.last_hash,
    }


def _read(row: Row[Any]) -> Support:
    return Support(
        id=row.id,
        noun=Noun(row.noun),
        case_id=row.case_id,
        track_id=row.track_id,
        product_id=row.product_id,
        uscc=row.uscc,
        enterprise_name=row.enterprise_name,
        holder=Holder(row.holder_role, row.holder_uscc, row.holder_name),
        state=row.state,
        terms=row.terms,
        opened_on=row.opened_on,
        version=row.version,
        last_hash=row.last_hash,
    )


def _add_steps(session: WriteSession, steps: Iterable[Step]) -> None:
    session.execute(
        insert(_STEPS),
        [
            {
                "support_id": step.support_id,
                "sequence": step.sequence,
                "act": step.act,
                "state": step.state,
                "at": step.at,
                "on": step.on,
                "actor": asdict(step.actor),
                "reason_code": step.reason_code,
                "reason": step.reason,
                "changes": dict(step.changes),
                "evidence": list(step.evidence),
                "prev_hash": step.prev_hash,
                "hash": step.hash,
            }
            for step in steps
        ],
    )


def _read_step(row: Row[Any]) -> Step:
    return Step(
        support_id=row.support_id,
        sequence=row.sequence,
        act=row.act,
        state=row.state,
        at=row.at.astimezone(JINAN),
        on=row.on,
        actor=Actor(**row.actor),
        prev_hash=row.prev_hash,
        hash=row.hash,
        reason_code=row.reason_code,
        reason=row.reason,
        changes=row.changes,
        evidence=tuple(row.evidence),
    )

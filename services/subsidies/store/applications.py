"""申报."""

from collections.abc import Collection, Iterable

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kit.clock import now
from kit.db import WriteSession, new_id
from kit.errors import no_such
from services.subsidies.rules.applications import COMMITTED, FREES_THE_THING
from services.subsidies.store.pages import take_page
from services.subsidies.tables import ApplicationRecord, ApplicationStepRecord


def add_application(session: WriteSession, application: ApplicationRecord) -> bool:
    """False where another application stands on the same thing."""
    columns = {
        column.name: value
        for column in ApplicationRecord.__table__.columns
        if (value := getattr(application, column.name)) is not None
    }
    added = insert(ApplicationRecord).values(**columns).on_conflict_do_nothing()
    return session.execute(added.returning(ApplicationRecord.id)).first() is not None


def get_application(session: Session, application_id: str) -> ApplicationRecord:
    application = session.get(ApplicationRecord, application_id)
    if application is None:
        raise no_such("申报", "application", application_id)
    return application


def lock_application(session: WriteSession, application_id: str) -> ApplicationRecord:
    """The application, for this transaction alone."""
    wanted = (
        select(ApplicationRecord).where(ApplicationRecord.id == application_id).with_for_update()
    )
    application = session.scalars(wanted).first()
    if application is None:
        raise no_such("申报", "application", application_id)
    return application


def lock_applications(
    session: WriteSession, application_ids: Collection[str]
) -> list[ApplicationRecord]:
    """Some applications, always locked in the same order."""
    wanted = select(ApplicationRecord).where(ApplicationRecord.id.in_(application_ids))
    return list(session.scalars(wanted.order_by(ApplicationRecord.id).with_for_update()))


def list_applications(
    session: Session,
    *,
    uscc: str | None,
    state: str | None,
    falling: bool,
    after: str | None,
    limit: int,
) -> list[ApplicationRecord]:
    """In the order they were opened, or the newest first."""
    wanted = select(ApplicationRecord)
    if uscc is not None:
        wanted = wanted.where(ApplicationRecord.uscc == uscc)
    if state is not None:
        wanted = wanted.where(ApplicationRecord.state == state)
    page = take_page(wanted, ApplicationRecord.id, falling=falling, after=after, limit=limit)
    return list(session.scalars(page))


def list_committed(session: Session, usccs: Collection[str]) -> list[ApplicationRecord]:
    """The applications of some organisations for which money is committed or paid."""
    states = [state.value for state in COMMITTED]
    wanted = select(ApplicationRecord).where(
        ApplicationRecord.uscc.in_(usccs), ApplicationRecord.state.in_(states)
    )
    return list(session.scalars(wanted.order_by(ApplicationRecord.id)))


def find_standing(session: Session, once_keys: Iterable[str]) -> dict[str, ApplicationRecord]:
    """The applications that stand on some things, by what may be paid once."""
    ended = [state.value for state in FREES_THE_THING]
    wanted = select(ApplicationRecord).where(
        ApplicationRecord.once_key.in_(set(once_keys)), ApplicationRecord.state.not_in(ended)
    )
    return {application.once_key: application for application in session.scalars(wanted)}


def rename_once(session: WriteSession, application: ApplicationRecord, once_key: str) -> bool:
    """What the application is for, as it is known today; False where another one stands on it."""
    if application.once_key == once_key:
        return True
    try:
        with session.begin_nested():
            application.once_key = once_key
            session.flush()
    except IntegrityError:
        session.refresh(application)
        return False
    return True


def add_step(
    session: WriteSession,
    application: ApplicationRecord,
    *,
    act: str,
    actor: str,
    actor_uscc: str,
    reason: str,
) -> None:
    """Append a step; call under the application's lock."""
    last = select(func.max(ApplicationStepRecord.seq)).where(
        ApplicationStepRecord.application_id == application.id
    )
    session.add(
        ApplicationStepRecord(
            id=new_id(),
            application_id=application.id,
            seq=(session.scalar(last) or 0) + 1,
            act=act,
            state=application.state,
            amount_yuan=application.amount_yuan,
            reason=reason,
            actor=actor,
            actor_uscc=actor_uscc,
            at=now(),
        )
    )
    session.flush()


def list_steps(session: Session, application_id: str) -> list[ApplicationStepRecord]:
    """From the first on."""
    return list(
        session.scalars(
            select(ApplicationStepRecord)
            .where(ApplicationStepRecord.application_id == application_id)
            .order_by(ApplicationStepRecord.seq)
        )
    )

"""Monitors and their messages in the database."""

from sqlalchemy import select

from kit.db import ReadSession, WriteSession
from kit.errors import no_such
from services.credit.rules.webhooks import MessageState
from services.credit.tables import MonitorMessage, MonitorRecord

ACTIVE = "active"
ENDED = "ended"


def add_monitor(session: WriteSession, monitor: MonitorRecord) -> None:
    """Keep a new monitor."""
    session.add(monitor)
    session.flush()


def get_monitor(session: ReadSession | WriteSession, monitor_id: str) -> MonitorRecord:
    """A monitor by its id."""
    monitor = session.get(MonitorRecord, monitor_id)
    if monitor is None:
        raise no_such("监测", "monitor", monitor_id)
    return monitor


def lock_monitor(session: WriteSession, monitor_id: str) -> MonitorRecord:
    """A monitor held until the end of the transaction."""
    wanted = select(MonitorRecord).where(MonitorRecord.id == monitor_id).with_for_update()
    found = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise no_such("监测", "monitor", monitor_id)
    return found


def list_monitors(
    session: ReadSession, institution: str | None, uscc: str | None, after: str | None, limit: int
) -> list[MonitorRecord]:
    """Newest first; of one institution, or on one enterprise, or all."""
    wanted = select(MonitorRecord).order_by(MonitorRecord.id.desc()).limit(limit)
    if institution is not None:
        wanted = wanted.where(MonitorRecord.institution_uscc == institution)
    if uscc is not None:
        wanted = wanted.where(MonitorRecord.uscc == uscc)
    if after is not None:
        wanted = wanted.where(MonitorRecord.id < after)
    return list(session.scalars(wanted))


def list_active_ids(session: ReadSession | WriteSession, usccs: set[str]) -> list[str]:
    """The monitors that watch any of these enterprises."""
    return list(
        session.scalars(
            select(MonitorRecord.id)
            .where(MonitorRecord.uscc.in_(sorted(usccs)), MonitorRecord.state == ACTIVE)
            .order_by(MonitorRecord.id)
        )
    )


def list_all_active_ids(session: ReadSession) -> list[str]:
    """Every monitor at work."""
    wanted = select(MonitorRecord.id).where(MonitorRecord.state == ACTIVE)
    return list(session.scalars(wanted.order_by(MonitorRecord.id)))


def add_message(session: WriteSession, message: MonitorMessage) -> None:
    """Keep a message that is to be told."""
    session.add(message)
    session.flush()


def get_message(session: ReadSession, monitor_id: str, message_id: str) -> MonitorMessage:
    """A message of a monitor."""
    message = session.get(MonitorMessage, message_id)
    if message is None or message.monitor_id != monitor_id:
        raise no_such("监测消息", "message", message_id)
    return message


def lock_message(session: WriteSession, message_id: str) -> MonitorMessage | None:
    """A message held until the end of the transaction."""
    wanted = select(MonitorMessage).where(MonitorMessage.id == message_id).with_for_update()
    return session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()


def list_messages(
    session: ReadSession,
    monitor_id: str,
    state: MessageState | None,
    after: str | None,
    limit: int,
) -> list[MonitorMessage]:
    """Newest first; `state=dead` are the dead letters."""
    wanted = select(MonitorMessage).where(MonitorMessage.monitor_id == monitor_id)
    if state is not None:
        wanted = wanted.where(MonitorMessage.state == state.value)
    if after is not None:
        wanted = wanted.where(MonitorMessage.id < after)
    return list(session.scalars(wanted.order_by(MonitorMessage.id.desc()).limit(limit)))

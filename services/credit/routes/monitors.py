"""监测."""

from typing import Annotated

from fastapi import Query, Response

from kit.auth import INSTITUTIONS, Caller, Principal, Role, allow
from kit.http import HouseRouter, IfMatch, Read, Write, created, etag
from kit.pages import Page
from services.credit.schemas.monitors import (
    MessageAnswer,
    MessageQuery,
    MonitorAnswer,
    MonitorDecision,
    MonitorQuery,
    MonitorRequest,
)
from services.credit.schemas.problems import REFUSED
from services.credit.usecases import monitors

router = HouseRouter(prefix="/v1/monitors", tags=["monitors"])
Institution = Annotated[Principal, allow(*INSTITUTIONS)]
Reader = Annotated[Principal, allow(*INSTITUTIONS, Role.OFFICER, Role.AUDITOR)]


@router.post(
    "", status_code=201, summary="登记监测 · Be told when a profile changes", responses=REFUSED
)
def register_monitor(
    body: MonitorRequest, session: Write, response: Response, caller: Institution
) -> MonitorAnswer:
    """Within a consent that stands. Messages are signed (Standard Webhooks), retried for a day."""
    monitor = monitors.register_monitor(session, caller, body)
    created(response, f"/v1/monitors/{monitor.id}", monitor.version)
    return monitor


@router.get("", summary="监测列表 · Monitors")
def list_monitors(
    query: Annotated[MonitorQuery, Query()], session: Read, caller: Caller
) -> Page[MonitorAnswer]:
    """An institution's own; an enterprise names itself as `uscc` and sees who watches it."""
    return monitors.show_monitors(session, caller, query)


@router.get("/{monitor_id}", summary="一项监测 · One monitor")
def get_monitor(
    monitor_id: str, session: Read, response: Response, caller: Caller
) -> MonitorAnswer:
    """For its institution, the enterprise, the bureau and the auditor; never its secret."""
    monitor = monitors.show_monitor(session, caller, monitor_id)
    etag(response, monitor.version)
    return monitor


@router.post("/{monitor_id}/decisions", summary="终止监测 · End a monitor")
def decide_monitor(
    monitor_id: str,
    _body: MonitorDecision,
    session: Write,
    response: Response,
    caller: Institution,
    if_match: IfMatch = None,
) -> MonitorAnswer:
    """The institution ends it; it also ends with its consent."""
    monitor = monitors.decide_monitor(session, caller, monitor_id, if_match)
    etag(response, monitor.version)
    return monitor


@router.get("/{monitor_id}/messages", summary="监测消息 · Messages and dead letters")
def list_messages(
    monitor_id: str, query: Annotated[MessageQuery, Query()], session: Read, caller: Reader
) -> Page[MessageAnswer]:
    """What was to be told and its fate; `state=dead` are the dead letters."""
    return monitors.show_messages(session, caller, monitor_id, query)


@router.post(
    "/{monitor_id}/messages/{message_id}/replays",
    status_code=202,
    summary="重发消息 · Send a message again",
)
def replay_message(
    monitor_id: str, message_id: str, session: Write, caller: Institution
) -> MessageAnswer:
    """The same message under the same id, with a day's patience anew."""
    return monitors.replay_message(session, caller, monitor_id, message_id)

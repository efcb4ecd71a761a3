"""Monitors on the wire."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import orjson
from pydantic import ConfigDict, Field

from kit.identifiers import Uscc
from kit.pages import PageQuery
from kit.schemas import AnswerModel, WireModel
from services.credit.rules.webhooks import MessageState
from services.credit.tables import MonitorMessage, MonitorRecord


class MonitorRequest(WireModel):
    """监测登记: tell this address when the profile changes, within this consent."""

    consent_id: str = Field(max_length=64)
    url: str = Field(
        max_length=500, description="https; its host must stand on the platform's list"
    )

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "consent_id": "0192f0c1-7c1e-7a55-9a3e-2f6f0d6f8b11",
                    "url": "https://hooks.bank.example/liurong",
                }
            ]
        }
    )


class MonitorWord(StrEnum):
    """What the institution can decide."""

    ENDED = "ended"


class MonitorDecision(WireModel):
    """One step of a monitor."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"decision": "ended"}]})

    decision: MonitorWord


class MonitorAnswer(AnswerModel):
    """监测. `secret` is told once, when it is made."""

    id: str
    uscc: str
    institution_uscc: str
    consent_id: str
    url: str
    state: str = Field(description="active | ended")
    end_reason: str | None
    created_at: datetime
    version: int
    secret: str | None = Field(
        None, description="signs the messages (standardwebhooks.com); told once, keep it"
    )


class MonitorQuery(PageQuery):
    """Which monitors."""

    uscc: Uscc | None = None


class MessageQuery(PageQuery):
    """Which messages; `state=dead` are the dead letters."""

    state: MessageState | None = None


class MessageAnswer(AnswerModel):
    """监测消息 and its fate."""

    id: str = Field(description="the webhook id: the same at every try")
    monitor_id: str
    state: MessageState
    attempts: int
    made_at: datetime
    give_up_at: datetime
    next_try_at: datetime | None
    delivered_at: datetime | None
    last_status: int | None
    last_error: str | None
    message: dict[str, Any]


def describe_monitor(monitor: MonitorRecord, secret: str | None = None) -> MonitorAnswer:
    """A monitor as it is answered."""
    return MonitorAnswer(
        id=monitor.id,
        uscc=monitor.uscc,
        institution_uscc=monitor.institution_uscc,
        consent_id=monitor.consent_id,
        url=monitor.url,
        state=monitor.state,
        end_reason=monitor.end_reason,
        created_at=monitor.created_at,
        version=monitor.version,
        secret=secret,
    )


def describe_message(message: MonitorMessage) -> MessageAnswer:
    """A message as it is answered."""
    return MessageAnswer(
        id=message.id,
        monitor_id=message.monitor_id,
        state=MessageState(message.state),
        attempts=message.attempts,
        made_at=message.made_at,
        give_up_at=message.give_up_at,
        next_try_at=message.next_try_at,
        delivered_at=message.delivered_at,
        last_status=message.last_status,
        last_error=message.last_error,
        message=orjson.loads(message.body),
    )

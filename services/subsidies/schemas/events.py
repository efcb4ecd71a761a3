"""What this house publishes. A published event is a contract: fields are added, never changed."""

from datetime import date
from typing import ClassVar

from kit.events import Event
from kit.money import Yuan


class SubsidyClawedBack(Event):
    """政策资金追回：每一笔追回一个事件"""

    type: ClassVar[str] = "subsidies.subsidy-clawed-back"

    uscc: str
    claw_back_id: str
    application_id: str
    rule: str
    amount_yuan: Yuan
    received_on: date
    reason: str


class SubsidyPaid(Event):
    """政策资金到账：每一笔到账一个事件"""

    type: ClassVar[str] = "subsidies.subsidy-paid"

    uscc: str
    payment_id: str
    application_id: str
    rule: str
    amount_yuan: Yuan
    paid_on: date

"""What this house publishes. A published event is a contract: fields are added, never changed."""

from datetime import date
from typing import ClassVar

from kit.events import Event
from kit.money import Yuan


class SubsidyPaid(Event):
    """政策资金到账：每一笔到账一个事件"""

    type: ClassVar[str] = "subsidies.subsidy-paid"

    uscc: str
    payment_id: str
    application_id: str
    rule: str
    amount_yuan: Yuan
    paid_on: date

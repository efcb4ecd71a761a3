"""易 beside contract registration: an exchange deal (成交) and an equity contribution (作价入股).

作价入股: the achievement is contributed to a company for shares (公司法第四十八条:
可以用货币估价并可以依法转让的非货币财产作价出资), registered by the market regulator; what is
stated here is what stands in that registration.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gateway.rules.cases import Case, TradeRecord
from gateway.rules.ledger import Json
from kit.errors import Fault, InvalidInput
from kit.identifiers import IdentifierError, check_uscc
from kit.money import format_yuan
from kit.text import Text

EXCHANGE_DEAL = "exchange_deal"
EQUITY = "equity_contribution"
_MONEY = re.compile(r"\d{1,14}(\.\d{1,2})?", re.ASCII)
_RATIO = re.compile(r"0\.\d{1,6}|1(\.0{1,6})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Deal:
    """A deal as the holder states it: the listing it settles, the price, the day."""

    listing_number: str
    amount_yuan: str
    dealt_on: date | None
    seller_uscc: str | None
    buyer_uscc: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the exchange answered to one question, and after how many attempts."""

    case_id: str
    track_id: str
    attempts: int
    simulated: bool
    request: Mapping[str, Json]
    status: int | None
    answer: Mapping[str, Json] | None


def read_deal(said: object, case: Case) -> Deal:
    """The deal in `result.exchange_deal`, or all that is wrong with it."""
    facts = _Facts(said, "/result/exchange_deal")
    deal = Deal(
        listing_number=facts.text("listing_number"),
        amount_yuan=facts.money("amount_yuan", case.amount_yuan),
        dealt_on=facts.day("dealt_on"),
        seller_uscc=facts.uscc("seller_uscc", None),
        buyer_uscc=facts.uscc("buyer_uscc", case.uscc) or case.uscc,
    )
    facts.refuse()
    return deal


def record_deal(deal: Deal, receipt: Receipt) -> TradeRecord:
    """The record of a deal that the exchange confirmed."""
    answer = receipt.answer or {}
    return TradeRecord(
        EXCHANGE_DEAL,
        None,
        str(answer["deal_number"]),
        {
            "listing_number": deal.listing_number,
            "amount_yuan": deal.amount_yuan,
            "dealt_on": str(answer["dealt_on"]),
            "buyer_uscc": deal.buyer_uscc,
            "seller_uscc": deal.seller_uscc,
            "exchange": str(answer["exchange"]),
            "simulated": receipt.simulated,
        },
    )


def read_equity(said: object, today: date) -> TradeRecord:
    """The contribution in `result.equity_contribution`, or all that is wrong with it."""
    facts = _Facts(said, "/result/equity_contribution")
    number = facts.text("registration_number")
    details: dict[str, Json] = {
        "company_uscc": facts.uscc("company_uscc", None, required=True),
        "contributor_uscc": facts.uscc("contributor_uscc", None),
        "valued_yuan": facts.money("valued_yuan", None),
        "share_ratio": facts.ratio("share_ratio"),
    }
    day = facts.day("registered_on")
    if day is None:
        facts.fault(
            "registered_on", "missing", "须给出登记日期", "the day of registration is needed"
        )
    elif day > today:
        facts.fault(
            "registered_on", "in_the_future", "登记日期不能在将来", "must not be in the future"
        )
    else:
        details["registered_on"] = day.isoformat()
    facts.refuse()
    return TradeRecord(EQUITY, None, number, details)


class _Facts:
    """Reads the holder's own words and collects what is wrong with them."""

    def __init__(self, said: object, place: str) -> None:
        self._said: Mapping[str, object] = said if isinstance(said, Mapping) else {}
        self._place = place
        self._faults: list[Fault] = []

    def fault(self, name: str, code: str, zh: str, en: str) -> None:
        self._faults.append(Fault(f"{self._place}/{name}", code, Text(zh, en)))

    def refuse(self) -> None:
        if self._faults:
            raise InvalidInput(
                "trade_incomplete",
                Text("交易要素不全或有误", "terms of the trade are missing or wrong"),
                faults=self._faults,
            )

    def text(self, name: str) -> str:
        value = self._said.get(name)
        if not isinstance(value, str) or not 1 <= len(value.strip()) <= 60:
            self.fault(name, "missing", "须为 1–60 个字符", "1 to 60 characters are needed")
            return ""
        return value.strip()

    def money(self, name: str, default: str | None) -> str:
        value = self._said.get(name, default)
        if not isinstance(value, str) or not _MONEY.fullmatch(value) or not Decimal(value):
            self.fault(
                name, "money_invalid", "须为正的金额，如 500000.00", "a positive sum of yuan"
            )
            return "0.00"
        return format_yuan(Decimal(value))

    def ratio(self, name: str) -> str:
        value = self._said.get(name)
        if not isinstance(value, str) or not _RATIO.fullmatch(value) or not Decimal(value):
            self.fault(
                name, "ratio_invalid", "须为 0 与 1 之间的小数", "a fraction above 0, up to 1"
            )
            return "0"
        return value

    def day(self, name: str) -> date | None:
        value = self._said.get(name)
        if value is None:
            return None
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fault(name, "date_invalid", "须为日期，如 2026-11-23", "a date is needed")
            return None

    def uscc(self, name: str, default: str | None, *, required: bool = False) -> str | None:
        value = self._said.get(name, default)
        if value is None and not required:
            return None
        try:
            return str(check_uscc(str(value or "")))
        except IdentifierError as error:
            self.fault(name, error.code, error.detail.zh, error.detail.en)
            return None

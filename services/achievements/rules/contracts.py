"""Technology contracts (技术合同认定登记): two acts, two dates.

```
draft ──submit──▶ submitted ──recognize──▶ recognized ──register──▶ registered
                      │                         │
                      └────────refuse───────────┴──────────────▶ refused
```
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from kit.errors import Fault, InvalidInput, RuleBroken
from kit.money import format_yuan
from kit.text import Text
from services.achievements.rules.text import FormFields


class ContractState(StrEnum):
    """技术合同状态"""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RECOGNIZED = "recognized"
    REGISTERED = "registered"
    REFUSED = "refused"


class ContractAct(StrEnum):
    """提交、认定、登记、不予登记; the words are those of `decision` on the wire."""

    SUBMIT = "submitted"
    RECOGNIZE = "recognized"
    REGISTER = "registered"
    REFUSE = "refused"


class ContractType(StrEnum):
    """技术合同类别：开发、转让、许可、咨询、服务"""

    DEVELOPMENT = "development"
    TRANSFER = "transfer"
    LICENSE = "license"
    CONSULTING = "consulting"
    SERVICE = "service"


TRANSITIONS: dict[tuple[ContractState, ContractAct], ContractState] = {
    (ContractState.DRAFT, ContractAct.SUBMIT): ContractState.SUBMITTED,
    (ContractState.SUBMITTED, ContractAct.RECOGNIZE): ContractState.RECOGNIZED,
    (ContractState.SUBMITTED, ContractAct.REFUSE): ContractState.REFUSED,
    (ContractState.RECOGNIZED, ContractAct.REGISTER): ContractState.REGISTERED,
    (ContractState.RECOGNIZED, ContractAct.REFUSE): ContractState.REFUSED,
}

STATE_NAMES = {
    ContractState.DRAFT: "草稿",
    ContractState.SUBMITTED: "已提交",
    ContractState.RECOGNIZED: "已认定",
    ContractState.REGISTERED: "已登记",
    ContractState.REFUSED: "不予登记",
}


@dataclass(frozen=True, slots=True)
class ContractParty:
    """合同一方"""

    uscc: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class ContractFacts:
    """一份技术合同的内容"""

    title: str
    type: ContractType
    seller: ContractParty
    buyer: ContractParty
    total_yuan: Decimal
    technology_yuan: Decimal | None = None
    signed_on: date | None = None
    achievement_id: str | None = None
    case_id: str | None = None
    form: FormFields | None = None


def open_acts(state: ContractState) -> tuple[ContractAct, ...]:
    """What may be done with a contract in this state."""
    return tuple(act for (at, act) in TRANSITIONS if at is state)


def move_contract(state: ContractState, act: ContractAct) -> ContractState:
    """The state after an act; a step that is not open is refused with those that are."""
    after = TRANSITIONS.get((state, act))
    if after is not None:
        return after
    allowed = [open_act.value for open_act in open_acts(state)]
    raise RuleBroken(
        "contract_step_not_open",
        Text(
            f"合同{STATE_NAMES[state]}，不能执行“{act}”；现在可以：{'、'.join(allowed) or '无'}",
            f"the contract is {state} and cannot be {act};"
            f" open now: {', '.join(allowed) or 'none'}",
        ),
        state=state.value,
        allowed=allowed,
    )


def check_reason(act: ContractAct, reason: str | None) -> None:
    """A refusal says why."""
    if act is ContractAct.REFUSE and not reason:
        message = Text("不予登记须说明理由", "a refusal needs a reason")
        raise InvalidInput(
            "invalid_input", message, faults=[Fault("/reason", "reason_required", message)]
        )


def judge_contract(facts: ContractFacts, today: date) -> list[Fault]:
    """What is wrong with a contract that can be read (成交额不少于技术交易额)."""
    faults: list[Fault] = []
    if facts.technology_yuan is not None and facts.technology_yuan > facts.total_yuan:
        message = Text(
            f"技术交易额 {format_yuan(facts.technology_yuan)} 元大于合同成交额"
            f" {format_yuan(facts.total_yuan)} 元",
            f"the technology part {format_yuan(facts.technology_yuan)} is more than the total"
            f" {format_yuan(facts.total_yuan)}",
        )
        faults.append(Fault("/technology_yuan", "technology_above_total", message))
    if facts.seller.uscc == facts.buyer.uscc:
        message = Text("买卖双方不能是同一单位", "buyer and seller are the same organisation")
        faults.append(Fault("/buyer/uscc", "same_party", message))
    if facts.signed_on is not None and facts.signed_on > today:
        message = Text(
            f"签订日期 {facts.signed_on} 晚于今天 {today}",
            f"signed on {facts.signed_on}, which is after today, {today}",
        )
        faults.append(Fault("/signed_on", "date_in_future", message))
    return faults


def number_contract(registered_on: date, serial: int) -> str:
    """A number of the platform's own series: year, 370102 (历下区), six digits.

    An assumption: the real number is given by the national registration system, which has no
    public interface; this series only has its length of 16 digits.
    """
    return f"{registered_on.year:04d}370102{serial:06d}"

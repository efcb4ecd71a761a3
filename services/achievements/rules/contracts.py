"""Technology contracts (技术合同认定登记): two acts, two dates.

```
draft ──submit──▶ submitted ──recognize──▶ recognized ──register──▶ registered ──cancel──▶ cancelled
                      │                         │
                      └────────refuse───────────┴──────────────▶ refused
```
A registered contract is changed and cancelled by records of their own (`rules/amendments.py`);
an accepted cancellation is the only way to `cancelled`.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from kit.errors import Fault, RuleBroken
from kit.money import format_yuan
from kit.text import Text
from services.achievements.rules.steps import Steps
from services.achievements.rules.text import FormFields


class ContractState(StrEnum):
    """技术合同状态"""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RECOGNIZED = "recognized"
    REGISTERED = "registered"
    REFUSED = "refused"
    CANCELLED = "cancelled"


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


CONTRACT_STEPS: Steps[ContractState, ContractAct] = Steps(
    noun=Text("合同", "contract"),
    code="contract_step_not_open",
    table={
        (ContractState.DRAFT, ContractAct.SUBMIT): ContractState.SUBMITTED,
        (ContractState.SUBMITTED, ContractAct.RECOGNIZE): ContractState.RECOGNIZED,
        (ContractState.SUBMITTED, ContractAct.REFUSE): ContractState.REFUSED,
        (ContractState.RECOGNIZED, ContractAct.REGISTER): ContractState.REGISTERED,
        (ContractState.RECOGNIZED, ContractAct.REFUSE): ContractState.REFUSED,
    },
    names={
        ContractState.DRAFT: "尚为草稿",
        ContractState.SUBMITTED: "已提交",
        ContractState.RECOGNIZED: "已认定",
        ContractState.REGISTERED: "已登记",
        ContractState.REFUSED: "不予登记",
        ContractState.CANCELLED: "已撤销登记",
    },
)


_KINDS_OF_NATURE = {
    "010": "government",
    "021": "institute",
    "022": "university",
    "023": "hospital",
}


def kind_of_nature(nature: str) -> str:
    """The kind of organisation behind a 性质 code of 技术合同登记表; 1xx to 3xx are enterprises."""
    return _KINDS_OF_NATURE.get(nature, "enterprise" if nature[:1] in {"1", "2", "3"} else "other")


@dataclass(frozen=True, slots=True)
class ContractParty:
    """合同一方"""

    uscc: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class ContractFacts:
    """一份技术合同的内容; the field names are those of the wire and of the table."""

    source_id: str
    title: str
    type: ContractType
    seller: ContractParty
    buyer: ContractParty
    total_yuan: Decimal
    technology_yuan: Decimal | None = None
    equipment_yuan: Decimal | None = None
    other_yuan: Decimal | None = None
    signed_on: date | None = None
    summary: str | None = None
    achievement_id: str | None = None
    case_id: str | None = None
    form: FormFields | None = None


def judge_contract(facts: ContractFacts, today: date) -> list[Fault]:
    """What is wrong with a contract that can be read (成交额不少于技术交易额)."""
    faults = judge_amounts(facts.total_yuan, facts.technology_yuan, _non_technology(facts))
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


def _non_technology(facts: ContractFacts) -> tuple[Decimal | None, Decimal | None]:
    return facts.equipment_yuan, facts.other_yuan


def searchable_text(facts: ContractFacts) -> list[tuple[str, int]]:
    """The texts a contract is found by, each with its weight."""
    return [(facts.title, 2), (facts.summary or "", 1)]


def names_in(facts: ContractFacts) -> tuple[str, str]:
    """The names a contract is found by, as wholes."""
    return facts.seller.name, facts.buyer.name


def is_side(facts: ContractFacts, uscc: str) -> bool:
    """Whether an organisation sells or buys by a contract."""
    return uscc in (facts.seller.uscc, facts.buyer.uscc)


NOT_A_SIDE = Text("只能登记本单位为买方或卖方的合同", "the caller must be buyer or seller")


def refuse_settled(state: ContractState) -> RuleBroken:
    """What a contract says is changed only while it is a draft."""
    message = Text(
        f"合同{CONTRACT_STEPS.names[state]}，内容只能在草稿时修改；已登记的请申请变更",
        f"the contract is {state}; its content changes only in a draft,"
        " and a registered one by an amendment",
    )
    allowed = [act.value for act in CONTRACT_STEPS.open_acts(state)]
    return RuleBroken("contract_not_draft", message, state=state.value, allowed=allowed)


def same_as_another(contract_id: str, number: str | None) -> RuleBroken:
    """Both sides may have entered one contract; it is recognised once."""
    named = number or contract_id
    message = Text(
        f"双方、名称、金额、签订日均相同的合同 {named} 已认定或登记；若确为两份合同，"
        "请以 distinct: true 并说明理由再认定",
        f"the contract {named} of the same sides, title, total and day of signing is recognised"
        " already; if they are two, decide again with distinct: true and a reason",
    )
    return RuleBroken("contract_known", message, contract_id=contract_id)


def judge_amounts(
    total: Decimal, technology: Decimal | None, others: tuple[Decimal | None, Decimal | None]
) -> list[Fault]:
    """The technology part is not above the total; with equipment and others it is the total."""
    rest = sum((part for part in others if part is not None), Decimal(0))
    if technology is not None and technology > total:
        message = Text(
            f"技术交易额 {format_yuan(technology)} 元大于合同成交额 {format_yuan(total)} 元",
            f"the technology part {format_yuan(technology)} is more than the total"
            f" {format_yuan(total)}",
        )
        return [Fault("/technology_yuan", "technology_above_total", message)]
    if others == (None, None):
        return []
    if rest > total or (technology is not None and technology + rest != total):
        message = Text(
            f"技术交易额、设备款与其他款项合计应为合同成交额 {format_yuan(total)} 元",
            f"technology, equipment and other parts add up to the total {format_yuan(total)}",
        )
        return [Fault("/total_yuan", "parts_differ_from_total", message)]
    return []


def number_contract(registered_on: date, serial: int) -> str:
    """A number of the platform's own series: year, 370102 (历下区), six digits.

    An assumption: the real number is given by the national registration system, which has no
    public interface; this series only has its length of 16 digits.
    """
    return f"{registered_on.year:04d}370102{serial:06d}"

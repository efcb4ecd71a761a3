"""合同变更与撤销: new records beside the contract; what was registered is never edited.

```
requested ──accepted──▶ accepted
     ├──refused───▶ refused
     └──taken_back▶ taken_back
```
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from kit.text import Text
from services.achievements.rules.steps import Steps


class AmendmentKind(StrEnum):
    """变更、撤销登记"""

    CHANGE = "change"
    CANCELLATION = "cancellation"


class AmendmentState(StrEnum):
    """变更申请状态"""

    REQUESTED = "requested"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"


class AmendmentAct(StrEnum):
    """同意、不同意、撤回"""

    ACCEPT = "accepted"
    REFUSE = "refused"
    TAKE_BACK = "taken_back"


AMENDMENT_STEPS: Steps[AmendmentState, AmendmentAct] = Steps(
    noun=Text("变更申请", "amendment"),
    code="amendment_step_not_open",
    table={(AmendmentState.REQUESTED, act): AmendmentState(act.value) for act in AmendmentAct},
    names={
        AmendmentState.REQUESTED: "待审核",
        AmendmentState.ACCEPTED: "已同意",
        AmendmentState.REFUSED: "不同意",
        AmendmentState.TAKEN_BACK: "已撤回",
    },
)


@dataclass(frozen=True, slots=True)
class ContractTerms:
    """What a change may change, in the contract's own words."""

    title: str
    total_yuan: Decimal
    technology_yuan: Decimal | None
    equipment_yuan: Decimal | None
    other_yuan: Decimal | None
    signed_on: date | None


CHANGEABLE = tuple(ContractTerms.__slots__)


def apply_changes(
    registered: ContractTerms, accepted: Sequence[Mapping[str, object]]
) -> ContractTerms:
    """The terms in force: as registered, with every accepted change in its order."""
    terms = registered
    for change in accepted:
        terms = replace(terms, **{name: change[name] for name in CHANGEABLE if name in change})  # type: ignore[arg-type]
    return terms

"""合同变更与撤销: new records beside the contract; what was registered is never edited.

```
requested ──accepted──▶ accepted
     ├──refused───▶ refused
     └──taken_back▶ taken_back
```
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from kit.text import Text
from services.achievements.rules.steps import Steps
from services.achievements.rules.text import FormFields


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
    form: FormFields | None = None


CHANGEABLE = tuple(ContractTerms.__slots__)


def read_terms(row: Mapping[Any, Any]) -> ContractTerms:
    """The terms in force of a contract: what changes have made of them, else as registered."""
    changed = row["in_force"]
    if changed is not None:
        return ContractTerms(**read_changes(changed))  # type: ignore[arg-type]
    return ContractTerms(**{name: row[name] for name in CHANGEABLE})


def put_in_force(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A contract with the terms that hold now, whatever was registered first."""
    return {**row, **asdict(read_terms(row))}


def apply_change(terms: ContractTerms, change: Mapping[str, object]) -> ContractTerms:
    """The terms after a change, in the shapes of the wire; of the form only what it names."""
    changed = {name: value for name, value in read_changes(change).items() if name != "form"}
    terms = replace(terms, **changed)  # type: ignore[arg-type]
    named = change.get("form")
    if not isinstance(named, Mapping):
        return terms
    merged = {**(terms.form or {}), **named}
    return replace(terms, form={name: one for name, one in merged.items() if one is not None})


def read_changes(change: Mapping[str, object]) -> dict[str, object]:
    """Words of the wire as values again."""

    def read(name: str, value: object) -> object:
        if name == "signed_on" and isinstance(value, str):
            return date.fromisoformat(value)
        if name.endswith("_yuan") and isinstance(value, str):
            return Decimal(value)
        return value

    return {name: read(name, value) for name, value in change.items()}

"""State moves by a table, total over (state, act): a step that is not open names those that are."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from kit.errors import Fault, InvalidInput, RuleBroken
from kit.text import Text

State = TypeVar("State", bound=StrEnum)
Act = TypeVar("Act", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Steps(Generic[State, Act]):
    """The life of one noun; `code` is that of the problem, `names` are the states in Chinese."""

    noun: Text
    code: str
    table: Mapping[tuple[State, Act], State]
    names: Mapping[State, str]

    def open_acts(self, state: State) -> tuple[Act, ...]:
        """What may be done in this state."""
        return tuple(act for (at, act) in self.table if at is state)

    def move(self, state: State, act: Act) -> State:
        """The state after an act; raises RuleBroken where the step is not open."""
        after = self.table.get((state, act))
        if after is not None:
            return after
        allowed = [open_act.value for open_act in self.open_acts(state)]
        raise RuleBroken(
            self.code,
            Text(
                f"{self.noun.zh}{self.names[state]}，不能执行“{act}”；"
                f"现在可以：{'、'.join(allowed) or '无'}",
                f"the {self.noun.en} is {state} and cannot be {act};"
                f" open now: {', '.join(allowed) or 'none'}",
            ),
            state=state.value,
            allowed=allowed,
        )


def require_reason(reason: str | None, *, needed: bool) -> None:
    """Some steps say why."""
    if needed and not reason:
        message = Text("这一步须说明理由", "this step needs a reason")
        raise InvalidInput(
            "invalid_input", message, faults=[Fault("/reason", "reason_required", message)]
        )

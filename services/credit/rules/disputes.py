"""异议与修复: two requests about a fact, answered within working days.

    open ──sent_on──▶ with_other_unit          3 working days become 7 (条例 art. 39)
      └───────┬──────────────┘
              ├─▶ corrected | kept | removed   an objection
              ├─▶ approved | refused           a repair
              └─▶ withdrawn                    by the enterprise

"Kept" carries a note that travels with the fact. A repair is decided by who found the breach
(谁认定、谁修复).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kit.errors import Forbidden, RuleBroken
from kit.text import Text
from kit.workdays import Calendar, Deadline, count_forward
from services.credit.rules.catalogue import Item, Polarity, Severity, Terms
from services.credit.rules.facts import Fact
from services.credit.rules.measures import months_before


class DisputeState(StrEnum):
    """办理中 / 其他单位协查 / 已更正 / 维持并注明 / 已删除 / 已修复 / 不予修复 / 已撤回."""

    OPEN = "open"
    WITH_OTHER_UNIT = "with_other_unit"
    CORRECTED = "corrected"
    KEPT = "kept"
    REMOVED = "removed"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class ObjectionAct(StrEnum):
    """转其他单位 / 更正 / 维持 / 删除 / 撤回."""

    SENT_ON = "sent_on"
    CORRECTED = "corrected"
    KEPT = "kept"
    REMOVED = "removed"
    WITHDRAWN = "withdrawn"


class RepairAct(StrEnum):
    """转其他单位 / 准予修复 / 不予修复 / 撤回."""

    SENT_ON = "sent_on"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


Act = ObjectionAct | RepairAct

WAITING = frozenset({DisputeState.OPEN, DisputeState.WITH_OTHER_UNIT})
_WITHDRAWN = frozenset({ObjectionAct.WITHDRAWN.value})
_ENDS: frozenset[str] = frozenset()


def list_open_acts(state: DisputeState, kind: type[Act]) -> frozenset[str]:
    """What can be done in a state, by anybody."""
    if state not in WAITING:
        return _ENDS
    acts = frozenset(act.value for act in kind)
    return acts if state is DisputeState.OPEN else acts - {"sent_on"}


def take_step(state: DisputeState, act: Act, *, is_authority: bool) -> DisputeState:
    """The state an act leads to; withdrawing belongs to the enterprise, the rest to the bureau."""
    if (act.value in _WITHDRAWN) == is_authority:
        who = Text("企业", "the enterprise") if is_authority else Text("主管部门", "the bureau")
        raise Forbidden(
            "wrong_party",
            Text(f"只有{who.zh}可以作出「{act}」", f"only {who.en} can decide {act.value!r}"),
        )
    allowed = list_open_acts(state, type(act))
    if act.value not in allowed:
        raise RuleBroken(
            "step_not_open",
            Text(
                f"现为「{state}」，不能作出「{act}」",
                f"it is {state.value}; {act.value} is not open",
            ),
            state=state.value,
            allowed=sorted(allowed),
        )
    return DisputeState.WITH_OTHER_UNIT if act.value == "sent_on" else DisputeState(act.value)


def set_clock(received_on: date, state: DisputeState, terms: Terms, calendar: Calendar) -> Deadline:
    """The last day for an answer, counted from the day after receipt."""
    alone = state is DisputeState.OPEN
    days = terms.answer_working_days if alone else terms.answer_working_days_with_another_unit
    return count_forward(received_on, days, calendar)


@dataclass(frozen=True, slots=True)
class Breach:
    """What a repair is about: the item, and the day on which the breach was made public."""

    item: Item
    published_on: date


def check_repairable(breach: Breach, severity: Severity, corrected_on: date, on: date) -> None:
    """Refuse a repair that is asked for too early, or of what is no breach (办法 order 36)."""
    if breach.item.polarity is not Polarity.NEGATIVE:
        raise RuleBroken(
            "nothing_to_repair",
            Text(
                "该信息不是失信信息，无须修复",
                "this is no breach of trust; there is nothing to repair",
            ),
        )
    earliest = months_before(breach.published_on, -severity.least_months)
    if on < earliest:
        raise RuleBroken(
            "repair_too_early",
            Text(
                f"{severity.name.zh}失信信息公示满{severity.least_months}个月后方可申请修复，"
                f"即{earliest}起",
                f"a {severity.name.en} breach can be repaired {severity.least_months} months after"
                f" its publication, from {earliest} on",
            ),
            earliest=earliest.isoformat(),
        )
    if corrected_on > on:
        raise RuleBroken(
            "not_corrected_yet",
            Text("纠正日期在将来", "the conduct has not been corrected yet"),
            corrected_on=corrected_on.isoformat(),
        )


_NAMES: Mapping[DisputeState, Text] = {
    DisputeState.OPEN: Text("异议处理中", "an objection to it is being examined"),
    DisputeState.WITH_OTHER_UNIT: Text("异议处理中", "an objection to it is being examined"),
    DisputeState.KEPT: Text("异议后维持并注明", "kept after an objection, with a note"),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """异议标注: what stands beside a disputed fact."""

    objection_id: str
    item: str
    fact_key: str
    state: DisputeState
    raised_on: date
    note: str | None

    @property
    def text(self) -> Text:
        return _NAMES[self.state]


@dataclass(frozen=True, slots=True)
class MarkedFact:
    """A mark and the fact beside which it stands."""

    mark: Mark
    fact_id: str


def beside(facts: Sequence[Fact], marks: Sequence[Mark]) -> tuple[MarkedFact, ...]:
    """The marks whose facts are shown; a mark must not tell of a fact that is not."""
    places = {(fact.item, fact.key): fact.id for fact in facts}
    return tuple(
        MarkedFact(mark, place)
        for mark in marks
        if (place := places.get((mark.item, mark.fact_key))) is not None
    )

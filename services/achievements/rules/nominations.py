"""Nominations for science-and-technology awards (科技奖提名).

```
draft ──submit──▶ submitted ──recommend──▶ recommended ──forward──▶ under_review ──award──▶ awarded
                   │  ▲   └──decline──▶ not_recommended                  └──not_award──▶ not_awarded
            return ▼  │ submit
                  returned

draft, submitted, returned, recommended ──withdraw──▶ withdrawn
```

Every open state is somebody's turn, with a day by which it is due: the call's for a draft, working
days of the call for the bureau's recommendation and for a supplement.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kit.errors import Fault, RuleBroken
from kit.text import Text
from services.achievements.rules.steps import Steps


class NominationState(StrEnum):
    """提名状态"""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    RECOMMENDED = "recommended"
    NOT_RECOMMENDED = "not_recommended"
    UNDER_REVIEW = "under_review"
    AWARDED = "awarded"
    NOT_AWARDED = "not_awarded"
    WITHDRAWN = "withdrawn"


class NominationAct(StrEnum):
    """提交、退回补正、推荐、不推荐、报送评审、获奖、未获奖、撤回; as `decision` on the wire."""

    SUBMIT = "submitted"
    RETURN = "returned"
    RECOMMEND = "recommended"
    DECLINE = "not_recommended"
    FORWARD = "under_review"
    AWARD = "awarded"
    NOT_AWARD = "not_awarded"
    WITHDRAW = "withdrawn"


NOMINATION_STEPS: Steps[NominationState, NominationAct] = Steps(
    noun=Text("提名", "nomination"),
    code="nomination_step_not_open",
    table={
        (NominationState.DRAFT, NominationAct.SUBMIT): NominationState.SUBMITTED,
        (NominationState.DRAFT, NominationAct.WITHDRAW): NominationState.WITHDRAWN,
        (NominationState.SUBMITTED, NominationAct.RETURN): NominationState.RETURNED,
        (NominationState.SUBMITTED, NominationAct.RECOMMEND): NominationState.RECOMMENDED,
        (NominationState.SUBMITTED, NominationAct.DECLINE): NominationState.NOT_RECOMMENDED,
        (NominationState.SUBMITTED, NominationAct.WITHDRAW): NominationState.WITHDRAWN,
        (NominationState.RETURNED, NominationAct.SUBMIT): NominationState.SUBMITTED,
        (NominationState.RETURNED, NominationAct.WITHDRAW): NominationState.WITHDRAWN,
        (NominationState.RECOMMENDED, NominationAct.FORWARD): NominationState.UNDER_REVIEW,
        (NominationState.RECOMMENDED, NominationAct.WITHDRAW): NominationState.WITHDRAWN,
        (NominationState.UNDER_REVIEW, NominationAct.AWARD): NominationState.AWARDED,
        (NominationState.UNDER_REVIEW, NominationAct.NOT_AWARD): NominationState.NOT_AWARDED,
    },
    names={
        NominationState.DRAFT: "尚为草稿",
        NominationState.SUBMITTED: "已提交",
        NominationState.RETURNED: "已退回补正",
        NominationState.RECOMMENDED: "已推荐",
        NominationState.NOT_RECOMMENDED: "不予推荐",
        NominationState.UNDER_REVIEW: "评审中",
        NominationState.AWARDED: "已获奖",
        NominationState.NOT_AWARDED: "未获奖",
        NominationState.WITHDRAWN: "已撤回",
    },
)

ACTS_OF_NOMINATOR = frozenset({NominationAct.SUBMIT, NominationAct.WITHDRAW})
"""Steps of the organisation that nominates; all others are the bureau's."""

ACTS_WITH_REASON = frozenset({NominationAct.RETURN, NominationAct.DECLINE, NominationAct.NOT_AWARD})

OPEN_TO_CHANGE = frozenset({NominationState.DRAFT, NominationState.RETURNED})
"""States in which what a nomination says may still be changed."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a nomination must have: `least` items of a list, or characters of a text."""

    field: str
    name: Text
    least: int
    assumption: bool


@dataclass(frozen=True, slots=True)
class Lack:
    """What a nomination lacks."""

    field: str
    name: Text


def list_lacking(
    content: Mapping[str, object], requirements: Sequence[Requirement]
) -> tuple[Lack, ...]:
    """All that lacks, in the order of the requirements."""
    return tuple(
        Lack(one.field, one.name)
        for one in requirements
        if _measure(content.get(one.field)) < one.least
    )


def _measure(value: object) -> int:
    if isinstance(value, str):
        return len(value.strip())
    if isinstance(value, list):
        return len(value)
    return 0


def require_whole(lacking: Sequence[Lack]) -> None:
    """A nomination is submitted whole; all that lacks is told at once."""
    if lacking:
        raise RuleBroken(
            "nomination_lacks",
            Text(
                f"提名尚缺：{'、'.join(one.name.zh for one in lacking)}",
                f"the nomination lacks: {', '.join(one.name.en for one in lacking)}",
            ),
            faults=[
                Fault(
                    f"/content/{one.field}",
                    "lacking",
                    Text(f"缺少{one.name.zh}", f"lacks {one.name.en}"),
                )
                for one in lacking
            ],
            lacking=[one.field for one in lacking],
        )


def require_in_time(due_on: date | None, today: date) -> None:
    """The last day counts; from the next on it is too late."""
    if due_on is not None and today > due_on:
        raise RuleBroken(
            "nomination_late",
            Text(f"已于 {due_on} 截止", f"the term ended on {due_on}"),
            due_on=due_on.isoformat(),
        )

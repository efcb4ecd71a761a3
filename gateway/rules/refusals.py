"""Refusals at a case: each says what is allowed instead."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from gateway.rules.cases import Case, CaseState
from gateway.rules.prospects import describe_acts, list_next_acts
from gateway.rules.stages import TrackState
from kit.errors import RuleBroken
from kit.text import Text


def require_open(case: Case, on: date) -> None:
    """Refuse whatever is done at a case that has ended."""
    if case.state is not CaseState.OPEN:
        raise refuse(
            case,
            on,
            "case_ended",
            Text(
                f"办件 {case.number} 已结束（{case.state.value}）",
                f"case {case.number} has ended ({case.state.value})",
            ),
        )


def refuse(
    case: Case,
    on: date,
    code: str,
    detail: Text,
    outcomes: Sequence[TrackState] = (),
    **facts: Any,
) -> RuleBroken:
    """A refusal that says what is allowed instead."""
    return RuleBroken(
        code,
        detail,
        allowed=describe_acts(list_next_acts(case, on)),
        outcomes=[outcome.value for outcome in outcomes],
        **facts,
    )

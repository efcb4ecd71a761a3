"""The ladder on the wire."""

from datetime import date

from kit.schemas import AnswerModel
from services.credit.rules.ladder import Climb, Ladder, Step, list_missing
from services.credit.rules.verdicts import Check


class ConditionAnswer(AnswerModel):
    """A condition that does not hold (false) or whose facts are not known (null)."""

    code: str
    label: str
    label_en: str
    holds: bool | None


class RungAnswer(AnswerModel):
    """一级. `missing` is what it still asks for, to be held with every condition fulfilled."""

    code: str
    label: str
    label_en: str
    held: bool
    held_since: date | None
    missing: list[ConditionAnswer]
    clause: str
    verified: bool


class LadderVersion(AnswerModel):
    """Which ladder."""

    id: str
    version: str


class LadderAnswer(AnswerModel):
    """梯次培育 of an enterprise on a day."""

    uscc: str
    on: date
    ladder: LadderVersion
    current: str | None
    next: RungAnswer | None
    rungs: list[RungAnswer]


def describe_climb(uscc: str, on: date, ladder: Ladder, climbed: Climb) -> LadderAnswer:
    """Where an enterprise stands, as it is answered."""
    return LadderAnswer(
        uscc=uscc,
        on=on,
        ladder=LadderVersion(id=ladder.id, version=ladder.version),
        current=climbed.current.rung.code if climbed.current else None,
        next=_describe_step(climbed.following) if climbed.following else None,
        rungs=[_describe_step(step) for step in climbed.steps],
    )


def _describe_step(step: Step) -> RungAnswer:
    return RungAnswer(
        code=step.rung.code,
        label=step.rung.label.zh,
        label_en=step.rung.label.en,
        held=step.held_since is not None,
        held_since=step.held_since,
        missing=[_describe_check(check) for check in list_missing(step)],
        clause=step.rung.clause,
        verified=step.rung.verified,
    )


def _describe_check(check: Check) -> ConditionAnswer:
    return ConditionAnswer(
        code=check.code, label=check.label.zh, label_en=check.label.en, holds=check.holds
    )

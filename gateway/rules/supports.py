"""支撑档案: the file of one support (贷 保 评 投) at a case, as the fold of its append-only steps.

Each noun has its own table of states (`loans.py`, `guarantees.py`, `appraisals.py`,
`investments.py`); what they share stands here: a step names the act, the state it leads to, what
it changed, who did it for which organisation and why, and carries the hash of the one before.
A file outlives its case: a loan is repaid after the contract is registered.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from gateway.rules.cases import Holder
from gateway.rules.ledger import BEGINNING, Actor, Json
from kit.errors import Forbidden, RuleBroken
from kit.text import Text


class Noun(StrEnum):
    """档案种类：贷款、担保或保险、评估、投资。"""

    LOAN = "loan"
    GUARANTEE = "guarantee"
    APPRAISAL = "appraisal"
    INVESTMENT = "investment"


class Side(StrEnum):
    """谁来办：承办机构、企业、科技局；任一当事方。"""

    HOLDER = "holder"
    FIRM = "firm"
    BUREAU = "bureau"
    PLATFORM = "platform"


Rows = Mapping[Any, Mapping[Any, str]]
"""The allowed moves: state → act → next state, in the noun's own enums."""

Table = Mapping[tuple[str, str], str | None]
"""Every state and every act of a noun; None where the act is refused."""


@dataclass(frozen=True, slots=True)
class Support:
    """A file after so many steps (`version`); `terms` is the noun's own dataclass, packed."""

    id: str
    noun: Noun
    case_id: str
    track_id: str
    product_id: str | None
    uscc: str
    enterprise_name: str
    holder: Holder
    state: str
    terms: Mapping[str, Json]
    opened_on: date
    version: int = 0
    last_hash: str = BEGINNING


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a file, as it stands in its ledger for ever."""

    support_id: str
    sequence: int
    act: str
    state: str
    at: datetime
    on: date
    actor: Actor
    prev_hash: str
    hash: str
    reason_code: str | None = None
    reason: str | None = None
    changes: Mapping[str, Json] = field(default_factory=dict)
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Doing:
    """Who acts, when, and why."""

    actor: Actor
    at: datetime
    on: date
    reason_code: str | None = None
    reason: str | None = None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """A step just taken, and the file after it."""

    support: Support
    step: Step


def make_table(states: Iterable[str], acts: Iterable[str], rows: Rows) -> Table:
    """A total table from the rows in which something is allowed."""
    listed = list(acts)
    return {(state, act): rows.get(state, {}).get(act) for state in states for act in listed}


_BY_THE_PLATFORM = frozenset({"note_condition", "lapse_filing"})


def list_acts(table: Table, state: str) -> list[str]:
    """What people may do from here; what the platform does by itself is not offered."""
    acts = [act for (at, act), after in table.items() if at == state and after is not None]
    return [act for act in acts if act not in _BY_THE_PLATFORM]


def open_file(draft: Support, act: str, doing: Doing) -> Taken:
    """The first step of a file."""
    return _take(draft, act, draft.state, draft.terms, doing)


def take_step(
    support: Support, table: Table, act: str, terms: Mapping[str, Json], doing: Doing
) -> Taken:
    """A further step by the noun's table; refuses what it does not know with what is allowed."""
    after = require_move(support, table, act)
    changes = {name: value for name, value in terms.items() if support.terms.get(name) != value}
    return _take(support, act, after, changes, doing)


def require_move(support: Support, table: Table, act: str) -> str:
    """The state that the act leads to; RuleBroken with the allowed acts where it is refused."""
    after = table.get((support.state, act))
    if after is None:
        allowed = list_acts(table, support.state)
        raise RuleBroken(
            "step_not_allowed",
            Text(
                f"现为「{support.state}」，不能「{act}」；现在可以：{'、'.join(allowed) or '无'}",
                f"it is {support.state} and cannot {act}; allowed: {', '.join(allowed) or 'none'}",
            ),
            allowed=allowed,
            state=support.state,
        )
    return after


def require_side(support: Support, sides: Iterable[Side], actor: Actor) -> None:
    """Refuse whoever is on none of the sides that may take the step."""
    on_side = {
        Side.HOLDER: actor.uscc == support.holder.uscc,
        Side.FIRM: actor.uscc == support.uscc,
        Side.BUREAU: actor.role == "officer",
        Side.PLATFORM: actor.role == "service",
    }
    wanted = list(sides)
    if not any(on_side[side] for side in wanted):
        words = "、".join(side.value for side in wanted)
        raise Forbidden(
            "not_your_step",
            Text(f"这一步由 {words} 办理", f"this step is taken by: {words}"),
            by=[side.value for side in wanted],
        )


def replay_steps(support: Support, steps: Sequence[Step]) -> Support:
    """The file that these steps make of its opening data; compare it with the row."""
    made = replace(support, terms={}, version=0, last_hash=BEGINNING)
    for step in steps:
        if step.sequence != made.version + 1 or step.prev_hash != made.last_hash:
            raise ValueError("a step must follow the one before")
        made = _apply(made, step)
    return made


def find_broken_step(steps: Sequence[Step]) -> int | None:
    """The sequence of the first step that does not follow the one before; None if all do."""
    before = BEGINNING
    for place, step in enumerate(steps, start=1):
        if step.sequence != place or step.prev_hash != before or step.hash != seal_step(step):
            return step.sequence
        before = step.hash
    return None


def seal_step(step: Step) -> str:
    """SHA-256 over the step in canonical JSON, with the hash of the one before."""
    actor = step.actor
    body = {
        "act": step.act,
        "actor": [actor.client_id, actor.role, actor.uscc, actor.name, actor.on_behalf_of],
        "at": step.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "changes": step.changes,
        "evidence": list(step.evidence),
        "on": step.on.isoformat(),
        "prev_hash": step.prev_hash,
        "reason": step.reason,
        "reason_code": step.reason_code,
        "sequence": step.sequence,
        "state": step.state,
        "support_id": step.support_id,
    }
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _take(
    support: Support, act: str, state: str, changes: Mapping[str, Json], doing: Doing
) -> Taken:
    draft = Step(
        support_id=support.id,
        sequence=support.version + 1,
        act=act,
        state=state,
        at=doing.at,
        on=doing.on,
        actor=doing.actor,
        prev_hash=support.last_hash,
        hash="",
        reason_code=doing.reason_code,
        reason=doing.reason,
        changes=changes,
        evidence=doing.evidence,
    )
    step = replace(draft, hash=seal_step(draft))
    return Taken(_apply(support, step), step)


def _apply(support: Support, step: Step) -> Support:
    return replace(
        support,
        state=step.state,
        terms={**support.terms, **step.changes},
        version=step.sequence,
        last_hash=step.hash,
    )

"""The six stages 信-评-保-贷-投-易 and the one table by which a track moves.

    planned ─open→ ready ─accept→ in_progress ⇄ info_requested
                                      │ submit        │ submit
                                      ▼               ▼
                                  submitted ◄─────────┘
        ┌──────────────┬──────────────┼──────────────┐
        ▼              ▼              ▼              │ request_info
    approved  conditionally_approved  rejected       └→ info_requested

    before a decision:   withdraw → withdrawn, waive → waived, expire → expired
    an approval may      withdraw, expire (its validity is over), reopen (a condition fell)
    every end state      reopen → in_progress

The table is total: every pair of state and act either names the next state or None (refused).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from kit.text import Text


class Stage(StrEnum):
    """六融的六个环节，按顺序。"""

    CREDIT = "credit"
    EVALUATION = "evaluation"
    INSURANCE = "insurance"
    LOAN = "loan"
    INVESTMENT = "investment"
    TRADE = "trade"


class TrackState(StrEnum):
    """环节办理状态。"""

    PLANNED = "planned"
    READY = "ready"
    IN_PROGRESS = "in_progress"
    INFO_REQUESTED = "info_requested"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    CONDITIONALLY_APPROVED = "conditionally_approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    WAIVED = "waived"
    EXPIRED = "expired"


class Act(StrEnum):
    """推动办理的动作。"""

    OPEN = "open"
    ACCEPT = "accept"
    REQUEST_INFO = "request_info"
    SUPPLY_INFO = "supply_info"
    SUBMIT = "submit"
    APPROVE = "approve"
    CONDITIONALLY_APPROVE = "conditionally_approve"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    WAIVE = "waive"
    EXPIRE = "expire"
    REOPEN = "reopen"


S, A = TrackState, Act

_LEAVE = {A.WITHDRAW: S.WITHDRAWN, A.WAIVE: S.WAIVED, A.EXPIRE: S.EXPIRED}
_AGAIN = {A.REOPEN: S.IN_PROGRESS}
_ROWS: Mapping[TrackState, Mapping[Act, TrackState]] = {
    S.PLANNED: {A.OPEN: S.READY, A.WITHDRAW: S.WITHDRAWN, A.WAIVE: S.WAIVED},
    S.READY: {A.ACCEPT: S.IN_PROGRESS, **_LEAVE},
    S.IN_PROGRESS: {A.REQUEST_INFO: S.INFO_REQUESTED, A.SUBMIT: S.SUBMITTED, **_LEAVE},
    S.INFO_REQUESTED: {A.SUPPLY_INFO: S.IN_PROGRESS, A.SUBMIT: S.SUBMITTED, **_LEAVE},
    S.SUBMITTED: {
        A.APPROVE: S.APPROVED,
        A.CONDITIONALLY_APPROVE: S.CONDITIONALLY_APPROVED,
        A.REJECT: S.REJECTED,
        A.REQUEST_INFO: S.INFO_REQUESTED,
        **_LEAVE,
    },
    S.APPROVED: {A.WITHDRAW: S.WITHDRAWN, A.EXPIRE: S.EXPIRED, **_AGAIN},
    S.CONDITIONALLY_APPROVED: {
        A.APPROVE: S.APPROVED,
        A.REJECT: S.REJECTED,
        A.WITHDRAW: S.WITHDRAWN,
        A.EXPIRE: S.EXPIRED,
        **_AGAIN,
    },
    S.REJECTED: _AGAIN,
    S.WITHDRAWN: _AGAIN,
    S.WAIVED: _AGAIN,
    S.EXPIRED: _AGAIN,
}

MOVES: Mapping[tuple[TrackState, Act], TrackState | None] = {
    (state, act): _ROWS[state].get(act) for state in TrackState for act in Act
}
"""Every state and every act; None where the act is refused."""

FAVOURABLE = frozenset({S.APPROVED, S.CONDITIONALLY_APPROVED, S.WAIVED})
"""The case may go on from here."""

SETTLED = FAVOURABLE | {S.REJECTED, S.WITHDRAWN, S.EXPIRED}
"""Nobody is working on it any more."""

DECISIONS = frozenset({S.APPROVED, S.CONDITIONALLY_APPROVED, S.REJECTED, S.WAIVED})
"""What takes a current credit result and a valid consent (信 comes first)."""

# Whoever decides has by that received the file and closed it: both steps are recorded too.
_IMPLIED = (A.ACCEPT, A.SUBMIT)


def move(state: TrackState, act: Act) -> TrackState | None:
    """Where the act leads from here; None if it is refused."""
    return MOVES[state, act]


@cache
def find_path(state: TrackState, outcome: TrackState) -> tuple[Act, ...] | None:
    """The acts by which a holder reaches `outcome`: implied ones, then the act itself."""
    for act in Act:
        if act is not A.OPEN and move(state, act) is outcome:
            return (act,)
    for act in _IMPLIED:
        after = move(state, act)
        rest = find_path(after, outcome) if after is not None else None
        if rest is not None:
            return (act, *rest)
    return None


@cache
def list_outcomes(state: TrackState) -> tuple[TrackState, ...]:
    """What a holder can make of a track that stands here."""
    return tuple(outcome for outcome in TrackState if find_path(state, outcome) is not None)


@dataclass(frozen=True, slots=True)
class StageInfo:
    """What a stage is called, what it is for and which roles may decide it."""

    stage: Stage
    zh: str
    name: Text
    meaning: Text
    deciders: tuple[str, ...]
    may_be_waived: bool = True


STAGES: Mapping[Stage, StageInfo] = {
    info.stage: info
    for info in (
        StageInfo(
            Stage.CREDIT,
            "信",
            Text("诚信和增信", "credit and credit enhancement"),
            Text(
                "首要环节：在企业授权内读取信用画像，形成有有效期的信用结果；偏弱时转入增信，不终止办件",
                "comes first: within the enterprise's consent the profile is read and a result with"
                " a validity is fixed; a weak one opens enhancement and does not end the case",
            ),
            ("officer",),
            may_be_waived=False,
        ),
        StageInfo(
            Stage.EVALUATION,
            "评",
            Text("评估", "appraisal"),
            Text(
                "对科技成果的成熟度与价值进行评估并出具报告",
                "appraisal of the achievement's readiness and value, with a report",
            ),
            ("broker",),
        ),
        StageInfo(
            Stage.INSURANCE,
            "保",
            Text("保险或担保", "insurance or guarantee"),
            Text(
                "科技保险或融资担保，分担转化风险",
                "insurance or a guarantee that shares the risk of the transformation",
            ),
            ("insurer",),
        ),
        StageInfo(
            Stage.LOAN,
            "贷",
            Text("贷款", "loan"),
            Text("银行受理、尽调并作出授信决定", "a bank accepts, examines and decides on credit"),
            ("bank",),
        ),
        StageInfo(
            Stage.INVESTMENT,
            "投",
            Text("投资", "investment"),
            Text("天使或创投基金作出投资决定", "an angel or venture fund decides to invest"),
            ("fund",),
        ),
        StageInfo(
            Stage.TRADE,
            "易",
            Text("交易转化", "trade and transformation"),
            Text(
                "最终目标：技术合同登记等交易记录形成后，办件以“已转化”结束",
                "the goal: with a trade record (a registered technology contract) the case ends"
                " transformed",
            ),
            ("exchange",),
            may_be_waived=False,
        ),
    )
}

"""What the files of 评 保 贷 投 have in common: opening, seeing, stepping, following their case.

Locks are always taken in this order: the case, its files, what is in force for the firm, a pool.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gateway.rules import appraisals, guarantees, investments, loans
from gateway.rules.cases import Case, CaseState
from gateway.rules.files import Phase
from gateway.rules.ledger import Actor, CaseEvent, EventKind, Json
from gateway.rules.packing import pack, unpack
from gateway.rules.stages import SETTLED, Stage
from gateway.rules.story import Story
from gateway.rules.supports import (
    Doing,
    Noun,
    Step,
    Support,
    Table,
    find_broken_step,
    open_file,
    take_step,
)
from gateway.schemas.supports import StepList, SupportQuery, describe_steps
from gateway.store.cases import lock_case
from gateway.store.supports import (
    add_step,
    add_support,
    find_live_file,
    get_support,
    list_live_files,
    list_steps,
    list_supports,
    lock_support,
)
from kit.auth import Principal
from kit.clock import now, today
from kit.db import ReadSession, WriteSession, new_id
from kit.errors import RuleBroken, no_such
from kit.pages import encode_cursor, read_key
from kit.text import Text
from kit.versions import require_match

TABLES: Mapping[Noun, Table] = {
    Noun.LOAN: loans.MOVES,
    Noun.GUARANTEE: guarantees.MOVES,
    Noun.APPRAISAL: appraisals.MOVES,
    Noun.INVESTMENT: investments.MOVES,
}
_UNDECIDED: Mapping[Noun, frozenset[str]] = {
    Noun.LOAN: frozenset(loans.UNDECIDED),
    Noun.GUARANTEE: frozenset(guarantees.UNDECIDED),
    Noun.APPRAISAL: frozenset(appraisals.UNDECIDED),
    Noun.INVESTMENT: frozenset(investments.UNDECIDED),
}
# A fund that opens a file has taken it on; the others first get an application.
_WAITING = (
    loans.LoanState.APPLIED,
    guarantees.GuaranteeState.APPLIED,
    appraisals.AppraisalState.REQUESTED,
)
_STAGE_OF: Mapping[Noun, Stage] = {
    Noun.LOAN: Stage.LOAN,
    Noun.GUARANTEE: Stage.INSURANCE,
    Noun.APPRAISAL: Stage.EVALUATION,
    Noun.INVESTMENT: Stage.INVESTMENT,
}


@dataclass(frozen=True, slots=True)
class Opening:
    """What a new file begins with."""

    noun: Noun
    act: str
    state: str
    terms: object
    holder_uscc: str | None = None
    product_id: str | None = None


def add_file(session: WriteSession, case: Case, opening: Opening, doing: Doing) -> Support:
    """Open a file at a track of the (locked) case; one at a time."""
    track = _find_track(case, _STAGE_OF[opening.noun], opening.holder_uscc)
    found = find_live_file(session, track)
    if found is not None:
        raise RuleBroken(
            "file_exists",
            Text(
                f"该环节已有办理中的档案 {found.id}",
                f"this track has a file already: {found.id}",
            ),
            id=found.id,
        )
    holder = next(one.holder for one in case.tracks if one.id == track)
    terms = pack(opening.terms)
    assert isinstance(terms, Mapping)
    draft = Support(
        id=new_id(),
        noun=opening.noun,
        case_id=case.id,
        track_id=track,
        product_id=opening.product_id,
        uscc=case.uscc,
        enterprise_name=case.enterprise_name,
        holder=holder,
        state=opening.state,
        terms=terms,
        opened_on=doing.on,
    )
    taken = open_file(draft, opening.act, doing)
    add_support(session, taken)
    return taken.support


def lock_file(
    session: WriteSession, caller: Principal, noun: Noun, support_id: str, if_match: str | None
) -> tuple[Case, Support]:
    """A file and its case, both held; at the version that the caller has read."""
    seen = get_visible_file(session, caller, noun, support_id)
    case = lock_case(session, seen.case_id)
    support = lock_support(session, noun, support_id)
    require_match(if_match, support.version)
    return case, support


def keep_step(
    session: WriteSession, support: Support, act: str, terms: object, doing: Doing
) -> Support:
    """Take a step by the noun's table and keep it."""
    packed = pack(terms)
    assert isinstance(packed, Mapping)
    taken = take_step(support, TABLES[support.noun], act, packed, doing)
    add_step(session, taken)
    return taken.support


def find_phase(support: Support) -> Phase | None:
    """How far a file is before its decision; None once it is decided."""
    if support.state not in _UNDECIDED[support.noun]:
        return None
    if support.state == loans.LoanState.RETURNED:
        return Phase.ASKED
    return Phase.WAITING if support.state in _WAITING else Phase.WORKING


def doing_of(
    actor: Actor,
    *,
    reason_code: str | None = None,
    reason: str | None = None,
    evidence: Iterable[str] = (),
) -> Doing:
    """The actor, now, with its reasons."""
    return Doing(actor, now(), today(), reason_code, reason, tuple(evidence))


def get_visible_file(
    session: ReadSession | WriteSession, caller: Principal, noun: Noun, support_id: str
) -> Support:
    """A file of the caller's own firm or institution; the bureau and auditors see all."""
    support = get_support(session, noun, support_id)
    if not (caller.sees_all or caller.uscc in (support.uscc, support.holder.uscc)):
        raise no_such("档案", "file", support_id)
    return support


def list_visible_files(
    session: ReadSession, caller: Principal, noun: Noun, query: SupportQuery
) -> tuple[list[Support], str | None]:
    """Newest first, with the cursor of the next page."""
    found = list_supports(
        session,
        noun,
        limit=query.limit + 1,
        before_id=read_key(query.cursor),
        visible_to=None if caller.sees_all else caller.uscc,
        case_id=query.case_id,
        state=query.state,
    )
    shown = found[: query.limit]
    return shown, encode_cursor(shown[-1].id) if len(found) > query.limit else None


def show_steps(session: ReadSession, caller: Principal, noun: Noun, support_id: str) -> StepList:
    """The ledger of a file."""
    get_visible_file(session, caller, noun, support_id)
    steps: list[Step] = list_steps(session, support_id)
    return describe_steps(steps, intact=find_broken_step(steps) is None)


def follow_case(session: WriteSession, story: Story) -> None:
    """What a step of the case means for the files at its tracks.

    A track that reopens takes an approval back; a track that ends takes an open file with it; and
    a track with an open file is decided through that file alone.
    """
    followed = [(event, track_id) for event in story.events for track_id in _tracks_of(event)]
    touched = {track_id for _, track_id in followed}
    files = {one.track_id: one for one in list_live_files(session, touched)}
    for event, track_id in followed:
        if track_id in files:
            files[track_id] = _follow(session, files[track_id], event)


_DECIDING = frozenset(
    {
        EventKind.TRACK_APPROVED,
        EventKind.TRACK_CONDITIONALLY_APPROVED,
        EventKind.TRACK_REJECTED,
        EventKind.TRACK_WAIVED,
    }
)
_ENDING = frozenset({EventKind.TRACK_WITHDRAWN, EventKind.TRACK_EXPIRED, EventKind.PLAN_CHANGED})


def _tracks_of(event: CaseEvent) -> list[str]:
    if event.kind is EventKind.PLAN_CHANGED:
        gone: Json = event.data.get("superseded") or []
        return [str(one) for one in gone] if isinstance(gone, list | tuple) else []
    followed = event.kind in _DECIDING | _ENDING or event.kind is EventKind.TRACK_REOPENED
    return [event.track_id] if followed and event.track_id is not None else []


def _follow(session: WriteSession, support: Support, event: CaseEvent) -> Support:
    """The file after what happened at its track."""
    doing = Doing(
        event.actor,
        event.at,
        today(),
        event.reason_code,
        event.reason or f"办件：{event.kind.value}",
    )
    undecided = support.state in _UNDECIDED[support.noun]
    if event.kind is EventKind.TRACK_REOPENED:
        return _reopen(session, support, doing)
    if undecided and event.kind in _DECIDING:
        raise RuleBroken(
            "file_open",
            Text(
                f"该环节有办理中的档案 {support.id}，请在档案中作出决定",
                f"this track has an open file, {support.id}; decide it there",
            ),
            id=support.id,
            noun=support.noun.value,
        )
    if undecided and event.kind in _ENDING:
        return keep_step(session, support, "withdraw", support.terms, doing)
    return support


def _reopen(session: WriteSession, support: Support, doing: Doing) -> Support:
    if support.noun is Noun.LOAN and support.state in loans.COMMITTED:
        loan = unpack(loans.Loan, support.terms)
        return keep_step(session, support, loans.LoanAct.REOPEN, loans.reopen_loan(loan), doing)
    if support.noun is Noun.LOAN and support.state in loans.PAID_OUT:
        return keep_step(session, support, loans.LoanAct.NOTE_CONDITION, support.terms, doing)
    if support.noun is Noun.INVESTMENT and support.state == investments.InvestmentState.CLOSED:
        investment = unpack(investments.Investment, support.terms)
        if investment.paid_yuan == investments.ZERO:
            return keep_step(session, support, investments.InvestmentAct.REOPEN, investment, doing)
    return support


def _find_track(case: Case, stage: Stage, holder_uscc: str | None) -> str:
    """The live track of a stage that a file belongs to; not one that is settled."""
    if case.state is not CaseState.OPEN:
        raise RuleBroken(
            "case_ended", Text("办件已结束", "the case has ended"), state=case.state.value
        )
    tracks = [
        one
        for one in case.list_live_tracks(stage)
        if (holder_uscc is None or one.holder.uscc == holder_uscc) and one.state not in SETTLED
    ]
    if not tracks:
        raise RuleBroken(
            "no_such_track",
            Text(
                f"该办件没有由这家机构承办、尚未办结的「{stage.value}」环节",
                f"the case has no {stage.value} track of this institution that is not settled",
            ),
            holders=[one.holder.uscc for one in case.list_live_tracks(stage)],
        )
    return tracks[0].id

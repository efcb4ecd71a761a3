"""Financing cases: opening, seeing, planning anew, closing."""

from collections.abc import Sequence

from gateway.clients.achievements import is_achievement_visible
from gateway.rules.access import may_close_case, may_see_case
from gateway.rules.cases import Case, CaseState
from gateway.rules.decisions import Opening, close_case, open_case, plan_tracks
from gateway.rules.ledger import Actor, find_first_broken
from gateway.rules.stages import Stage
from gateway.rules.story import Story
from gateway.schemas.cases import (
    CaseAnswer,
    CaseQuery,
    CaseSummary,
    Desk,
    TrackAnswer,
    describe_case,
    describe_track,
    summarize_case,
)
from gateway.schemas.events import CaseClosed, CaseOpened
from gateway.schemas.requests import CaseRequest, CloseRequest
from gateway.schemas.timelines import (
    ReceiptAnswer,
    ReceiptList,
    Timeline,
    TimelineQuery,
    describe_event,
)
from gateway.store import packs
from gateway.store.case_agencies import is_case_agency
from gateway.store.cases import get_case, list_cases, list_events, lock_case
from gateway.store.cases import take_case_number as take_number
from gateway.store.clients import find_organization_name
from gateway.store.receipts import list_receipts
from gateway.store.story import add_story
from gateway.usecases.plans import choose_plan, find_holders, make_ids
from gateway.usecases.supports import follow_case
from kit.auth import Principal, Role
from kit.clock import now, today
from kit.db import ReadSession, WriteSession, new_id
from kit.directory import Directory
from kit.errors import Forbidden, invalid, no_such
from kit.events import record_event
from kit.money import format_yuan
from kit.pages import Page, encode_cursor, read_key, read_place
from kit.text import Text
from kit.versions import match_if_given


def file_case(session: WriteSession, caller: Principal, request: CaseRequest) -> CaseAnswer:
    """立案: open a case with its plan; 信 is ready at once."""
    check_applicant(caller, request.uscc)
    case_id, plan = new_id(), choose_plan(session, request.plan)
    holders = find_holders(session, plan)
    opening = Opening(
        case_id=case_id,
        number=take_number(session, today().year),
        uscc=request.uscc,
        enterprise_name=_name_of(session, caller, request.uscc),
        title=request.title,
        amount_yuan=None if request.amount_yuan is None else format_yuan(request.amount_yuan),
        achievement_id=request.achievement_id,
        plan=plan,
        tracks=plan_tracks(plan, holders, make_ids(holders)),
    )
    story = open_case(opening, actor_of(caller, request.uscc), now(), today())
    keep_story(session, story, None)
    return describe_case(story.case, desk_of_today())


async def check_achievement(
    directory: Directory, request: CaseRequest, authorization: str | None
) -> None:
    """Refuse a case about an achievement that the caller cannot see."""
    if request.achievement_id is None:
        return
    if not await is_achievement_visible(directory, request.achievement_id, authorization):
        raise invalid(
            "/achievement_id",
            "achievement_unknown",
            Text("没有找到该科技成果", "there is no such achievement"),
        )


def check_applicant(caller: Principal, uscc: str) -> None:
    """An enterprise opens cases for itself alone; the bureau for anyone."""
    if caller.role is Role.ENTERPRISE and caller.uscc != uscc:
        raise Forbidden(
            "not_your_case",
            Text("只能为本单位立案", "an enterprise can open a case for itself only"),
        )


def find_visible_case(session: ReadSession | WriteSession, caller: Principal, case_id: str) -> Case:
    """A case that the caller may see; for others it does not exist."""
    case = get_case(session, case_id)
    if not may_see_case(case, caller.role.value, caller.uscc):
        _require_agency(session, caller, case_id)
    return case


def _require_agency(session: ReadSession | WriteSession, caller: Principal, case_id: str) -> None:
    """A case that is not the caller's own is seen by an agency appointed to it, and no one else."""
    appointed = caller.role is Role.BROKER
    if not (appointed and is_case_agency(session, case_id, caller.uscc, today())):
        raise no_such("办件", "case", case_id)


def show_case(
    session: ReadSession, caller: Principal, case_id: str, *, discloses: bool
) -> CaseAnswer:
    """A case with its stages and what comes next."""
    case = find_visible_case(session, caller, case_id)
    return describe_case(case, desk_of_today(discloses=discloses))


def show_track(
    session: ReadSession, caller: Principal, case_id: str, track_id: str, *, discloses: bool
) -> tuple[TrackAnswer, int]:
    """One track, and the version of its case."""
    case = find_visible_case(session, caller, case_id)
    track = case.find_track(track_id)
    if track is None:
        raise no_such("环节办理", "track", track_id)
    return describe_track(track, desk_of_today(discloses=discloses)), case.version


def show_cases(session: ReadSession, caller: Principal, query: CaseQuery) -> Page[CaseSummary]:
    """Newest first; everyone sees the cases that concern it."""
    cases = list_cases(
        session,
        limit=query.limit + 1,
        before_id=read_key(query.cursor),
        visible_to=None if caller.sees_all else caller.uscc,
        as_agency_on=today() if caller.role is Role.BROKER else None,
        uscc=query.uscc,
        state=query.state,
    )
    shown, desk = cases[: query.limit], desk_of_today()
    cursor = encode_cursor(shown[-1].id) if len(cases) > query.limit else None
    return Page(items=[summarize_case(case, desk) for case in shown], next_cursor=cursor)


def show_timeline(
    session: ReadSession,
    caller: Principal,
    case_id: str,
    query: TimelineQuery,
    *,
    discloses: bool,
) -> Timeline:
    """The ledger of a case; its chain of hashes is checked at each look."""
    case = find_visible_case(session, caller, case_id)
    events = list_events(session, case_id)
    rest = [event for event in events if event.sequence > (read_place(query.cursor) or 0)]
    shown = rest[: query.limit]
    cursor = encode_cursor(shown[-1].sequence) if len(rest) > query.limit else None
    return Timeline(
        items=[describe_event(event, case, discloses=discloses) for event in shown],
        next_cursor=cursor,
        intact=find_first_broken(events) is None,
    )


def end_case(
    session: WriteSession,
    caller: Principal,
    case_id: str,
    request: CloseRequest,
    if_match: str | None,
    *,
    discloses: bool,
) -> CaseAnswer:
    """终止: close a case without a trade, with a published reason."""
    case = find_visible_case(session, caller, case_id)
    if not may_close_case(case, caller.role.value, caller.uscc):
        raise Forbidden(
            "not_allowed_at_case",
            Text("只有企业本身或科技局可以终止办件", "only the enterprise or the bureau closes it"),
        )
    check_reason(request.reason_code, request.reason, packs.list_close_reasons())
    match_if_given(if_match, case.version)
    locked = lock_case(session, case_id)
    match_if_given(if_match, locked.version)
    story = close_case(
        locked,
        request.reason_code,
        request.reason,
        actor_of(caller, case.uscc),
        now(),
        today(),
    )
    keep_story(session, story, locked)
    return describe_case(story.case, desk_of_today(discloses=discloses))


def show_receipts(session: ReadSession, caller: Principal, case_id: str) -> ReceiptList:
    """What the exchange answered about a case."""
    find_visible_case(session, caller, case_id)
    items = [
        ReceiptAnswer(
            id=row.id,
            at=row.at,
            track_id=row.track_id,
            attempts=row.attempts,
            simulated=row.simulated,
            request=row.request,
            status=row.status,
            answer=row.answer,
        )
        for row in list_receipts(session, case_id)
    ]
    return ReceiptList(items=items)


def keep_story(session: WriteSession, story: Story, before: Case | None) -> None:
    """Write what was decided, and tell the other houses when a case begins or ends."""
    case = story.case
    if add_story(session, story, before):
        follow_case(session, story)
    kind = CaseOpened if before is None else CaseClosed
    if before is None or case.state is not CaseState.OPEN:
        event = kind(
            case_id=case.id,
            uscc=case.uscc,
            achievement_id=case.achievement_id,
            state=case.state.value,
            closed_on=case.closed_on,
        )
        record_event(session, event, subject=case.uscc)


def actor_of(caller: Principal, case_uscc: str) -> Actor:
    """The caller as the ledger names it; the bureau acts on behalf of the enterprise."""
    behalf = case_uscc if caller.role is Role.OFFICER and caller.uscc != case_uscc else None
    return Actor(caller.client_id, caller.role.value, caller.uscc, caller.org_name, behalf)


def desk_of_today(*, discloses: bool = True) -> Desk:
    """Today, the calendar and the terms; `discloses`: whether 信 may be shown."""
    return Desk(today(), packs.get_calendar(), packs.get_terms(), discloses)


def check_reason(
    code: str, reason: str | None, published: Sequence[packs.ReasonCode], stage: Stage | None = None
) -> None:
    """Refuse a reason that is not on the published list, or an "other" without words."""
    fitting = [
        one.code for one in published if stage is None or not one.stages or stage in one.stages
    ]
    if code not in fitting:
        raise invalid(
            "/reason_code",
            "reason_code_unknown",
            Text("应为 " + "、".join(fitting), "must be one of " + ", ".join(fitting)),
        )
    if code == "other" and not reason:
        raise invalid(
            "/reason",
            "reason_missing",
            Text("理由为“其他”时须说明", "with `other` the reason must be said in words"),
        )


def _name_of(session: WriteSession, caller: Principal, uscc: str) -> str:
    if caller.uscc == uscc:
        return caller.org_name
    return find_organization_name(session, uscc) or uscc

"""公示: what is to be paid hangs out, and nothing is paid while an objection is open."""

from dataclasses import dataclass

from kit.auth import Principal
from kit.clock import now, today
from kit.db import ReadSession, WriteSession, new_id
from kit.errors import RuleBroken
from kit.pages import Page, PageQuery, encode_cursor, read_key
from kit.text import Text
from kit.versions import require_match
from services.subsidies.rules.applications import ApplicationState
from services.subsidies.rules.terms import TermCode
from services.subsidies.schemas.notices import (
    NoticeAnswer,
    ObjectionAnswer,
    ObjectionDecisionRequest,
    ObjectionList,
    ObjectionOutcome,
    ObjectionRequest,
    describe_notice,
    describe_objection,
    describe_objections,
)
from services.subsidies.store.applications import get_application, lock_application
from services.subsidies.store.notices import (
    add_objection,
    add_objection_decision,
    get_objection,
    list_notices,
    list_objections,
)
from services.subsidies.tables import (
    ApplicationRecord,
    ObjectionDecisionRecord,
    ObjectionRecord,
)
from services.subsidies.usecases.terms import end_of_term


def open_notice(application: ApplicationRecord) -> None:
    """公示: from today, for its working days."""
    application.notice_from = today()
    application.notice_until = end_of_term(TermCode.NOTICE)


def clear_notice(session: WriteSession, application: ApplicationRecord) -> None:
    """公示结束: the term is over and no objection is open or upheld; under the row's lock."""
    until = application.notice_until
    if until is None or today() <= until:
        raise RuleBroken(
            "notice_running",
            Text(f"公示至{until}，尚未结束", f"the notice hangs until {until}"),
            notice_until=until.isoformat() if until else None,
        )
    standing = [
        objection.id
        for objection, decision in list_objections(session, application.id)
        if decision is None or decision.outcome == ObjectionOutcome.UPHELD
    ]
    if standing:
        raise RuleBroken(
            "objections_stand",
            Text(
                "有异议未处理或已成立；成立的请不予批准",
                "objections are open or upheld; refuse the application where one is upheld",
            ),
            objections=standing,
        )


def show_notices(session: ReadSession, query: PageQuery) -> Page[NoticeAnswer]:
    """What hangs and hung out, newest first; for everyone."""
    after = read_key(query.cursor)
    found = list_notices(session, after=after, limit=query.limit + 1)
    page = found[: query.limit]
    more = len(found) > len(page)
    return Page(
        items=[describe_notice(application) for application in page],
        next_cursor=encode_cursor(page[-1].id) if more else None,
    )


def raise_objection(
    session: WriteSession, caller: Principal, application_id: str, request: ObjectionRequest
) -> ObjectionAnswer:
    """实名异议: while the notice hangs, by anyone with a token, or by the bureau for a letter."""
    application = lock_application(session, application_id)
    until = application.notice_until
    if application.state != ApplicationState.ON_NOTICE or until is None or today() > until:
        raise RuleBroken(
            "notice_closed",
            Text("该申报不在公示期", "the application is not on public notice"),
        )
    objection = ObjectionRecord(
        id=new_id(),
        application_id=application_id,
        objector=request.objector,
        contact=request.contact,
        reason=request.reason,
        raised_by=caller.client_id,
        raised_by_uscc=caller.uscc,
        raised_at=now(),
    )
    add_objection(session, objection)
    return describe_objection(objection, None)


@dataclass(frozen=True, slots=True)
class ObjectionPlace:
    """Which objection to which application."""

    application_id: str
    objection_id: str


def show_objection(session: ReadSession, application_id: str, objection_id: str) -> ObjectionAnswer:
    """One objection; for the bureau and the auditor."""
    get_objection(session, application_id, objection_id)
    return _describe(session, ObjectionPlace(application_id, objection_id))


def _describe(session: ReadSession | WriteSession, place: ObjectionPlace) -> ObjectionAnswer:
    handled = list_objections(session, place.application_id)
    return next(describe_objection(*pair) for pair in handled if pair[0].id == place.objection_id)


def decide_objection(
    session: WriteSession,
    caller: Principal,
    place: ObjectionPlace,
    request: ObjectionDecisionRequest,
    if_match: str | None,
) -> ObjectionAnswer:
    """异议处理: once, by an officer who did not review the application."""
    application = lock_application(session, place.application_id)
    objection = get_objection(session, place.application_id, place.objection_id)
    require_match(if_match, _describe(session, place).version)
    if application.reviewed_by == caller.client_id:
        raise RuleBroken(
            "second_person_needed",
            Text("审核人不能处理对该申报的异议", "who reviewed it may not decide on objections"),
        )
    decision = ObjectionDecisionRecord(
        objection_id=objection.id,
        outcome=request.outcome.value,
        reason=request.reason,
        decided_by=caller.client_id,
        decided_by_uscc=caller.uscc,
        decided_at=now(),
    )
    if not add_objection_decision(session, decision):
        raise RuleBroken(
            "objection_decided", Text("该异议已处理", "the objection was decided before")
        )
    return _describe(session, place)


def show_objections(session: ReadSession, application_id: str) -> ObjectionList:
    """All objections to an application; for the bureau and the auditor."""
    get_application(session, application_id)
    return describe_objections(list_objections(session, application_id))

"""征信查询: consent checked and counted, facts read, answer kept and log line sealed, in one
transaction. A refusal is kept too: the enterprise sees who tried.

Reading an answer again needs a consent that stands: a revoked, suspended or expired one stops
disclosure at once (domain.md §3), also of what was answered before. It uses no further read.
"""

from dataclasses import replace
from datetime import datetime

from kit.auth import Principal
from kit.clock import JINAN
from kit.db import WriteSession, new_id
from kit.errors import Forbidden, invalid, no_such
from kit.text import Text
from services.credit.rules.consents import (
    ConsentScope,
    RefusalReason,
    check_again,
    check_consent,
)
from services.credit.schemas.inquiries import InquiryRequest
from services.credit.schemas.profiles import write_json
from services.credit.store.access_log import Look, append_look
from services.credit.store.consents import lock_consent, terms_of
from services.credit.store.inquiries import add_inquiry, find_inquiry
from services.credit.store.subjects import lock_subject, touch_subjects
from services.credit.tables import ConsentRecord, InquiryRecord
from services.credit.usecases.access_log import refuse_look
from services.credit.usecases.profiles import View, draw_portrait


def inquire(session: WriteSession, caller: Principal, request: InquiryRequest) -> InquiryRecord:
    """查询: the kept answer, or a refusal that stays in the log."""
    consent = lock_consent(session, request.consent_id) if request.consent_id else None
    subject = lock_subject(session, request.uscc)
    at = touch_subjects([subject])
    _check_times(request, at)
    look = _look_of(caller, request.purpose, request.consent_id)
    reason = _find_refusal(request, caller, consent, at)
    if consent is None or reason is not None:
        refuse_look(session, subject, at, look, reason or RefusalReason.NO_CONSENT)
    consent.reads_used += 1
    inquiry, fields = _answer(session, caller, consent, request, at)
    with session.no_autoflush:
        add_inquiry(session, inquiry)
    look = replace(look, categories=tuple(consent.categories), fields=fields)
    append_look(session, subject, at, replace(look, inquiry_id=inquiry.id))
    return inquiry


def read_inquiry_again(session: WriteSession, caller: Principal, inquiry_id: str) -> bytes:
    """The same bytes again, for the institution that asked, while the consent stands."""
    inquiry = find_inquiry(session, inquiry_id)
    if inquiry is None or inquiry.institution_uscc != caller.uscc:
        raise no_such("查询记录", "inquiry", inquiry_id)
    consent = lock_consent(session, inquiry.consent_id)
    subject = lock_subject(session, inquiry.uscc)
    at = touch_subjects([subject])
    look = replace(
        _look_of(caller, inquiry.purpose, inquiry.consent_id),
        inquiry_id=inquiry_id,
        reason="read_again",
    )
    decision = check_again(None if consent is None else terms_of(consent), at)
    if consent is None or decision.reason is not None:
        reason = decision.reason or RefusalReason.UNKNOWN_CONSENT
        refuse_look(session, subject, at, look, reason)
    _check_still_shown(inquiry, at)
    append_look(session, subject, at, replace(look, categories=tuple(consent.categories)))
    return inquiry.answer


def _find_refusal(
    request: InquiryRequest, caller: Principal, consent: ConsentRecord | None, at: datetime
) -> RefusalReason | None:
    if request.consent_id is None:
        return RefusalReason.NO_CONSENT
    terms = None if consent is None else terms_of(consent)
    return check_consent(terms, caller.uscc, request.uscc, request.purpose, at).reason


def _look_of(caller: Principal, purpose: str, consent_id: str | None) -> Look:
    return Look(
        institution_uscc=caller.uscc,
        institution_name=caller.org_name,
        client_id=caller.client_id,
        purpose=purpose,
        consent_id=consent_id,
        outcome="disclosed",
    )


def _answer(
    session: WriteSession,
    caller: Principal,
    consent: ConsentRecord,
    request: InquiryRequest,
    at: datetime,
) -> tuple[InquiryRecord, tuple[str, ...]]:
    """Draw the profile and write the answer's bytes, once and for all."""
    view = _view(request, consent, at)
    with session.no_autoflush:
        portrait = draw_portrait(session, request.uscc, view)
    inquiry = InquiryRecord(
        id=new_id(),
        uscc=consent.uscc,
        institution_uscc=caller.uscc,
        client_id=caller.client_id,
        purpose=consent.purpose,
        consent_id=consent.id,
        as_of=view.as_of,
        known_at=view.known_at,
        asked_at=at.astimezone(JINAN),
        scorecard_id=portrait.card.id,
        scorecard_version=portrait.card.version,
        score=portrait.profile.score,
        grade=portrait.profile.grade.code,
        input_hash=portrait.input_hash,
        readable_until=portrait.readable_until,
    )
    inquiry.answer = write_json(
        {
            "id": inquiry.id,
            "uscc": inquiry.uscc,
            "institution_uscc": inquiry.institution_uscc,
            "purpose": inquiry.purpose,
            "consent_id": inquiry.consent_id,
            "as_of": view.as_of.isoformat(),
            "known_at": view.known_at.isoformat(),
            "asked_at": inquiry.asked_at.isoformat(),
            "profile": portrait.content,
            "input_hash": portrait.input_hash,
        }
    )
    return inquiry, portrait.fields


def _view(request: InquiryRequest, consent: ConsentRecord, at: datetime) -> View:
    today = at.astimezone(JINAN).date()
    return View(
        categories=frozenset(consent.categories),
        scope=ConsentScope(consent.scope),
        as_of=request.as_of or today,
        known_at=(request.known_at or at).astimezone(JINAN),
        asked_on=today,
    )


def _check_times(request: InquiryRequest, at: datetime) -> None:
    if request.as_of is not None and request.as_of > at.astimezone(JINAN).date():
        raise invalid("/as_of", "in_the_future", _NOT_YET)
    if request.known_at is not None and request.known_at > at:
        raise invalid("/known_at", "in_the_future", _NOT_YET)


_NOT_YET = Text("不能查询将来的情况", "nobody knows the future; give a moment that is past")


def _check_still_shown(inquiry: InquiryRecord, at: datetime) -> None:
    """山东省社会信用条例 art. 38: an old answer must not keep a negative fact alive."""
    gone = inquiry.readable_until
    if gone is not None and gone <= at.astimezone(JINAN).date():
        raise Forbidden(
            "answer_expired",
            Text(
                f"所答内容含自{gone}起不得再提供的负面信息，请重新查询",
                f"it holds a negative fact that may not be told from {gone} on; inquire again",
            ),
            gone_from=gone.isoformat(),
        )

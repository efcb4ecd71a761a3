"""征信查询: consent checked and counted, facts read, answer kept and log line sealed, in one
transaction. A refusal is kept too: the enterprise sees who tried.

Reading an answer again needs a consent that stands: a revoked, suspended or expired one stops
disclosure at once (domain.md §3), also of what was answered before. It uses no further read.
"""

from dataclasses import replace
from datetime import datetime
from typing import NoReturn

from kit.auth import Principal
from kit.clock import JINAN, today
from kit.db import WriteSession, new_id
from kit.errors import Forbidden, invalid, no_such
from kit.text import Text
from services.credit.rules.consents import (
    RefusalReason,
    check_again,
    check_consent,
    count_reads_of,
    keep_until,
)
from services.credit.schemas.inquiries import InquiryRequest
from services.credit.schemas.profiles import Json, write_json
from services.credit.store.access_log import Look, append_look
from services.credit.store.catalogue import get_catalogue
from services.credit.store.consents import lock_consent, terms_of
from services.credit.store.inquiries import find_inquiry
from services.credit.store.looks import Held, KeptAnswer, hold_for_look, keep_look, keep_refusal
from services.credit.store.readers import has_stopped_facts
from services.credit.store.signing import join_signature, sign_answer
from services.credit.store.subjects import lock_subject, touch_subjects
from services.credit.tables import InquiryRecord
from services.credit.usecases.access_log import refusal_of, refuse_look
from services.credit.usecases.profiles import View, compose_portrait


def inquire(session: WriteSession, caller: Principal, request: InquiryRequest) -> KeptAnswer:
    """查询: the kept answer, or a refusal that stays in the log."""
    held = _hold(session, request)
    if held is None:
        _refuse_unknown(session, caller, request)
    _check_times(request, held.at)
    look = _look_of(caller, request.purpose, request.consent_id)
    at = held.at.astimezone(JINAN)
    reason = check_consent(held.terms, caller.uscc, request.uscc, request.purpose, at).reason
    if reason is not None:
        keep_refusal(session, held, replace(look, outcome="refused", reason=reason.value))
        raise refusal_of(reason)
    answer, fields = _answer(session, caller, held, request)
    look = replace(look, categories=held.categories, fields=fields, inquiry_id=answer.id)
    keep_look(session, held, look, answer, count_reads_of(held.terms, at.date()) + 1)
    return answer


def _hold(session: WriteSession, request: InquiryRequest) -> Held | None:
    """Consent and enterprise, locked; None where no consent was named or it is not known."""
    if request.consent_id is None:
        return None
    asked = (request.consent_id, request.uscc, request.known_at, request.as_of or today())
    held = hold_for_look(session, *asked)
    if held is not None or lock_consent(session, request.consent_id) is None:
        return held
    lock_subject(session, request.uscc)  # the first time that anybody asks about it
    return hold_for_look(session, *asked)


def _refuse_unknown(session: WriteSession, caller: Principal, request: InquiryRequest) -> NoReturn:
    subject = lock_subject(session, request.uscc)
    at = touch_subjects([subject])
    _check_times(request, at)
    named = request.consent_id is not None
    reason = RefusalReason.UNKNOWN_CONSENT if named else RefusalReason.NO_CONSENT
    look = _look_of(caller, request.purpose, request.consent_id)
    refuse_look(session, subject, at, look, reason)


def read_signed_answer(session: WriteSession, caller: Principal, inquiry_id: str) -> str:
    """已签名的答复: the answer and its signature as one compact JWS."""
    inquiry = read_inquiry_again(session, caller, inquiry_id)
    if inquiry.signature is None:
        raise no_such("已签名的查询记录", "signed inquiry", inquiry_id)
    return join_signature(inquiry.signature, inquiry.answer)


def print_inquiry(session: WriteSession, caller: Principal, inquiry_id: str) -> bytes:
    """查询报告: the same answer on paper."""
    # Here, not above: the printer's library takes half a second, and few processes ever print.
    from services.credit.schemas.reports import print_report

    inquiry = read_inquiry_again(session, caller, inquiry_id)
    purpose = get_catalogue().purposes.get(inquiry.purpose)
    name = purpose.name.zh if purpose else inquiry.purpose
    return print_report(inquiry.answer, inquiry.signature, name, caller.org_name)


def read_inquiry_again(session: WriteSession, caller: Principal, inquiry_id: str) -> InquiryRecord:
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
    _check_still_shown(session, inquiry, at)
    append_look(session, subject, at, replace(look, categories=tuple(consent.categories)))
    return inquiry


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
    session: WriteSession, caller: Principal, held: Held, request: InquiryRequest
) -> tuple[KeptAnswer, tuple[str, ...]]:
    """Draw the profile and write the answer's bytes, once and for all."""
    view = _view(request, held)
    portrait = compose_portrait(request.uscc, view, held.known)
    inquiry_id, asked_at = new_id(), held.at.astimezone(JINAN)
    last_day = keep_until(view.asked_on, held.keep_days)
    content: Json = {
        "id": inquiry_id,
        "uscc": request.uscc,
        "institution_uscc": caller.uscc,
        "purpose": request.purpose,
        "consent_id": held.consent_id,
        "as_of": view.as_of.isoformat(),
        "known_at": view.known_at.isoformat(),
        "asked_at": asked_at.isoformat(),
        "keep_until": None if last_day is None else last_day.isoformat(),
        "profile": portrait.content,
        "input_hash": portrait.input_hash,
    }
    written = write_json(content)
    answer = KeptAnswer(
        id=inquiry_id,
        as_of=view.as_of,
        known_at=view.known_at,
        asked_at=asked_at,
        scorecard_id=portrait.card.id,
        scorecard_version=portrait.card.version,
        score=portrait.profile.score,
        grade=portrait.profile.grade.code,
        input_hash=portrait.input_hash,
        answer=written,
        readable_until=portrait.readable_until,
        keep_until=last_day,
        fact_ids=portrait.fact_ids,
        signature=sign_answer(session, written),
    )
    return answer, portrait.fields


def _view(request: InquiryRequest, held: Held) -> View:
    return View(
        categories=frozenset(held.categories),
        scope=held.scope,
        as_of=held.as_of,
        known_at=(request.known_at or held.at).astimezone(JINAN),
        asked_on=held.at.astimezone(JINAN).date(),
    )


def _check_times(request: InquiryRequest, at: datetime) -> None:
    if request.as_of is not None and request.as_of > at.astimezone(JINAN).date():
        raise invalid("/as_of", "in_the_future", _NOT_YET)
    if request.known_at is not None and request.known_at > at:
        raise invalid("/known_at", "in_the_future", _NOT_YET)


_NOT_YET = Text("不能查询将来的情况", "nobody knows the future; give a moment that is past")


def _check_still_shown(session: WriteSession, inquiry: InquiryRecord, at: datetime) -> None:
    """条例 art. 38: an old answer must not keep a negative fact alive; nor outlive its consent."""
    if has_stopped_facts(session, inquiry.fact_ids, at.astimezone(JINAN).date()):
        raise Forbidden(
            "answer_expired",
            Text(
                "所答内容含已修复、删除或撤销的负面信息，不得再提供，请重新查询",
                "it holds a negative fact that was repaired, removed or revoked; inquire again",
            ),
        )
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
    last_day = inquiry.keep_until
    if last_day is not None and last_day < at.astimezone(JINAN).date():
        raise Forbidden(
            "answer_no_longer_kept",
            Text(
                f"按授权，所答内容只可保存至{last_day}，请重新查询",
                f"by the consent it could be kept until {last_day}; inquire again",
            ),
            keep_until=last_day.isoformat(),
        )

"""信 in the financing flow: a result within consent, and whether consent still stands."""

from datetime import datetime, timedelta

from kit.clock import JINAN, now
from kit.db import ReadSession, WriteSession, new_id
from services.credit.rules.consents import ConsentScope, RefusalReason
from services.credit.schemas.credit_results import (
    CreditResultAnswer,
    CreditResultRequest,
    StandingAnswers,
    StandingConsent,
    StandingQuestions,
)
from services.credit.schemas.profiles import ScorecardRef, show_points
from services.credit.store.access_log import Look, append_look
from services.credit.store.consents import find_standing, lock_standing
from services.credit.store.readers import add_disclosures
from services.credit.store.subjects import lock_subject, touch_subjects
from services.credit.tables import ConsentRecord, DisclosureRecord
from services.credit.usecases.access_log import refuse_look
from services.credit.usecases.profiles import Portrait, View, draw_portrait

PURPOSE = "financing_case"


def assess_case(session: WriteSession, request: CreditResultRequest) -> CreditResultAnswer:
    """信用结果: score and grade where the enterprise consented to one of the parties.

    Logged as a look with purpose `financing_case`; it uses no read of the consents.
    """
    consents = lock_standing(session, request.uscc, request.parties, now())
    subject = lock_subject(session, request.uscc)
    at = touch_subjects([subject])
    if not consents:
        refuse_look(session, subject, at, _look(request, []), RefusalReason.NO_CONSENT)
    view = _view(consents, at)
    portrait = draw_portrait(session, request.uscc, view)
    append_look(session, subject, at, _look(request, consents, portrait))
    add_disclosures(session, [_told(request, each, portrait, at) for each in consents])
    return _describe(consents, view, portrait)


def check_standings(session: ReadSession, request: StandingQuestions) -> StandingAnswers:
    """授权是否仍有效: before each later decision of a case, and before each look at it."""
    asked = [(one.uscc, one.parties) for one in request.questions]
    return StandingAnswers(stands=find_standing(session, asked, now()))


def _view(consents: list[ConsentRecord], at: datetime) -> View:
    today = at.astimezone(JINAN).date()
    return View(
        categories=frozenset(code for consent in consents for code in consent.categories),
        scope=ConsentScope.SUMMARY,
        as_of=today,
        known_at=at.astimezone(JINAN),
        asked_on=today,
    )


def _look(
    request: CreditResultRequest, consents: list[ConsentRecord], portrait: Portrait | None = None
) -> Look:
    categories = sorted({code for consent in consents for code in consent.categories})
    return Look(
        institution_uscc=request.actor.uscc,
        institution_name=request.actor.org_name,
        client_id=request.actor.client_id,
        purpose=PURPOSE,
        consent_id=consents[0].id if consents else None,
        outcome="disclosed",
        categories=tuple(categories),
        fields=portrait.fields if portrait else (),
        case_id=request.case_id,
    )


def _told(
    request: CreditResultRequest, consent: ConsentRecord, portrait: Portrait, at: datetime
) -> DisclosureRecord:
    return DisclosureRecord(
        id=new_id(),
        uscc=request.uscc,
        institution_uscc=consent.institution_uscc,
        case_id=request.case_id,
        fact_ids=list(portrait.fact_ids),
        readable_until=portrait.readable_until,
        at=at,
    )


def _describe(consents: list[ConsentRecord], view: View, portrait: Portrait) -> CreditResultAnswer:
    profile, card = portrait.profile, portrait.card
    return CreditResultAnswer(
        consents=[_describe_consent(each) for each in consents],
        score=show_points(profile.score),
        grade=profile.grade.code,
        grade_label=profile.grade.label.zh,
        weak=profile.weak,
        scorecard=ScorecardRef(id=card.id, version=card.version),
        as_of=view.as_of,
        known_at=view.known_at,
        valid_until=view.as_of + timedelta(days=card.result_valid_days),
        input_hash=portrait.input_hash,
        inquiry_id=None,
    )


def _describe_consent(consent: ConsentRecord) -> StandingConsent:
    return StandingConsent(
        id=consent.id,
        institution_uscc=consent.institution_uscc,
        purpose=consent.purpose,
        valid_until=consent.valid_until,
    )

"""What is known of an enterprise, shown to itself; a look by the bureau leaves its trace."""

from datetime import datetime

from kit.auth import Principal
from kit.clock import JINAN
from kit.db import WriteSession
from kit.errors import invalid
from kit.pages import Page, encode_cursor, read_place
from kit.text import Text
from services.credit.rules.catalogue import Catalogue, Disclosure
from services.credit.rules.consents import ConsentScope
from services.credit.rules.disputes import beside
from services.credit.rules.facts import Fact, standing_facts
from services.credit.schemas.enterprises import (
    FactQuery,
    KnownFactAnswer,
    SelfProfileAnswer,
    ViewQuery,
    describe_fact,
)
from services.credit.schemas.profiles import ProfileAnswer
from services.credit.store.access_log import Look, append_look
from services.credit.store.catalogue import get_catalogue
from services.credit.store.known import read_known
from services.credit.store.subjects import lock_subject, touch_subjects
from services.credit.usecases.access_log import require_own_enterprise
from services.credit.usecases.profiles import View, draw_portrait

PURPOSE = "supervision"


def show_facts(
    session: WriteSession, caller: Principal, uscc: str, query: FactQuery
) -> Page[KnownFactAnswer]:
    """信用信息自查: every fact that stands, with source, marks and until when it is shown."""
    require_own_enterprise(caller, uscc)
    catalogue, at = get_catalogue(), _look(session, caller, uscc)
    view = _view(query, at)
    known = read_known(session, uscc, view.known_at, view.as_of)
    standing = standing_facts(known.facts, catalogue, view.as_of, view.known_at, view.asked_on)
    facts = [fact for fact in standing if _may_see(fact, catalogue, caller, query.item)]
    marks = beside(facts, known.marks)
    start = read_place(query.cursor) or 0
    following = start + query.limit
    return Page(
        items=[
            describe_fact(fact, catalogue, marks, view.as_of) for fact in facts[start:following]
        ],
        next_cursor=encode_cursor(following) if following < len(facts) else None,
    )


def show_profile(
    session: WriteSession, caller: Principal, uscc: str, query: ViewQuery
) -> SelfProfileAnswer:
    """自查画像: the profile as an institution with every category would see it."""
    require_own_enterprise(caller, uscc)
    view = _view(query, _look(session, caller, uscc))
    portrait = draw_portrait(session, uscc, view)
    return SelfProfileAnswer(
        uscc=uscc,
        as_of=view.as_of,
        known_at=view.known_at,
        profile=ProfileAnswer.model_validate(portrait.content),
        input_hash=portrait.input_hash,
    )


def _look(session: WriteSession, caller: Principal, uscc: str) -> datetime:
    """The instant of the look; one by anybody but the enterprise itself is logged."""
    subject = lock_subject(session, uscc)
    at = touch_subjects([subject])
    if caller.uscc != uscc:
        look = Look(
            institution_uscc=caller.uscc,
            institution_name=caller.org_name,
            client_id=caller.client_id,
            purpose=PURPOSE,
            consent_id=None,
            outcome="disclosed",
            categories=tuple(sorted(get_catalogue().categories)),
        )
        append_look(session, subject, at, look)
    session.flush()
    return at


def _view(query: ViewQuery, at: datetime) -> View:
    today = at.astimezone(JINAN).date()
    for name, late in (
        ("as_of", query.as_of is not None and query.as_of > today),
        ("known_at", query.known_at is not None and query.known_at > at),
    ):
        if late:
            raise invalid(
                f"?{name}",
                "in_the_future",
                Text("不能查询将来的情况", "nobody knows the future; give a moment that is past"),
            )
    return View(
        categories=frozenset(get_catalogue().categories),
        scope=ConsentScope.DETAIL,
        as_of=query.as_of or today,
        known_at=(query.known_at or at).astimezone(JINAN),
        asked_on=today,
    )


def _may_see(fact: Fact, catalogue: Catalogue, caller: Principal, wanted: str | None) -> bool:
    open_to_it = catalogue.items[fact.item].disclosure is not Disclosure.GOVERNMENT_ONLY
    return (caller.sees_all or open_to_it) and wanted in (None, fact.item)

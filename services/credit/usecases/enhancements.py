"""增信: proposed where the profile is weak, to the enterprise itself and to the bureau."""

from kit.auth import Principal
from kit.clock import JINAN, now
from kit.db import ReadSession
from services.credit.rules.consents import ConsentScope
from services.credit.rules.enhancements import Patent, Wish, propose_measures
from services.credit.schemas.enhancements import (
    EnhancementAnswer,
    EnhancementRequest,
    describe_enhancements,
    facts_of,
)
from services.credit.schemas.profiles import show_points
from services.credit.store.catalogue import get_catalogue
from services.credit.store.enhancements import get_enhancements
from services.credit.usecases.access_log import require_own_enterprise
from services.credit.usecases.profiles import View, draw_portrait


def propose_enhancements(
    session: ReadSession, caller: Principal, uscc: str, request: EnhancementRequest
) -> EnhancementAnswer:
    """增信建议 for one's own enterprise; nothing is kept."""
    require_own_enterprise(caller, uscc)
    at, pack = now(), get_enhancements()
    today = at.astimezone(JINAN).date()
    every = frozenset(get_catalogue().categories)
    view = View(every, ConsentScope.DETAIL, today, at, today)
    portrait = draw_portrait(session, uscc, view)
    patents = [Patent(each.number, facts_of(each)) for each in request.patents]
    wish = Wish(request.amount_yuan, request.debt_ends_on)
    weak = portrait.profile.weak
    proposals = propose_measures(pack, portrait.fields, patents, wish) if weak else []
    score = show_points(portrait.profile.score)
    return describe_enhancements(uscc, today, score, weak, pack, proposals)

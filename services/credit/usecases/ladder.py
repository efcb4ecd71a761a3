"""梯次培育: where an enterprise stands on a day, and what the next rung asks for."""

from datetime import date

from kit.auth import Principal
from kit.clock import now, today
from kit.db import ReadSession
from kit.errors import invalid
from kit.text import Text
from services.credit.rules.facts import Fact, standing_facts
from services.credit.rules.ladder import climb
from services.credit.rules.scoring import group_facts, score
from services.credit.rules.verdicts import Verdict
from services.credit.schemas.ladder import LadderAnswer, describe_climb
from services.credit.store.catalogue import get_catalogue
from services.credit.store.known import read_known
from services.credit.store.ladder import get_ladder
from services.credit.store.scorecards import find_scorecard
from services.credit.usecases.access_log import require_own_enterprise


def show_ladder(
    session: ReadSession, caller: Principal, uscc: str, on: date | None
) -> LadderAnswer:
    """For the enterprise itself, the bureau and the auditor; today, or as of a past day."""
    require_own_enterprise(caller, uscc)
    day = on or today()
    if day > today():
        raise invalid("?on", "in_the_future", Text("日期在将来", "the day lies in the future"))
    facts = _list_standing(session, uscc, day)
    ladder = get_ladder()
    cards = [rung.card for rung in ladder.rungs if rung.card is not None]
    verdicts = {card: found for card in cards if (found := _judge(card, facts, day)) is not None}
    return describe_climb(uscc, day, ladder, climb(ladder, group_facts(facts), verdicts, day))


def _list_standing(session: ReadSession, uscc: str, day: date) -> list[Fact]:
    catalogue, at = get_catalogue(), now()
    known = read_known(session, uscc, at, day)
    return standing_facts(known.facts, catalogue, day, at, today())


def _judge(card_id: str, facts: list[Fact], day: date) -> Verdict | None:
    card = find_scorecard(card_id, day)
    return None if card is None else score(card, get_catalogue(), facts, day).verdict

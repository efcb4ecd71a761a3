"""Feedback on matches, and the weights that are learned from it."""

from collections.abc import Mapping, Sequence

from sqlalchemy import RowMapping

from kit.auth import Principal
from kit.clock import today
from kit.db import ReadSession, WriteSession
from kit.errors import Forbidden, invalid
from kit.jobs import Work
from kit.text import Text
from services.achievements.rules.history import Change
from services.achievements.rules.kinds import Kind
from services.achievements.rules.match_texts import FoundMatch
from services.achievements.rules.matching import MatchingTerms, count_evidence, learn_weights
from services.achievements.schemas.matches import FeedbackBody
from services.achievements.store.history import add_history
from services.achievements.store.market_terms import matching_on
from services.achievements.store.matches import (
    add_weights,
    keep_feedback,
    list_feedback,
    list_judgements,
    list_weights,
)
from services.achievements.store.records import get_record
from services.achievements.usecases.board import board
from services.achievements.usecases.callers import actor_of, plain_row, viewer_of
from services.achievements.usecases.matching import Look, current_weights, rank_answers

LEARN = "matching.learn-weights"


def give_feedback(
    session: WriteSession, principal: Principal, demand_id: str, body: FeedbackBody
) -> Mapping[str, object]:
    """Keep what the demand's owner, the thing's owner or the bureau thinks of a match."""
    viewer = viewer_of(principal)
    demand = get_record(session, Kind.DEMANDS, demand_id, viewer)
    weights = current_weights(session)
    found = rank_answers(Look(session, viewer), plain_row(demand), [body.kind], weights)
    match = next((one for one in found if one.thing_id == body.thing_id), None)
    if match is None:
        message = Text("这不是该需求的匹配结果", "this is no match of the demand")
        raise invalid("/thing_id", "not_a_match", message)
    _require_party(principal, demand["owner_uscc"], match)
    held = [reason.code.value for reason in match.judged.reasons if reason.holds]
    values = {
        **body.model_dump(mode="json"),
        "demand_id": demand_id,
        "organization_uscc": principal.uscc,
        "reasons": held,
        "client_id": principal.client_id,
    }
    keep_feedback(session, values)
    change = Change(demand_id, demand["version"], f"match_{body.verdict}")
    add_history(session, Kind.DEMANDS, actor_of(principal, reason=body.note), [change])
    return next(
        plain_row(row)
        for row in list_feedback(session, demand_id)
        if (row["thing_id"], row["organization_uscc"]) == (body.thing_id, principal.uscc)
    )


def read_feedback(
    session: ReadSession, principal: Principal, demand_id: str
) -> Sequence[RowMapping]:
    """Verdicts on the matches of a demand: all for the bureau, else the caller's own."""
    get_record(session, Kind.DEMANDS, demand_id, viewer_of(principal))
    found = list_feedback(session, demand_id)
    return [
        row for row in found if principal.sees_all or row["organization_uscc"] == principal.uscc
    ]


@board.task(LEARN, cron="20 2 * * *")
def learn_from_feedback(work: Work) -> None:
    """Work the weights out anew from all standing verdicts; kept where they have changed."""
    with work.database.write() as session:
        learn(session)


def learn(session: WriteSession) -> None:
    """The same within a transaction."""
    terms = matching_on(today())
    judgements = list_judgements(session)
    evidence = count_evidence(judgements)
    weights = learn_weights(terms.weights, evidence, terms.prior)
    if weights != current_weights(session):
        add_weights(session, weights, evidence, len(judgements))


def read_weights(session: ReadSession, limit: int) -> tuple[MatchingTerms, Sequence[RowMapping]]:
    """The weights to begin with, and those that were learned, newest first."""
    return matching_on(today()), list_weights(session, limit)


def _require_party(principal: Principal, owner_uscc: str, match: FoundMatch) -> None:
    if not principal.sees_all and principal.uscc not in (owner_uscc, match.owner_uscc):
        raise Forbidden(
            "forbidden",
            Text(
                "只有需求方、供给方和主管部门可以反馈",
                "feedback is for the two sides and the bureau",
            ),
        )

"""Matching: a demand's answers of every kind, an achievement's demands, ranked with reasons."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import assert_never

from sqlalchemy.orm import Session

from kit.auth import Principal
from kit.clock import today
from kit.db import ReadSession
from kit.pages import PageQuery, encode_cursor, read_place
from services.achievements.rules.kinds import Kind
from services.achievements.rules.match_texts import (
    FoundMatch,
    MatchesCut,
    Row,
    is_about,
    is_answer,
    name_of,
    offered_of,
    question_of_achievement,
    question_of_demand,
    score_of,
    text_of,
    wanted_of,
)
from services.achievements.rules.matching import (
    Judged,
    MatchKind,
    Offered,
    ReasonCode,
    Weights,
    judge_match,
)
from services.achievements.rules.relevance import (
    Question,
    Relevance,
    Weighed,
    blend_closeness,
    measure_relevance,
)
from services.achievements.rules.visibility import Viewer
from services.achievements.schemas.matches import DemandMatchQuery
from services.achievements.store.market_terms import matching_on
from services.achievements.store.matches import find_verdicts, find_weights
from services.achievements.store.matching import (
    Owner,
    list_brokers,
    list_candidates,
    list_nearest,
    read_owners,
    weigh_for,
)
from services.achievements.store.records import get_record
from services.achievements.store.vectors import find_closeness, find_vector
from services.achievements.usecases.callers import plain_row, viewer_of

_NOBODY = Owner()
_POSTED = {
    MatchKind.ACHIEVEMENTS: Kind.ACHIEVEMENTS,
    MatchKind.RESEARCHERS: Kind.RESEARCHERS,
    MatchKind.INSTRUMENTS: Kind.INSTRUMENTS,
    MatchKind.PLATFORMS: Kind.PLATFORMS,
}


@dataclass(frozen=True, slots=True)
class Look:
    """Who looks where: `among` are the document numbers of one writing, None for everything."""

    session: Session
    viewer: Viewer
    among: tuple[int, int] | None = None


def match_demand(
    session: ReadSession, principal: Principal, demand_id: str, query: DemandMatchQuery
) -> MatchesCut:
    """What answers a demand, of the things the caller may see; the best first."""
    viewer = viewer_of(principal)
    demand = get_record(session, Kind.DEMANDS, demand_id, viewer)
    kinds = [query.kind] if query.kind else list(MatchKind)
    weights = current_weights(session)
    found = rank_answers(Look(session, viewer), plain_row(demand), kinds, weights)
    verdicts = find_verdicts(session, principal.uscc, demand_id=demand_id)
    return _cut(found, query, verdicts, weights)


def match_achievement(
    session: ReadSession, principal: Principal, achievement_id: str, query: PageQuery
) -> MatchesCut:
    """Open demands that an achievement answers, of those the caller may see; the best first."""
    viewer = viewer_of(principal)
    thing = plain_row(get_record(session, Kind.ACHIEVEMENTS, achievement_id, viewer))
    weighed = weigh_for(session, Kind.DEMANDS, question_of_achievement(thing))
    vector = find_vector(session, Kind.ACHIEVEMENTS, thing["document"])
    found_by_words = list_candidates(session, Kind.DEMANDS, viewer, weighed)
    look = Look(session, viewer)
    demands, relevances = _judge(look, Kind.DEMANDS, vector, weighed, found_by_words)
    owners = read_owners(session, [_owner_of(one) for one in (thing, *demands)])
    offered, weights = _offer(thing, owners), current_weights(session)
    close_from = matching_on(today()).close_from
    found = _sort(
        _found(
            Kind.DEMANDS,
            demand,
            owners,
            judge_match(wanted_of(demand, _home(owners, demand)), offered, relevance, weights),
        )
        for demand, relevance in zip(demands, relevances, strict=True)
        if is_about(relevance, close_from)
    )
    verdicts = find_verdicts(session, principal.uscc, thing_id=achievement_id)
    return _cut(found, query, verdicts, weights)


def rank_answers(
    look: Look, demand: Row, kinds: Iterable[MatchKind], weights: Weights
) -> list[FoundMatch]:
    """What answers a demand, of what the viewer may see, ranked by these weights."""
    question, close_from = question_of_demand(demand), matching_on(today()).close_from
    vector = find_vector(look.session, Kind.DEMANDS, demand["document"])
    answers = [
        (kind, row, relevance)
        for kind in kinds
        for row, relevance in _find_answers(look, question, vector, kind)
        if is_answer(demand, row, relevance, close_from)
    ]
    owners = read_owners(
        look.session, [_owner_of(demand), *(_owner_of(row) for _, row, _ in answers)]
    )
    wanted = wanted_of(demand, _home(owners, demand))
    return _sort(
        _found(kind, row, owners, judge_match(wanted, _offer(row, owners), relevance, weights))
        for kind, row, relevance in answers
    )


def _find_answers(
    look: Look, question: Question, vector: str | None, kind: MatchKind
) -> Iterable[tuple[Row, Relevance]]:
    weighed, rows = _find_rows(look, question, kind)
    if kind is MatchKind.BROKERS:
        return zip(rows, _measure(weighed, kind, rows), strict=True)
    return zip(*_judge(look, _POSTED[kind], vector, weighed, rows), strict=True)


def _judge(
    look: Look, kind: Kind, vector: str | None, weighed: Weighed, by_words: Sequence[Row]
) -> tuple[Sequence[Row], list[Relevance]]:
    """What words have found, and with a vector what is near, each with its relevance."""
    if vector is None:
        return by_words, _measure(weighed, kind, by_words)
    near = list_nearest(look.session, kind, look.viewer, vector, look.among)
    known = {row["id"] for row in by_words}
    rows = [*by_words, *(row for row in near if row["id"] not in known)]
    closeness = find_closeness(look.session, kind, vector, [row["document"] for row in rows])
    return rows, blend_closeness(
        _measure(weighed, kind, rows),
        [closeness.get(row["document"]) for row in rows],
        matching_on(today()).vectors_share,
    )


def _find_rows(look: Look, question: Question, kind: MatchKind) -> tuple[Weighed, list[Row]]:
    match kind:
        case MatchKind.BROKERS:
            # Brokers stand in no postings: they are few, and read one by one.
            brokers = list_brokers(look.session)
            if not brokers:
                return Weighed(question, {}, {}), []
            return weigh_for(look.session, Kind.ACHIEVEMENTS, question), brokers
        case (
            MatchKind.ACHIEVEMENTS
            | MatchKind.RESEARCHERS
            | MatchKind.INSTRUMENTS
            | MatchKind.PLATFORMS
        ):
            posted = _POSTED[kind]
            weighed = weigh_for(look.session, posted, question)
            return weighed, list_candidates(look.session, posted, look.viewer, weighed, look.among)
        case _:
            assert_never(kind)


def _measure(weighed: Weighed, kind: str, rows: Sequence[Row]) -> list[Relevance]:
    first = None if kind == MatchKind.BROKERS else [score_of(row) for row in rows]
    return measure_relevance(weighed, [text_of(kind, row) for row in rows], first)


def current_weights(session: Session) -> Weights:
    """The weights learned last, else those of the terms of the day."""
    learned = find_weights(session)
    if learned is None:
        return matching_on(today()).weights
    return {ReasonCode(code): Decimal(text) for code, text in learned["weights"].items()}


def _offer(row: Row, owners: Mapping[str, Owner]) -> Offered:
    owner = owners.get(_owner_of(row), _NOBODY)
    return offered_of(row, district=owner.district, contracts=owner.contracts, awards=owner.awards)


def _owner_of(row: Row) -> str:
    return str(row["owner_uscc"] if "owner_uscc" in row else row["agency_uscc"])


def _home(owners: Mapping[str, Owner], demand: Row) -> str | None:
    return owners.get(_owner_of(demand), _NOBODY).district


def _found(kind: str, row: Row, owners: Mapping[str, Owner], judged: Judged) -> FoundMatch:
    uscc = _owner_of(row)
    return FoundMatch(kind, row, name_of(kind, row), uscc, owners.get(uscc, _NOBODY).name, judged)


def _sort(found: Iterable[FoundMatch]) -> list[FoundMatch]:
    return sorted(found, key=lambda one: (-one.judged.score, one.kind, one.thing_id))


def _cut(
    found: Sequence[FoundMatch],
    query: PageQuery,
    verdicts: Mapping[str, str],
    weights: Weights,
) -> MatchesCut:
    start = read_place(query.cursor) or 0
    items = found[start : start + query.limit]
    more = len(found) > start + query.limit
    return MatchesCut(
        items=items,
        next_cursor=encode_cursor(start + query.limit) if more else None,
        counts=dict(Counter(one.kind for one in found)),
        verdicts=verdicts,
        weights=weights,
    )

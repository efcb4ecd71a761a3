"""Candidates for a match: found by the postings, seen as the viewer sees them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import CTE, Result, Select, String, cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from services.achievements.rules.contracts import ContractState
from services.achievements.rules.demands import OPEN_STATES
from services.achievements.rules.kinds import Kind
from services.achievements.rules.match_texts import Row, columns_read
from services.achievements.rules.relevance import Question, Weighed, weigh_question
from services.achievements.rules.visibility import Viewer
from services.achievements.store.scoring import count_terms, list_words, scored_documents
from services.achievements.store.vectors import nearest_documents
from services.achievements.store.visibility import columns_for, visible_to
from services.achievements.tables import RECORD_TABLES, Base

CANDIDATES = 100
_CONTRACTS = Base.metadata.tables["contracts"]
_AWARDS = RECORD_TABLES[Kind.AWARDS]
_ORGANIZATIONS = Base.metadata.tables["organizations"]
_BROKERS = Base.metadata.tables["brokers"]


@dataclass(frozen=True, slots=True)
class Owner:
    """What is known of the organisation behind a thing."""

    name: str | None = None
    district: str | None = None
    contracts: int = 0
    awards: int = 0


def weigh_for(session: Session, kind: Kind, question: Question) -> Weighed:
    """The question beside what the registry holds of a kind."""
    return weigh_question(question, *count_terms(session, kind, list(question.words)))


def list_candidates(
    session: Session,
    kind: Kind,
    viewer: Viewer,
    weighed: Weighed,
    among: tuple[int, int] | None = None,
) -> list[Row]:
    """The best candidates this viewer may see, with `score`; `among`: of one writing only."""
    if not weighed.asked:
        return []
    query = _compose(kind, viewer, of_one_writing=among is not None)
    return _rows(session.execute(query, list_words(weighed.asked, among)))


@lru_cache(maxsize=256)
def _compose(kind: Kind, viewer: Viewer, *, of_one_writing: bool) -> Select[*tuple[Any, ...]]:
    """The statement for the candidates of a kind, made once."""
    hits = scored_documents(kind, all_of_them=False, of_one_writing=of_one_writing)
    return _candidates_of(kind, viewer, hits)


def _candidates_of(kind: Kind, viewer: Viewer, hits: CTE) -> Select[*tuple[Any, ...]]:
    table = RECORD_TABLES[kind]
    read = columns_read(kind)
    shown = [column for column in columns_for(table, viewer) if column.key in read]
    query = (
        select(*shown, hits.c.score)
        .join(hits, hits.c.document == table.c.document)
        .where(visible_to(table, viewer))
        .order_by(hits.c.score.desc(), table.c.id.desc())
        .limit(CANDIDATES)
    )
    if kind is Kind.DEMANDS:
        query = query.where(table.c.state.in_([state.value for state in OPEN_STATES]))
    return query


def list_nearest(
    session: Session,
    kind: Kind,
    viewer: Viewer,
    vector: str,
    among: tuple[int, int] | None = None,
) -> list[Row]:
    """What is nearest in meaning to a vector, of what this viewer may see."""
    nearest = nearest_documents(kind, of_one_writing=among is not None)
    values: dict[str, object] = {"vector": vector}
    if among is not None:
        values |= {"first": among[0], "last": among[1]}
    return _rows(session.execute(_candidates_of(kind, viewer, nearest), values))


def list_brokers(session: Session, limit: int = CANDIDATES) -> list[Row]:
    """Brokers at work, newest first; few enough to be read one by one."""
    query = select(_BROKERS).where(_BROKERS.c.is_active).order_by(_BROKERS.c.id.desc())
    return _rows(session.execute(query.limit(limit)))


def _rows(found: Result[tuple[object, ...]]) -> list[Row]:
    return [{str(name): value for name, value in row.items()} for row in found.mappings()]


def read_owners(session: Session, usccs: Iterable[str]) -> dict[str, Owner]:
    """The organisations behind some things: name, district, registered contracts, awards."""
    wanted = func.any(cast(sorted(set(usccs)), ARRAY(String)))
    sold = (
        select(func.count())
        .where(
            _CONTRACTS.c.seller_uscc == _ORGANIZATIONS.c.uscc,
            _CONTRACTS.c.state == ContractState.REGISTERED.value,
        )
        .scalar_subquery()
    )
    won = (
        select(func.count()).where(_AWARDS.c.owner_uscc == _ORGANIZATIONS.c.uscc).scalar_subquery()
    )
    column = _ORGANIZATIONS.c
    query = select(column.uscc, column.name, column.district, sold, won).where(
        column.uscc == wanted
    )
    return {uscc: Owner(*rest) for uscc, *rest in session.execute(query)}

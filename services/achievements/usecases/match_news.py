"""What arrives is matched at once, and those concerned are told, each once.

A demand is matched when it is published, a thing when it is registered or changed. Everybody is
told only of what it may see: the demand's owner of things that are open to it, a thing's owner of
demands that are open to it. Every night all open demands are matched afresh, so that nothing is
missed where a job was lost or a thing became visible meanwhile; nobody is told twice.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from kit.clock import now, today
from kit.db import WriteSession
from kit.events import record_event
from kit.jobs import Work
from kit.text import Text
from services.achievements.rules.appointments import SubjectKind
from services.achievements.rules.kinds import KIND_NAMES, Kind
from services.achievements.rules.match_texts import FoundMatch, Row
from services.achievements.rules.matching import MatchKind
from services.achievements.rules.visibility import Viewer
from services.achievements.schemas.events import DemandMatched
from services.achievements.store.appointments import list_agencies_for
from services.achievements.store.demands import find_open_demand, list_open_demands
from services.achievements.store.market_terms import matching_on
from services.achievements.store.matches import add_matches
from services.achievements.store.notices import NewNotice, add_notices
from services.achievements.store.records import Kept
from services.achievements.usecases.board import board
from services.achievements.usecases.matching import Look, current_weights, rank_answers
from services.achievements.usecases.word_vectors import keep_vectors_of

MATCH_DEMAND = "matching.match-demand"
MATCH_ARRIVALS = "matching.match-arrivals"
_MATCHED = {kind.value: kind for kind in MatchKind}


def match_later(session: WriteSession, kind: Kind, kept: Sequence[Kept]) -> None:
    """Have what was written matched with the open demands, in one job for one writing."""
    documents = [one.document for one in kept]
    if documents and kind.value in _MATCHED:
        first, last = min(documents), max(documents)
        board.defer(session, MATCH_ARRIVALS, kind=kind.value, first=first, last=last)


@board.task(MATCH_DEMAND, is_waited_for=True)
def match_published(work: Work, *, demand_id: str) -> None:
    """Match a demand that was just published with everything there is."""
    keep_vectors_of(work, Kind.DEMANDS)
    with work.database.write() as session:
        demand = find_open_demand(session, demand_id)
        if demand is not None:
            _match(session, demand, list(MatchKind), None)


@board.task(MATCH_ARRIVALS)
def match_arrivals(work: Work, *, kind: str, first: int, last: int) -> None:
    """Match what one writing brought with every open demand."""
    if kind != MatchKind.BROKERS:
        keep_vectors_of(work, Kind(kind), (first, last))
    with work.database.read() as session:
        demands = list_open_demands(session, now())
    for demand in demands:
        with work.database.write() as session:
            _match(session, demand, [MatchKind(kind)], (first, last))


@board.task("matching.match-all", cron="40 2 * * *")
def match_everything(work: Work) -> None:
    """Match all open demands afresh (a job of the night)."""
    with work.database.read() as session:
        demands = list_open_demands(session, now())
    for demand in demands:
        match_published(work, demand_id=str(demand["id"]))


def _match(
    session: WriteSession,
    demand: Row,
    kinds: Iterable[MatchKind],
    among: tuple[int, int] | None,
) -> None:
    owner = str(demand["owner_uscc"])
    look = Look(session, Viewer(owner), among)
    terms = matching_on(today())
    weights = current_weights(session)
    told: list[FoundMatch] = []
    for kind in kinds:
        found = rank_answers(look, demand, [kind], weights)
        telling = [one for one in found if one.judged.relevance >= terms.tell_from]
        told += telling[: terms.tell_most]
    rows = [_row(str(demand["id"]), one) for one in told]
    new = add_matches(session, rows)
    _tell(session, demand, [one for one in told if one.thing_id in new])


def _row(demand_id: str, found: FoundMatch) -> dict[str, object]:
    held = [one.code.value for one in found.judged.reasons if one.holds]
    return {
        "demand_id": demand_id,
        "kind": found.kind,
        "thing_id": found.thing_id,
        "score": found.judged.score,
        "reasons": held,
    }


def _tell(session: WriteSession, demand: Row, new: Sequence[FoundMatch]) -> None:
    if not new:
        return
    demand_id, owner = str(demand["id"]), str(demand["owner_uscc"])
    link = f"/v1/demands/{demand_id}/matches"
    key = f"matches:{demand_id}:{new[0].thing_id}:{len(new)}"
    text = Text(
        f"需求《{demand['title']}》有 {len(new)} 项新匹配，首项：{new[0].name}",
        f"the demand “{demand['title']}” has {len(new)} new matches, the first: {new[0].name}",
    )
    agencies = list_agencies_for(session, SubjectKind.DEMAND, demand_id, today())
    notices = [NewNotice(uscc, key, "match_found", text, link) for uscc in (owner, *agencies)]
    notices += _tell_suppliers(demand, new)
    add_notices(session, notices)
    event = DemandMatched(demand_id=demand_id, uscc=owner, count=len(new))
    record_event(session, event, subject=owner)


def _tell_suppliers(demand: Row, new: Sequence[FoundMatch]) -> Iterable[NewNotice]:
    by_owner: defaultdict[str, list[FoundMatch]] = defaultdict(list)
    for one in new:
        if one.owner_uscc != demand["owner_uscc"] and _is_open_to(demand, one.owner_uscc):
            by_owner[one.owner_uscc].append(one)
    for uscc, found in by_owner.items():
        first = found[0]
        text = Text(
            f"需求《{demand['title']}》与贵单位的{_name(first.kind).zh}“{first.name}”等"
            f" {len(found)} 项匹配",
            f"the demand “{demand['title']}” matches {len(found)} of your things, the first:"
            f" {first.name}",
        )
        key = f"answers:{demand['id']}:{first.thing_id}:{len(found)}"
        yield NewNotice(uscc, key, "demand_found", text, f"/v1/demands/{demand['id']}")


def _is_open_to(demand: Row, uscc: str) -> bool:
    invited = demand["invited"]
    return demand["confidentiality"] != "invited" or (isinstance(invited, list) and uscc in invited)


def _name(kind: str) -> Text:
    return Text("技术经纪人", "broker") if kind == MatchKind.BROKERS else KIND_NAMES[Kind(kind)]

"""Records of every kind: register one, upsert one, send many, read, list."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import RowMapping

from kit.auth import Principal
from kit.clock import now, today
from kit.db import ReadSession, WriteSession
from kit.errors import InvalidInput, RuleBroken
from kit.events import record_event, record_packed_event
from kit.text import Text
from kit.versions import match_if_given
from services.achievements.rules.achievements import AchievementFacts, duplicate_keys
from services.achievements.rules.content import content_of, fingerprint, jsonable
from services.achievements.rules.filters import FoundPage, RecordFilter
from services.achievements.rules.highlights import highlight_rows
from services.achievements.rules.history import Change, describe_changes
from services.achievements.rules.kinds import Kind
from services.achievements.rules.names import list_name_keys
from services.achievements.rules.new_records import Entry, NewRecords
from services.achievements.rules.rows import (
    Facts,
    RowOutcome,
    RowResult,
    Verdict,
    judge_facts,
    judge_rows,
    names_in,
    refuse_clash,
    searchable_text,
)
from services.achievements.rules.visibility import is_told, show_history
from services.achievements.schemas.kinds import read_items, read_kept
from services.achievements.schemas.news import (
    Removal,
    Touched,
    leaves_owner,
    list_news,
    why_lost,
)
from services.achievements.store.achievements import keep_duplicate_keys
from services.achievements.store.finding import list_found
from services.achievements.store.history import add_history, list_history
from services.achievements.store.records import (
    NO_MARKS,
    Kept,
    Overtaken,
    add_new_records,
    change_records,
    find_known,
    get_guard,
    get_record,
    keep_unchanged,
    take_documents,
)
from services.achievements.store.scoring import weigh_query
from services.achievements.store.search import index_texts
from services.achievements.store.undo import add_undo
from services.achievements.usecases.callers import actor_of, meet_organization, viewer_of
from services.achievements.usecases.clashes import find_clashes, require_no_clash
from services.achievements.usecases.match_news import match_later
from services.achievements.usecases.new_records import compose_new
from services.achievements.usecases.platform_news import tell_of_lost_platforms
from services.achievements.usecases.record_news import tell_of_kept, tell_of_removed


def register_record(
    session: WriteSession, principal: Principal, kind: Kind, facts: Facts
) -> RowMapping:
    """Add one new record; a source_id that is taken is refused with the record that has it."""
    require_sound(facts)
    require_no_clash(session, principal.uscc, kind, facts)
    kept = keep_facts(session, principal, kind, [facts])[facts.source_id]
    if kept.result is not RowResult.CREATED:
        raise RuleBroken(
            "source_id_taken",
            Text(
                f"编号“{facts.source_id}”已登记，请用 PUT …/by-source/ 更新",
                f"source_id {facts.source_id!r} is registered already; update it with"
                " PUT …/by-source/",
            ),
            id=kept.id,
        )
    return get_record(session, kind, kept.id, viewer_of(principal))


def upsert_record(
    session: WriteSession, principal: Principal, kind: Kind, facts: Facts, if_match: str | None
) -> tuple[RowMapping, RowResult]:
    """Add or update the caller's record of this source_id; the same content changes nothing."""
    require_sound(facts)
    require_no_clash(session, principal.uscc, kind, facts)
    kept = keep_facts(session, principal, kind, [facts])[facts.source_id]
    match_if_given(if_match, int(kept.before["version"]) if kept.before else 0)
    return get_record(session, kind, kept.id, viewer_of(principal)), kept.result


def register_batch(
    session: WriteSession, principal: Principal, kind: Kind, items: Sequence[object]
) -> list[RowOutcome]:
    """Upsert up to 1,000 items at once; each bad one is named and harms no other."""
    verdicts = list(judge_rows(read_items(kind, items), today()))
    clashes = find_clashes(session, principal.uscc, kind, _sound(verdicts))
    verdicts = [refuse_clash(verdict, clashes) for verdict in verdicts]
    facts = _sound(verdicts)
    kept = keep_facts(session, principal, kind, facts, many=True)
    return [_outcome(verdict, kept) for verdict in verdicts]


def _sound(verdicts: Sequence[Verdict]) -> list[Facts]:
    found = [verdict.row.facts for verdict in verdicts if verdict.result is None]
    return [facts for facts in found if facts is not None]


def _outcome(verdict: Verdict, kept: Mapping[str, Kept]) -> RowOutcome:
    row = verdict.row
    if verdict.result is not None or row.source_id is None:
        result = verdict.result or RowResult.FAILED
        return RowOutcome(row.number, row.source_id, result, None, verdict.faults)
    done = kept[row.source_id]
    return RowOutcome(row.number, row.source_id, done.result, done.id, ())


def keep_facts(
    session: WriteSession,
    principal: Principal,
    kind: Kind,
    facts: Sequence[Facts],
    *,
    reason: str | None = None,
    many: bool = False,
) -> dict[str, Kept]:
    """Keep sound facts with all that hangs on them: words, doubles, history, news."""
    if not facts:
        return {}
    meet_organization(session, principal)
    actor = actor_of(principal, reason=reason)
    return keep_entered(
        session, Entry(kind, principal.uscc, actor, now(), today()), facts, many=many
    )


def keep_entered(
    session: WriteSession, entry: Entry, facts: Sequence[Facts], *, many: bool
) -> dict[str, Kept]:
    """The same under an entry that is made already: new, unchanged or changed, as each is."""
    source_ids = [item.source_id for item in facts]
    known = find_known(session, entry.kind, entry.owner_uscc, source_ids)
    try:
        new = [item for item in facts if item.source_id not in known]
        kept = keep_new(session, entry, new, many=many)
    except Overtaken:
        return keep_entered(session, entry, facts, many=many)
    kept |= {
        item.source_id: keep_unchanged(known[item.source_id])
        for item in facts
        if item.source_id in known and known[item.source_id]["content_hash"] == fingerprint(item)
    }
    others = [item for item in facts if item.source_id not in kept]
    return kept | change_facts(session, entry, others)


def keep_new(
    session: WriteSession, entry: Entry, facts: Sequence[Facts], *, many: bool
) -> dict[str, Kept]:
    """Keep things that are not there yet; raises Overtaken where one is there meanwhile."""
    if not facts:
        return {}
    documents = take_documents(session, len(facts))
    marked = [(item, fingerprint(item), None) for item in facts]
    new = compose_new(entry, marked, documents, many=many)
    assert new is not None
    return keep_composed(session, new, entry)


def keep_composed(session: WriteSession, new: NewRecords, entry: Entry) -> dict[str, Kept]:
    """The same for things that were made ready elsewhere."""
    kept = add_new_records(session, new)
    for kind, data in new.news:
        record_packed_event(session, kind, data, subject=entry.owner_uscc)
    tell_of_kept(session, entry.kind, entry.owner_uscc, [done.id for done in kept.values()])
    match_later(session, entry.kind, list(kept.values()))
    return kept


def change_facts(
    session: WriteSession,
    entry: Entry,
    facts: Sequence[Facts],
    line_marks: Mapping[str, bytes | None] = NO_MARKS,
) -> dict[str, Kept]:
    """Change things that are there where they differ, with all that hangs on them."""
    kept = change_records(session, entry.kind, entry.owner_uscc, facts, line_marks)
    changed = [
        (kept[item.source_id], item)
        for item in facts
        if kept[item.source_id].result is RowResult.UPDATED
    ]
    index_texts(
        session,
        entry.kind,
        {done.document: searchable_text(item) for done, item in changed},
        {done.document: list_name_keys(names_in(item)) for done, item in changed},
    )
    keep_duplicate_keys(
        session,
        {
            done.id: duplicate_keys(item)
            for done, item in changed
            if isinstance(item, AchievementFacts)
        },
        replaced=[done.id for done, _ in changed],
    )
    if entry.actor.import_id is not None:
        add_undo(session, entry.actor.import_id, _rows_before(changed))
    add_history(
        session, entry.kind.value, entry.actor, [_change(done, item) for done, item in changed]
    )
    touched = [
        Touched(done.id, is_new=not was_told(done, entry.on), facts=item) for done, item in changed
    ]
    for event in list_news(entry.owner_uscc, entry.on, touched, many=True):
        record_event(session, event, subject=entry.owner_uscc)
    told = [done.id for done, item in changed if leaves_owner(item)]
    tell_of_kept(session, entry.kind, entry.owner_uscc, told)
    _tell_of_lost(session, entry, changed)
    match_later(session, entry.kind, [done for done, _ in changed])
    return kept


def _tell_of_lost(
    session: WriteSession, entry: Entry, changed: Sequence[tuple[Kept, Facts]]
) -> None:
    """What was told and does not hold any more is taken back: of the classified, and of years."""
    for because in (Removal.CLASSIFIED, Removal.OTHER_YEAR):
        lost = [
            Touched(done.id, is_new=False, facts=before)
            for done, facts in changed
            if because is why_lost(before := _facts_before(entry.kind, done), facts)
        ]
        if lost and entry.kind is Kind.PLATFORMS:
            tell_of_lost_platforms(session, [one.id for one in lost], because)
        if lost:
            tell_of_removed(session, entry.kind, entry.owner_uscc, lost, because)


def _facts_before(kind: Kind, done: Kept) -> Facts:
    assert done.before is not None
    return read_kept(kind, jsonable(dict(done.before)))


def was_told(done: Kept, on: date) -> bool:
    """Whether other houses heard of a thing before it was changed."""
    before = done.before
    assert before is not None
    return is_told(before["visibility"], before.get("embargo_until"), on)


def _rows_before(
    touched: Sequence[tuple[Kept, Facts]],
) -> list[tuple[str, int, Mapping[str, object]]]:
    return [
        (done.id, done.version, dict(done.before)) for done, _ in touched if done.before is not None
    ]


def _change(done: Kept, facts: Facts) -> Change:
    assert done.before is not None
    content = content_of(facts)
    before = {name: done.before[name] for name in content}
    changes = describe_changes(jsonable(before), jsonable(content))
    return Change(done.id, done.version, done.result.value, changes)


def require_sound(facts: Facts) -> None:
    """Refuse facts that break the law of their kind."""
    faults = judge_facts(facts, today())
    if faults:
        raise InvalidInput("invalid_input", faults[0].message, faults=faults)


def read_record(
    session: ReadSession, principal: Principal | None, kind: Kind, record_id: str
) -> RowMapping:
    """One record, if the caller may see it."""
    return get_record(session, kind, record_id, viewer_of(principal, kind))


def find_records(
    session: ReadSession, principal: Principal | None, kind: Kind, wanted: RecordFilter
) -> FoundPage:
    """One page of the records of a kind that the caller may see, words marked; the first counts."""
    viewer = viewer_of(principal, kind)
    words = None if wanted.q is None else weigh_query(session, kind, wanted.q)
    found = list_found(session, kind, viewer, wanted, words)
    return replace(found, rows=highlight_rows(kind, found.rows, found.words))


def read_history(
    session: ReadSession, principal: Principal | None, kind: Kind, record_id: str
) -> list[dict[str, object]]:
    """All changes of a record that the caller may see, as far as he may read them."""
    viewer = viewer_of(principal)
    owner = get_record(session, kind, record_id, viewer)["owner_uscc"]
    guard = get_guard(session, kind, record_id)
    return show_history(list_history(session, kind.value, record_id), guard, owner, viewer)

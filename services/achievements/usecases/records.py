"""Records of every kind: register one, upsert one, send many, read, list."""

from collections.abc import Mapping, Sequence

from sqlalchemy import RowMapping

from kit.auth import Principal
from kit.clock import today
from kit.db import ReadSession, WriteSession
from kit.errors import InvalidInput, RuleBroken
from kit.text import Text
from kit.versions import match_if_given
from services.achievements.rules.achievements import AchievementFacts, duplicate_keys
from services.achievements.rules.content import content_of, jsonable
from services.achievements.rules.filters import RecordFilter
from services.achievements.rules.history import describe_changes
from services.achievements.rules.kinds import Kind
from services.achievements.rules.rows import (
    Facts,
    Row,
    RowOutcome,
    RowResult,
    Verdict,
    judge_facts,
    judge_rows,
    refuse_clash,
    searchable_text,
)
from services.achievements.schemas.kinds import read_items
from services.achievements.store.achievements import keep_duplicate_keys
from services.achievements.store.history import Change, add_history, list_history
from services.achievements.store.records import (
    Kept,
    get_record,
    list_records,
    upsert_records,
)
from services.achievements.store.search import index_texts
from services.achievements.store.undo import add_undo
from services.achievements.usecases.callers import actor_of, meet_organization, viewer_of
from services.achievements.usecases.clashes import find_clashes, require_no_clash
from services.achievements.usecases.news import tell_of_records


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
    return keep_rows(session, principal, kind, read_items(kind, items), seen=set())


def keep_rows(
    session: WriteSession,
    principal: Principal,
    kind: Kind,
    rows: Sequence[Row],
    *,
    seen: set[int],
    import_id: str | None = None,
) -> list[RowOutcome]:
    """Judge rows and keep those that hold (batches and imports alike)."""
    verdicts = list(judge_rows(rows, today(), seen))
    clashes = find_clashes(session, principal.uscc, kind, _sound(verdicts))
    verdicts = [refuse_clash(verdict, clashes) for verdict in verdicts]
    facts = _sound(verdicts)
    kept = keep_facts(session, principal, kind, facts, import_id=import_id, many=True)
    return [_outcome(verdict, kept) for verdict in verdicts]


def _sound(verdicts: Sequence[Verdict]) -> list[Facts]:
    found = [verdict.row.facts for verdict in verdicts if verdict.result is None]
    return [facts for facts in found if facts is not None]


def _outcome(verdict: Verdict, kept: Mapping[str, Kept]) -> RowOutcome:
    row = verdict.row
    if verdict.result is not None or row.source_id is None:
        result = verdict.result or RowResult.FAILED
        return RowOutcome(row.index, row.source_id, result, None, verdict.faults)
    done = kept[row.source_id]
    return RowOutcome(row.index, row.source_id, done.result, done.id, ())


def keep_facts(
    session: WriteSession,
    principal: Principal,
    kind: Kind,
    facts: Sequence[Facts],
    *,
    reason: str | None = None,
    import_id: str | None = None,
    many: bool = False,
) -> dict[str, Kept]:
    """Keep sound facts with all that hangs on them: words, doubles, history, news."""
    if not facts:
        return {}
    meet_organization(session, principal)
    kept = upsert_records(session, kind, principal.uscc, [content_of(item) for item in facts])
    touched = [
        (kept[item.source_id], item)
        for item in facts
        if kept[item.source_id].result is not RowResult.UNCHANGED
    ]
    index_texts(session, kind, {done.document: searchable_text(item) for done, item in touched})
    keep_duplicate_keys(
        session,
        {
            done.id: duplicate_keys(item)
            for done, item in touched
            if isinstance(item, AchievementFacts)
        },
        replaced=[done.id for done, _ in touched if done.result is RowResult.UPDATED],
    )
    if import_id is not None:
        add_undo(session, import_id, _rows_before(touched))
    actor = actor_of(principal, reason=reason, import_id=import_id)
    add_history(session, kind.value, actor, [_change(done, item) for done, item in touched])
    tell_of_records(session, principal, touched, many=many)
    return kept


def _rows_before(
    touched: Sequence[tuple[Kept, Facts]],
) -> list[tuple[str, int, Mapping[str, object]]]:
    return [
        (done.id, done.version, dict(done.before)) for done, _ in touched if done.before is not None
    ]


def _change(done: Kept, facts: Facts) -> Change:
    if done.before is None:
        return Change(done.id, done.version, done.result.value)
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
    return get_record(session, kind, record_id, viewer_of(principal))


def find_records(
    session: ReadSession, principal: Principal | None, kind: Kind, wanted: RecordFilter
) -> tuple[list[RowMapping], str | None]:
    """One page of the records of a kind that the caller may see."""
    return list_records(session, kind, viewer_of(principal), wanted)


def read_history(
    session: ReadSession, principal: Principal | None, kind: Kind, record_id: str
) -> Sequence[RowMapping]:
    """All changes of a record that the caller may see."""
    get_record(session, kind, record_id, viewer_of(principal))
    return list_history(session, kind.value, record_id)

"""归集: suppliers' facts are judged row by row, recorded, and receipted."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from kit.auth import Principal
from kit.clock import now, today
from kit.db import ReadSession, WriteSession, new_id
from kit.errors import Fault, InvalidInput, no_such
from kit.text import Text
from kit.validation import faults_of
from services.credit.rules.catalogue import Item, Polarity
from services.credit.rules.facts import Unreadable, end_showing, read_value, show_value
from services.credit.rules.recording import NewFact, RecordResult, Step, plan_recording
from services.credit.rules.standing import FactAct
from services.credit.schemas.facts import FactRow
from services.credit.store.catalogue import get_catalogue
from services.credit.store.facts import (
    Origin,
    add_batch,
    add_facts,
    close_facts,
    find_current,
    get_batch,
    set_gone,
)
from services.credit.store.mergers import lock_with_survivors
from services.credit.store.readers import list_chain_ids
from services.credit.store.subjects import touch_subjects
from services.credit.tables import FactBatch
from services.credit.usecases.monitors import watch_changes
from services.credit.usecases.readers import News, notify_readers


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What became of one row: created or unchanged, or failed with an error."""

    result: str
    source_id: str | None
    id: str | None = None
    corrects: str | None = None
    error: InvalidInput | None = None


def take_in_batch(
    session: WriteSession, caller: Principal, rows: Sequence[object]
) -> tuple[FactBatch, list[RowOutcome]]:
    """归集一批: record what is new, leave what is known, name what is wrong."""
    judged = [_judge_row(row, place, caller) for place, row in enumerate(rows)]
    batch = _open_receipt(caller)
    add_batch(session, batch)
    facts = [each for each in judged if isinstance(each, NewFact)]
    steps = iter(record_facts(session, facts, Origin(batch_id=batch.id)))
    outcomes = [
        _settle(next(steps), place)
        if isinstance(each, NewFact)
        else RowOutcome("failed", _source_id_of(rows[place]), error=each)
        for place, each in enumerate(judged)
    ]
    counts = Counter(outcome.result for outcome in outcomes)
    batch.created, batch.unchanged = counts["created"], counts["unchanged"]
    batch.failed = counts["failed"]
    return batch, outcomes


def record_facts(session: WriteSession, facts: Sequence[NewFact], origin: Origin) -> list[Step]:
    """Record facts at one instant, under the locks of their subjects."""
    if not facts:
        return []
    subjects = lock_with_survivors(session, [fact.uscc for fact in facts])
    at = touch_subjects(subjects)
    steps = plan_recording(facts, find_current(session, [fact.key for fact in facts]))
    new = [step for step in steps if step.result is RecordResult.CREATED]
    close_facts(session, [step.corrects for step in new if step.corrects], at)
    add_facts(session, new, at, origin)
    _tell_closed_records(session, new)
    if new:
        usccs = [subject.uscc for subject in subjects]
        _tell_readers(session, usccs, new, at)
        watch_changes(session, usccs)
    return steps


def _tell_readers(
    session: WriteSession, usccs: Sequence[str], steps: Sequence[Step], at: datetime
) -> None:
    """Word of what a delivery corrects to the institutions that had read it."""
    corrected = {step.fact.key: step.corrects for step in steps if step.corrects is not None}
    if corrected:
        chains = list_chain_ids(session, corrected.keys())
        news = [
            News(key[0], key[1], replaced, tuple(chains[key]))
            for key, replaced in corrected.items()
        ]
        notify_readers(session, usccs, news, FactAct.CORRECTED.value, at)


def _tell_closed_records(session: WriteSession, steps: Sequence[Step]) -> None:
    """Past views go by what is known today of when a conduct ended."""
    catalogue = get_catalogue()
    for step in steps:
        fact, item = step.fact, catalogue.items[step.fact.item]
        if step.corrects is not None and item.polarity is Polarity.NEGATIVE:
            gone = end_showing(
                item,
                fact.valid_from,
                fact.valid_to,
                fact.conduct_ended_on,
                catalogue.terms.negative_years,
            )
            set_gone(session, fact.key, gone)


def show_receipt(session: ReadSession, caller: Principal, batch_id: str) -> FactBatch:
    """The receipt of a delivery, for its supplier and the auditor."""
    batch = get_batch(session, batch_id)
    if not caller.sees_all and batch.supplier_uscc != caller.uscc:
        raise no_such("归集回执", "receipt", batch_id)
    return batch


def _open_receipt(caller: Principal) -> FactBatch:
    return FactBatch(
        id=new_id(),
        supplier_uscc=caller.uscc,
        supplier_name=caller.org_name,
        client_id=caller.client_id,
        received_at=now(),
        created=0,
        unchanged=0,
        failed=0,
    )


def _judge_row(raw: object, place: int, caller: Principal) -> NewFact | InvalidInput:
    """A row as a fact that can be recorded, or everything that is wrong with it."""
    try:
        row = FactRow.model_validate(raw)
    except ValidationError as error:
        return _bad_row(place, faults_of(error))
    item = get_catalogue().items.get(row.item)
    if item is None:
        return _bad_row(place, [_unknown_item(row.item)])
    value = read_value(item, row.value)
    faults = _find_faults(row, item, caller)
    if isinstance(value, Unreadable):
        return _bad_row(place, [Fault("/value", value.code, value.message), *faults])
    if faults:
        return _bad_row(place, faults)
    return NewFact(
        id=new_id(),
        uscc=row.uscc,
        item=row.item,
        nature=item.nature,
        value=show_value(item.value, value),
        source=row.source,
        source_document=row.source_document,
        source_id=row.source_id,
        supplier_uscc=caller.uscc,
        observed_on=row.observed_at or row.valid_from,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        conduct_ended_on=row.conduct_ended_on,
        details=row.details,
    )


def _find_faults(row: FactRow, item: Item, caller: Principal) -> list[Fault]:
    faults = []
    if caller.role.value not in item.suppliers:
        message = Text(
            f"事项「{item.code}」不由本单位提供", f"item {item.code} is not supplied by you"
        )
        faults.append(Fault("/item", "item_not_supplied", message))
    if row.observed_at is not None and row.observed_at > today():
        message = Text("观测时间在将来", "it cannot have been observed in the future")
        faults.append(Fault("/observed_at", "in_the_future", message))
    return faults


def _unknown_item(code: str) -> Fault:
    known = ", ".join(get_catalogue().items)
    message = Text(
        f"目录中没有事项「{code}」，可用：{known}", f"no item {code!r} in the catalogue: {known}"
    )
    return Fault("/item", "item_unknown", message)


def _bad_row(place: int, faults: Sequence[Fault]) -> InvalidInput:
    """Pointers are those of the whole body, so that a caller finds the row."""
    placed = [
        Fault(f"/items/{place}{fault.pointer}", fault.code, fault.message) for fault in faults
    ]
    return InvalidInput("invalid_input", placed[0].message, faults=placed)


def _settle(step: Step, place: int) -> RowOutcome:
    if step.result is not RecordResult.CONTRADICTS:
        return RowOutcome(step.result.value, step.fact.source_id, step.id, step.corrects)
    message = Text(
        "与本批中较前的一行是同一事实，但内容不同",
        "an earlier row of this batch is the same fact with other content",
    )
    error = _bad_row(place, [Fault("", "contradicts_row", message)])
    return RowOutcome("failed", step.fact.source_id, error=error)


def _source_id_of(raw: object) -> str | None:
    found = raw.get("source_id") if isinstance(raw, dict) else None
    return found if isinstance(found, str) else None

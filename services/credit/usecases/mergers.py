"""企业合并: the survivor inherits the absorbed enterprise's history; a mistake can be ended."""

from datetime import datetime

from kit.auth import Principal
from kit.db import ReadSession, WriteSession, new_id
from kit.errors import RuleBroken, invalid, no_such
from kit.events import record_event
from kit.pages import Page
from kit.text import Text
from services.credit.schemas.enterprises import (
    MergerAnswer,
    MergerEnd,
    MergerRequest,
    describe_merger,
)
from services.credit.schemas.events import EnterprisesMerged
from services.credit.store.mergers import (
    add_mergers,
    close_merger,
    find_survivors,
    get_merger,
    list_current_from,
    list_current_into,
    list_mergers,
    lock_with_survivors,
)
from services.credit.store.subjects import touch_subjects
from services.credit.tables import MergerRecord
from services.credit.usecases.access_log import require_own_enterprise
from services.credit.usecases.monitors import watch_changes


def record_merger(
    session: WriteSession, caller: Principal, surviving: str, request: MergerRequest
) -> MergerAnswer:
    """合并登记: a new record; what others had inherited before passes on as well."""
    absorbed = request.absorbed_uscc
    subjects = lock_with_survivors(session, [absorbed, surviving])
    at = touch_subjects(subjects)
    _check_sides(session, absorbed, surviving)
    merger = _open(caller, request, absorbed, surviving, at)
    befores = [merger, *list_current_into(session, absorbed)]
    afters = [merger, *list_current_from(session, surviving)]
    further = [
        _open(caller, request, before.absorbed_uscc, after.surviving_uscc, at, via=merger.id)
        for before in befores
        for after in afters
        if (before, after) != (merger, merger)
    ]
    add_mergers(session, [merger, *further])
    _tell(session, caller, merger, ended=False)
    watch_changes(session, [subject.uscc for subject in subjects])
    return describe_merger(merger)


def end_merger(
    session: WriteSession, caller: Principal, uscc: str, merger_id: str, request: MergerEnd
) -> MergerAnswer:
    """合并更正: it was entered by mistake; the record ends, nothing is erased."""
    merger = get_merger(session, merger_id)
    if merger is None or uscc not in (merger.absorbed_uscc, merger.surviving_uscc):
        raise no_such("合并记录", "merger", merger_id)
    subjects = lock_with_survivors(session, [merger.absorbed_uscc, merger.surviving_uscc])
    session.refresh(merger)
    if merger.supplier_uscc != caller.uscc or merger.recorded_to is not None or merger.via:
        raise no_such("可更正的合并记录", "merger that you can end", merger_id)
    at = touch_subjects(subjects)
    close_merger(session, merger, at, ended_by=caller.client_id, reason=request.reason)
    _tell(session, caller, merger, ended=True)
    watch_changes(session, [subject.uscc for subject in subjects])
    session.refresh(merger)
    return describe_merger(merger)


def _tell(session: WriteSession, caller: Principal, merger: MergerRecord, *, ended: bool) -> None:
    """Subsidies pays merged enterprises as one; what follows from others it sees by itself."""
    event = EnterprisesMerged(
        merger_id=merger.id,
        absorbed_uscc=merger.absorbed_uscc,
        surviving_uscc=merger.surviving_uscc,
        merged_on=merger.merged_on,
        ended=ended,
        recorded_by=caller.client_id,
        recorded_by_uscc=caller.uscc,
    )
    record_event(session, event, subject=merger.surviving_uscc)


def show_mergers(session: ReadSession, caller: Principal, uscc: str) -> Page[MergerAnswer]:
    """The mergers that an enterprise had a part in."""
    require_own_enterprise(caller, uscc)
    return Page(items=[describe_merger(each) for each in list_mergers(session, uscc)])


def _check_sides(session: WriteSession, absorbed: str, surviving: str) -> None:
    if absorbed == surviving:
        message = Text("企业不能与自身合并", "an enterprise cannot be merged into itself")
        raise invalid("/absorbed_uscc", "same_enterprise", message)
    if absorbed in find_survivors(session, [surviving]):
        message = Text(
            "存续企业此前已并入该企业", "the surviving enterprise was itself merged into this one"
        )
        raise invalid("/absorbed_uscc", "merged_the_other_way", message)
    if surviving in find_survivors(session, [absorbed]):
        raise RuleBroken("merger_known", Text("已有该合并记录", "this merger is on record already"))


def _open(
    caller: Principal,
    request: MergerRequest,
    absorbed: str,
    surviving: str,
    at: datetime,
    via: str | None = None,
) -> MergerRecord:
    return MergerRecord(
        id=new_id(),
        absorbed_uscc=absorbed,
        surviving_uscc=surviving,
        merged_on=request.merged_on,
        document=request.document,
        recorded_from=at,
        recorded_to=None,
        supplier_uscc=caller.uscc,
        client_id=caller.client_id,
        via=via,
    )

"""For the bank's engineers: pre-checks, many looks as one job, and what became of them."""

import hashlib
from decimal import Decimal

import orjson

from kit.auth import Principal, Role
from kit.clock import now, today
from kit.db import ReadSession, WriteSession, new_id
from kit.errors import Forbidden, InvalidInput, RuleBroken, invalid, no_such
from kit.jobs import Work
from kit.money import format_yuan
from kit.pages import Page, PageQuery, encode_cursor, read_key, read_place
from kit.text import Text
from services.credit.rules.consents import check_consent
from services.credit.rules.outcomes import OutcomeWord, ProductKind, RefusalCode, Told, find_faults
from services.credit.schemas.inquiries import InquiryRequest
from services.credit.schemas.lending import (
    BatchAnswer,
    BatchRequest,
    BatchRowAnswer,
    OutcomeAnswer,
    OutcomeGroup,
    OutcomeRequest,
    PrecheckAnswer,
    PrecheckRequest,
    StatisticsAnswer,
    StatisticsQuery,
    describe_batch,
    describe_outcome,
    describe_row,
    show_rate,
)
from services.credit.store.access_log import Look, append_look
from services.credit.store.consents import lock_standing, terms_of
from services.credit.store.lending import (
    add_inquiry_batch,
    add_outcome,
    count_outcomes,
    count_rows,
    find_current_outcome,
    get_inquiry_batch,
    has_facts,
    list_outcomes,
    list_rows,
    lock_inquiry,
    lock_waiting_row,
)
from services.credit.store.subjects import lock_subject, touch_subjects
from services.credit.tables import CreditOutcome, InquiryBatch
from services.credit.usecases.board import board
from services.credit.usecases.inquiries import inquire


def precheck(session: WriteSession, caller: Principal, request: PrecheckRequest) -> PrecheckAnswer:
    """预检: has consent? has data? Uses no read, discloses nothing, stands in the log."""
    standing = lock_standing(session, request.uscc, [caller.uscc], now())
    subject = lock_subject(session, request.uscc)
    at = touch_subjects([subject])
    open_ones = [
        consent
        for consent in standing
        if check_consent(
            terms_of(consent), caller.uscc, request.uscc, request.purpose, now()
        ).allowed
    ]
    look = Look(
        institution_uscc=caller.uscc,
        institution_name=caller.org_name,
        client_id=caller.client_id,
        purpose=request.purpose,
        consent_id=open_ones[0].id if open_ones else None,
        outcome="prechecked",
    )
    append_look(session, subject, at, look)
    known = has_facts(session, request.uscc) if open_ones else None
    return PrecheckAnswer(has_consent=bool(open_ones), has_data=known)


def submit_batch(session: WriteSession, caller: Principal, request: BatchRequest) -> BatchAnswer:
    """批量查询: keep the manifest and put the job on the board."""
    rows = [[item.uscc, item.consent_id] for item in request.items]
    digest = hashlib.sha256(orjson.dumps([request.purpose, rows])).hexdigest()
    batch = InquiryBatch(
        id=new_id(),
        institution_uscc=caller.uscc,
        institution_name=caller.org_name,
        client_id=caller.client_id,
        role=caller.role.value,
        purpose=request.purpose,
        state="running",
        total=len(rows),
        manifest_hash=f"sha256:{digest}",
        submitted_at=now(),
    )
    kept: list[dict[str, object]] = [
        {
            "batch_id": batch.id,
            "place": place,
            "uscc": uscc,
            "consent_id": consent_id,
            "outcome": "waiting",
        }
        for place, (uscc, consent_id) in enumerate(rows)
    ]
    add_inquiry_batch(session, batch, kept)
    board.defer(session, "inquiries.batch", batch_id=batch.id)
    return describe_batch(batch, {"waiting": batch.total})


@board.task("inquiries.batch", is_waited_for=True)
def do_batch(work: Work, *, batch_id: str) -> None:
    """Row by row, each in its own transaction with its look: done once, however often begun."""
    with work.database.read() as session:
        batch = get_inquiry_batch(session, batch_id)
    caller = Principal(
        batch.client_id, Role(batch.role), batch.institution_uscc, batch.institution_name, ""
    )
    while _do_row(work, batch, caller):
        pass
    with work.database.write() as session:
        batch = get_inquiry_batch(session, batch_id)
        if batch.state == "running" and not count_rows(session, batch_id).get("waiting"):
            batch.state, batch.finished_at = "finished", now()


def _do_row(work: Work, batch: InquiryBatch, caller: Principal) -> bool:
    with work.database.write() as session:
        row = lock_waiting_row(session, batch.id)
        if row is None:
            return False
        request = InquiryRequest(uscc=row.uscc, purpose=batch.purpose, consent_id=row.consent_id)
        try:
            row.inquiry_id = inquire(session, caller, request).id
            row.outcome = "disclosed"
        except Forbidden as refused:
            row.outcome, row.reason = "refused", str(refused.facts.get("reason"))
    return True


def show_batch(session: ReadSession, caller: Principal, batch_id: str) -> BatchAnswer:
    """How far a job is."""
    batch = _own_batch(session, caller, batch_id)
    return describe_batch(batch, count_rows(session, batch_id))


def show_batch_rows(
    session: ReadSession, caller: Principal, batch_id: str, query: PageQuery
) -> Page[BatchRowAnswer]:
    """What became of each row."""
    _own_batch(session, caller, batch_id)
    found = list_rows(session, batch_id, read_place(query.cursor), query.limit + 1)
    shown = found[: query.limit]
    return Page(
        items=[describe_row(each) for each in shown],
        next_cursor=encode_cursor(shown[-1].place) if len(found) > query.limit else None,
    )


def report_outcome(
    session: WriteSession, caller: Principal, inquiry_id: str, request: OutcomeRequest
) -> OutcomeAnswer:
    """结果反馈: one current record a look; a correction names the record it replaces."""
    _check_told(request)
    inquiry = lock_inquiry(session, inquiry_id)
    if inquiry is None or inquiry.institution_uscc != caller.uscc:
        raise no_such("查询记录", "inquiry", inquiry_id)
    current = find_current_outcome(session, inquiry_id)
    if request.replaces != (None if current is None else current.id):
        raise RuleBroken(
            "outcome_known",
            Text(
                "该查询已有结果；更正请在 replaces 中写明当前记录",
                "this look has an outcome; to correct it, name the current record in `replaces`",
            ),
            current=None if current is None else current.id,
        )
    outcome = CreditOutcome(
        id=new_id(),
        inquiry_id=inquiry_id,
        uscc=inquiry.uscc,
        institution_uscc=caller.uscc,
        institution_name=caller.org_name,
        outcome=request.outcome.value,
        product=request.product.value,
        amount_yuan=request.amount_yuan,
        annual_rate=request.annual_rate,
        reason_code=request.reason_code.value if request.reason_code else None,
        reason=request.reason,
        decided_on=request.decided_on,
        reported_at=now(),
        replaces=request.replaces,
    )
    add_outcome(session, outcome)
    return describe_outcome(outcome)


def show_outcomes(
    session: ReadSession, caller: Principal, uscc: str, query: PageQuery
) -> Page[OutcomeAnswer]:
    """The enterprise sees all of its own, an institution what it told, the bureau everything."""
    sees_all = caller.sees_all or caller.uscc == uscc
    after = read_key(query.cursor)
    institution = None if sees_all else caller.uscc
    found = list_outcomes(session, uscc, institution, after, query.limit + 1)
    shown = found[: query.limit]
    return Page(
        items=[describe_outcome(each) for each in shown],
        next_cursor=encode_cursor(shown[-1].id) if len(found) > query.limit else None,
    )


def show_statistics(
    session: ReadSession, caller: Principal, query: StatisticsQuery
) -> StatisticsAnswer:
    """授信结果统计: an institution of its own decisions, the bureau and the auditor of all."""
    institution = None if caller.sees_all else caller.uscc
    groups = [
        OutcomeGroup(
            product=ProductKind(row.product),
            grade=row.grade,
            outcome=OutcomeWord(row.outcome),
            reason_code=None if row.reason_code is None else RefusalCode(row.reason_code),
            count=row.decisions,
            amount_yuan=format_yuan(row.amount_yuan or Decimal(0)),
            mean_annual_rate=show_rate(row.mean_rate),
        )
        for row in count_outcomes(session, institution, query.since, query.until)
    ]
    return StatisticsAnswer(groups=groups)


def _check_told(request: OutcomeRequest) -> None:
    told = Told(
        request.outcome,
        request.amount_yuan,
        request.annual_rate,
        request.reason_code,
        request.reason,
    )
    faults = find_faults(told)
    if faults:
        raise InvalidInput("invalid_input", faults[0].message, faults=faults)
    if request.decided_on > today():
        message = Text("决定日期在将来", "it cannot have been decided in the future")
        raise invalid("/decided_on", "in_the_future", message)


def _own_batch(session: ReadSession, caller: Principal, batch_id: str) -> InquiryBatch:
    batch = get_inquiry_batch(session, batch_id)
    if not caller.sees_all and batch.institution_uscc != caller.uscc:
        raise no_such("批量查询", "batch of inquiries", batch_id)
    return batch

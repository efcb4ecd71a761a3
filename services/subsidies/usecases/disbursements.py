"""拨付: batches for the bank, made of applications whose public notice is over."""

import csv
import io

from kit.auth import Principal
from kit.clock import now
from kit.db import ReadSession, WriteSession, new_id
from kit.errors import RuleBroken, invalid, no_such
from kit.money import format_yuan
from kit.pages import Page, encode_cursor, read_key
from kit.text import Text
from services.subsidies.rules.applications import ApplicationAct, ApplicationState, take_step
from services.subsidies.rules.decisions import ZERO
from services.subsidies.schemas.disbursements import (
    DisbursementAnswer,
    DisbursementQuery,
    DisbursementRequest,
    DisbursementSummary,
    describe_batch,
    describe_disbursement,
)
from services.subsidies.store.applications import (
    get_application,
    lock_applications,
    rename_once,
)
from services.subsidies.store.disbursements import (
    add_disbursement,
    get_disbursement,
    list_disbursements,
    list_lines,
    list_return_files,
)
from services.subsidies.store.entitlements import get_entitlement
from services.subsidies.store.facts import lock_mergers
from services.subsidies.store.suspected_doubles import list_holds
from services.subsidies.tables import (
    ApplicationRecord,
    DisbursementLineRecord,
    DisbursementRecord,
)
from services.subsidies.usecases.applications import applied_before, hold_family_still, keep_step
from services.subsidies.usecases.suspected_doubles import key_of, refuse_while_held


def order_disbursement(
    session: WriteSession, caller: Principal, request: DisbursementRequest
) -> DisbursementAnswer:
    """列入批次: all of them, or none with the one that may not be paid."""
    wanted = set(request.application_ids)
    if len(wanted) != len(request.application_ids):
        raise invalid(
            "/application_ids",
            "listed_once",
            Text("同一申报列了两次", "an application is listed twice"),
        )
    lock_mergers(session)
    applications = lock_applications(session, wanted)
    for missing in sorted(wanted - {one.id for one in applications}):
        raise no_such("申报", "application", missing)
    _check_once(session, applications)
    batch = DisbursementRecord(
        id=new_id(), made_by=caller.client_id, made_by_uscc=caller.uscc, made_at=now()
    )
    lines = [_order(session, caller, batch, application) for application in applications]
    batch.total_yuan = sum((line.amount_yuan for line in lines), ZERO)
    add_disbursement(session, batch, lines)
    return describe_disbursement(batch, lines, files=0)


def _check_once(session: WriteSession, applications: list[ApplicationRecord]) -> None:
    """Organisations may have merged since the approval: still only one stands on each thing."""
    entitlements = [get_entitlement(session, one.entitlement_id) for one in applications]
    known = hold_family_still(session, entitlements)
    for application, entitlement in zip(applications, entitlements, strict=True):
        refuse_while_held(session, application, ApplicationAct.ORDER)
        if not rename_once(session, application, key_of(session, known, application, entitlement)):
            refusal = applied_before()
            raise RuleBroken(refusal.code, refusal.detail, application_id=application.id)


def _order(
    session: WriteSession,
    caller: Principal,
    batch: DisbursementRecord,
    application: ApplicationRecord,
) -> DisbursementLineRecord:
    after = take_step(ApplicationState(application.state), ApplicationAct.ORDER)
    amount = (application.amount_yuan or ZERO) - application.paid_yuan
    if amount <= ZERO:
        raise RuleBroken(
            "nothing_to_pay",
            Text("应付金额为零，无须拨付", "nothing is to be paid"),
            application_id=application.id,
        )
    keep_step(session, caller, application, ApplicationAct.ORDER, after, f"批次 {batch.id}")
    return DisbursementLineRecord(
        id=new_id(),
        disbursement_id=batch.id,
        application_id=application.id,
        payee_uscc=application.uscc,
        payee_name=application.org_name,
        amount_yuan=amount,
        paid_yuan=ZERO,
        state="open",
    )


def show_disbursements(session: ReadSession, query: DisbursementQuery) -> Page[DisbursementSummary]:
    """All batches."""
    after = read_key(query.cursor)
    found = list_disbursements(
        session, falling=query.sort.startswith("-"), after=after, limit=query.limit + 1
    )
    page = found[: query.limit]
    more = len(found) > len(page)
    return Page(
        items=[describe_batch(batch) for batch in page],
        next_cursor=encode_cursor(page[-1].id) if more else None,
    )


def show_disbursement(session: ReadSession, disbursement_id: str) -> DisbursementAnswer:
    """One batch with its lines."""
    batch = get_disbursement(session, disbursement_id)
    files = len(list_return_files(session, batch.id))
    return describe_disbursement(batch, list_lines(session, batch.id), files)


def write_payment_file(session: ReadSession, disbursement_id: str) -> bytes:
    """The open lines of a batch as csv for the bank (UTF-8 with BOM), without what is held."""
    batch = get_disbursement(session, disbursement_id)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["line_id", "payee_uscc", "payee_name", "amount_yuan"])
    for line in list_lines(session, batch.id):
        if line.state == "open" and not _is_held(session, line):
            left = format_yuan(line.amount_yuan - line.paid_yuan)
            writer.writerow([line.id, line.payee_uscc, _plain(line.payee_name), left])
    return out.getvalue().encode("utf-8-sig")


def _is_held(session: ReadSession, line: DisbursementLineRecord) -> bool:
    return bool(list_holds(session, get_application(session, line.application_id)))


def _plain(name: str) -> str:
    """A name that no spreadsheet takes for a formula."""
    return f"'{name}" if name[:1] in "=+-@" else name

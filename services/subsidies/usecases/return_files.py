"""银行回盘: each row of the bank's file has one answer, and money is booked once."""

from hashlib import sha256

from kit.auth import Principal
from kit.clock import now, today
from kit.db import ReadSession, WriteSession, new_id
from kit.events import record_event
from kit.text import Language
from services.subsidies.rules.applications import (
    ApplicationAct,
    ApplicationState,
    pay_budget,
    take_step,
)
from services.subsidies.rules.return_files import (
    Booked,
    OpenLine,
    ReturnRow,
    RowOutcome,
    judge_row,
    read_return_file,
)
from services.subsidies.schemas.disbursements import (
    ReturnFileAnswer,
    ReturnFileList,
    describe_return_file,
)
from services.subsidies.schemas.events import SubsidyPaid
from services.subsidies.store.applications import lock_applications
from services.subsidies.store.budgets import lock_budget
from services.subsidies.store.disbursements import (
    add_entry,
    add_return_file,
    add_return_rows,
    find_entries,
    find_return_file,
    get_disbursement,
    list_lines,
    list_return_files,
    list_return_rows,
    lock_disbursement,
)
from services.subsidies.tables import (
    ApplicationRecord,
    DisbursementLineRecord,
    MoneyEntryRecord,
    ReturnFileRecord,
    ReturnRowRecord,
)
from services.subsidies.usecases.applications import keep_step
from services.subsidies.usecases.budgets import state_of

MAX_BYTES = 8 * 1024 * 1024


def take_in_return_file(
    session: WriteSession,
    caller: Principal,
    disbursement_id: str,
    name: str,
    content: bytes,
    language: Language,
) -> tuple[ReturnFileAnswer, bool]:
    """Book what the bank paid; the same file again answers as before. True where it is new."""
    batch = lock_disbursement(session, disbursement_id)
    digest = sha256(content).hexdigest()
    known = find_return_file(session, batch.id, digest)
    if known is not None:
        return describe_return_file(known, list_return_rows(session, known.id), language), False
    rows = read_return_file(content, today())
    file = ReturnFileRecord(
        id=new_id(),
        disbursement_id=batch.id,
        name=name[:300],
        sha256=digest,
        content=content,
        received_by=caller.client_id,
        received_by_uscc=caller.uscc,
        received_at=now(),
    )
    add_return_file(session, file)
    lines = {line.id: line for line in list_lines(session, batch.id)}
    found = lock_applications(session, {line.application_id for line in lines.values()})
    desk = _Desk(session, caller, lines, {one.id: one for one in found})
    kept = [desk.take(file.id, row) for row in rows]
    add_return_rows(session, kept)
    return describe_return_file(file, kept, language), True


class _Desk:
    """One batch under its lock, while the rows of a file are worked through in order."""

    def __init__(
        self,
        session: WriteSession,
        caller: Principal,
        lines: dict[str, DisbursementLineRecord],
        applications: dict[str, ApplicationRecord],
    ) -> None:
        self.session = session
        self.caller = caller
        self.lines = lines
        self.applications = applications

    def take(self, file_id: str, row: ReturnRow) -> ReturnRowRecord:
        """The row as it is kept, after it had its effect."""
        line = self.lines.get(row.line_id)
        outcome = judge_row(row, _state(line), self._find_booked(row))
        entry_id = None
        if line is not None and outcome in (RowOutcome.PAID, RowOutcome.PARTLY_PAID):
            entry_id = self._book(line, row)
            outcome = outcome if entry_id else RowOutcome.DOUBLED
        elif line is not None and outcome is RowOutcome.FAILED:
            self._fail(line, row)
        return ReturnRowRecord(
            file_id=file_id,
            number=row.number,
            raw=row.raw,
            outcome=outcome.value,
            line_id=line.id if line else None,
            entry_id=entry_id,
            note=row.fault or row.message or None,
        )

    def _find_booked(self, row: ReturnRow) -> Booked | None:
        if not row.bank_ref:
            return None
        entry = find_entries(self.session, [row.bank_ref]).get(row.bank_ref)
        return Booked(entry.line_id, entry.amount_yuan, entry.booked_on) if entry else None

    def _book(self, line: DisbursementLineRecord, row: ReturnRow) -> str | None:
        """An entry, the sums it changes, the step and the event; None where it lost a race."""
        application = self.applications[line.application_id]
        entry = MoneyEntryRecord(
            id=new_id(),
            application_id=application.id,
            line_id=line.id,
            kind="payment",
            amount_yuan=row.amount_yuan,
            booked_on=row.paid_on,
            bank_ref=row.bank_ref,
            reason=row.message or None,
            actor=self.caller.client_id,
            actor_uscc=self.caller.uscc,
            at=now(),
        )
        if not add_entry(self.session, entry):
            return None
        assert application.budget_id is not None
        assert row.paid_on is not None
        budget = lock_budget(self.session, application.budget_id)
        budget.paid_yuan = pay_budget(state_of(budget), row.amount_yuan)
        budget.version += 1
        line.paid_yuan += row.amount_yuan
        application.paid_yuan += row.amount_yuan
        whole = line.paid_yuan == line.amount_yuan
        line.state = "paid" if whole else "open"
        act = ApplicationAct.PAY if whole else ApplicationAct.PAY_PART
        self._step(application, act, f"银行流水 {row.bank_ref}，{row.amount_yuan} 元")
        event = SubsidyPaid(
            uscc=application.uscc,
            payment_id=entry.id,
            application_id=application.id,
            rule=application.rule,
            amount_yuan=row.amount_yuan,
            paid_on=row.paid_on,
        )
        record_event(self.session, event, subject=application.uscc)
        return entry.id

    def _fail(self, line: DisbursementLineRecord, row: ReturnRow) -> None:
        line.state = "failed"
        self._step(
            self.applications[line.application_id],
            ApplicationAct.FAIL,
            row.message or "银行退票，未说明原因",
        )

    def _step(self, application: ApplicationRecord, act: ApplicationAct, reason: str) -> None:
        after = take_step(ApplicationState(application.state), act)
        keep_step(self.session, self.caller, application, act, after, reason)


def _state(line: DisbursementLineRecord | None) -> OpenLine | None:
    if line is None:
        return None
    return OpenLine(line.payee_uscc, line.amount_yuan, line.paid_yuan, line.state == "open")


def show_return_files(
    session: ReadSession, disbursement_id: str, language: Language
) -> ReturnFileList:
    """All files of the bank to one batch, each row with its answer."""
    batch = get_disbursement(session, disbursement_id)
    return ReturnFileList(
        items=[
            describe_return_file(file, list_return_rows(session, file.id), language)
            for file in list_return_files(session, batch.id)
        ]
    )

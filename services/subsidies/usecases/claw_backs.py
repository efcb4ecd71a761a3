"""追回: money that came back is an entry of its own; what was paid stays as it was written."""

from kit.auth import Principal
from kit.clock import now, today
from kit.db import ReadSession, WriteSession, new_id
from kit.errors import RuleBroken, invalid
from kit.events import record_event
from kit.money import format_yuan
from kit.text import Text
from services.subsidies.rules.applications import (
    ApplicationAct,
    ApplicationState,
    release_budget,
    take_step,
)
from services.subsidies.rules.decisions import ZERO
from services.subsidies.schemas.applications import ApplicationAnswer
from services.subsidies.schemas.disbursements import (
    ClawBackRequest,
    MoneyEntryList,
    describe_entry,
)
from services.subsidies.schemas.events import SubsidyClawedBack
from services.subsidies.store.applications import get_application, lock_application
from services.subsidies.store.budgets import lock_budget
from services.subsidies.store.disbursements import add_entry, find_entries, list_entries
from services.subsidies.tables import ApplicationRecord, MoneyEntryRecord
from services.subsidies.usecases.applications import describe, keep_step
from services.subsidies.usecases.budgets import state_of


def claw_back(
    session: WriteSession, caller: Principal, application_id: str, request: ClawBackRequest
) -> ApplicationAnswer:
    """A negative entry; all of it back ends the application, and frees the thing and the budget."""
    application = lock_application(session, application_id)
    known = find_entries(session, [request.bank_ref]).get(request.bank_ref)
    if known is not None and _is_same(known, application, request):
        return describe(session, application)
    _check(caller, application, request)
    whole = request.amount_yuan == application.paid_yuan
    act = ApplicationAct.CLAW_BACK if whole else ApplicationAct.CLAW_BACK_PART
    after = take_step(ApplicationState(application.state), act)
    entry = MoneyEntryRecord(
        id=new_id(),
        application_id=application.id,
        kind="clawback",
        amount_yuan=-request.amount_yuan,
        booked_on=request.received_on,
        bank_ref=request.bank_ref,
        reason=request.reason,
        actor=caller.client_id,
        actor_uscc=caller.uscc,
        at=now(),
    )
    if not add_entry(session, entry):
        raise RuleBroken(
            "bank_ref_known",
            Text("该流水号已用于另一笔", "the number stands for another movement"),
        )
    _return_to_budget(session, application, request)
    application.paid_yuan -= request.amount_yuan
    keep_step(session, caller, application, act, after, request.reason)
    event = SubsidyClawedBack(
        uscc=application.uscc,
        claw_back_id=entry.id,
        application_id=application.id,
        rule=application.rule,
        amount_yuan=request.amount_yuan,
        received_on=request.received_on,
        reason=request.reason,
    )
    record_event(session, event, subject=application.uscc)
    return describe(session, application)


def _is_same(
    known: MoneyEntryRecord, application: ApplicationRecord, request: ClawBackRequest
) -> bool:
    said = (application.id, -request.amount_yuan, request.received_on)
    return (known.application_id, known.amount_yuan, known.booked_on) == said


def _check(caller: Principal, application: ApplicationRecord, request: ClawBackRequest) -> None:
    if request.received_on > today():
        raise invalid(
            "/received_on", "date_in_future", Text("到账日期晚于今天", "a day after today")
        )
    if application.reviewed_by == caller.client_id:
        raise RuleBroken(
            "second_person_needed",
            Text("审核人不能登记追回", "who reviewed it may not enter the claw-back"),
        )
    paid = application.paid_yuan
    take_step(ApplicationState(application.state), ApplicationAct.CLAW_BACK)
    if request.amount_yuan > paid:
        raise RuleBroken(
            "more_than_paid",
            Text(f"净支付额为{format_yuan(paid)}元", f"{format_yuan(paid)} yuan net were paid"),
            paid_yuan=format_yuan(paid),
        )


def _return_to_budget(
    session: WriteSession, application: ApplicationRecord, request: ClawBackRequest
) -> None:
    """The money is free again in the budget that it came from."""
    assert application.budget_id is not None
    budget = lock_budget(session, application.budget_id)
    budget.paid_yuan = max(budget.paid_yuan - request.amount_yuan, ZERO)
    budget.committed_yuan = release_budget(state_of(budget), request.amount_yuan)
    budget.version += 1


def show_entries(session: ReadSession, application_id: str) -> MoneyEntryList:
    """All money of an application."""
    get_application(session, application_id)
    return MoneyEntryList(
        items=[describe_entry(entry) for entry in list_entries(session, application_id)]
    )

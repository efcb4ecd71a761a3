"""The jobs of the gateway: what the clock alone does to loans."""

from datetime import date

from gateway.rules import loan_ends
from gateway.rules.ledger import Actor
from gateway.rules.loans import Loan, LoanAct, LoanState
from gateway.rules.packing import unpack
from gateway.rules.supports import Doing, Noun
from gateway.store.cases import lock_case
from gateway.store.supports import get_support, list_ids_in_states, lock_support
from gateway.usecases.loans import tell_lending
from gateway.usecases.supports import keep_step
from kit.clock import now, today
from kit.db import WriteSession
from kit.events import make_board
from kit.jobs import Work

board = make_board("gateway")

_WATCHED = [
    LoanState.DISBURSED.value,
    LoanState.OVERDUE.value,
    LoanState.REPAID.value,
]
_REASONS = {
    LoanAct.MARK_OVERDUE: "到期款项未还，按还款计划自动记为逾期",
    LoanAct.LAPSE_FILING: "放款已满三个月未备案，备案期限届满",
}


@board.task("loans.watch", cron="15 0 * * *")
def watch_loans(work: Work) -> None:
    """每日核对: each loan in a transaction of its own; a second time changes nothing."""
    with work.database.read() as session:
        ids = list_ids_in_states(session, Noun.LOAN, _WATCHED)
    for loan_id in ids:
        with work.database.write() as session:
            watch_loan(session, loan_id, today())


def watch_loan(session: WriteSession, loan_id: str, on: date) -> None:
    """到期未还记逾期；满三个月未备案的，备案期限届满."""
    lock_case(session, get_support(session, Noun.LOAN, loan_id).case_id)
    support = lock_support(session, Noun.LOAN, loan_id)
    loan = unpack(Loan, support.terms)
    act = loan_ends.find_clock_act(support.state, loan, on)
    if act is None:
        return
    clock = Actor("clock", "service", support.holder.uscc, support.holder.name)
    doing = Doing(clock, now(), on, reason=_REASONS[act])
    after = loan_ends.move_by_clock(loan, act, on)
    moved = keep_step(session, support, act, after, doing)
    tell_lending(session, moved, after, act)

"""贷: applying, examining, deciding, paying out, filing, repaying, claiming, recovering."""

from typing import assert_never

from gateway.rules import guarantees, loan_ends, loans
from gateway.rules.cases import Case
from gateway.rules.guarantees import Guarantee, GuaranteeAct
from gateway.rules.loans import Loan, LoanAct, LoanState
from gateway.rules.packing import unpack
from gateway.rules.stages import Stage
from gateway.rules.supports import Doing, Noun, Side, Support, require_move, require_side
from gateway.schemas.events import LoanDisbursed, LoanOverdue, LoanSettled
from gateway.schemas.loans import (
    LoanAnswer,
    LoanApproval,
    LoanBrief,
    LoanClaim,
    LoanDecision,
    LoanExamination,
    LoanMove,
    LoanRequest,
    LoanSigning,
    LoanStep,
    LoanSum,
    Repayment,
    describe_loan,
)
from gateway.schemas.requests import ConditionOnWire, DecisionRequest
from gateway.schemas.supports import SupportQuery
from gateway.store.cases import lock_case
from gateway.store.pools import change_exposure
from gateway.store.shelves import find_subsidy_terms
from gateway.store.supports import find_subsidised_loan, list_case_supports, lock_support
from gateway.usecases.cases import actor_of, check_applicant
from gateway.usecases.conditions import require_conditions
from gateway.usecases.decisions import Bench, decide_track
from gateway.usecases.files import follow_file
from gateway.usecases.guarantees import return_to_pool
from gateway.usecases.products import CaseFacts, choose_product
from gateway.usecases.supports import (
    Opening,
    add_file,
    doing_of,
    get_visible_file,
    keep_step,
    list_visible_files,
    lock_file,
)
from kit.auth import Principal
from kit.clock import today
from kit.db import ReadSession, WriteSession
from kit.errors import RuleBroken, invalid
from kit.events import Event, record_event
from kit.pages import Page
from kit.text import Text

_NEED_REASON = ("return", "withdraw", "write_off", "refuse_filing", "revoke_filing")
_FILING = {"confirm_filing", "refuse_filing", "revoke_filing"}


def apply_for_loan(
    session: WriteSession, caller: Principal, request: LoanRequest, known: CaseFacts
) -> LoanAnswer:
    """申请: at the track of the product's bank; a product whose rules refuse the case is no way."""
    check_applicant(caller, known.case.uscc)
    case = lock_case(session, request.case_id)
    product = choose_product(session, request.product_id, "loan", known)
    if request.subsidised:
        _refuse_second_subsidy(session, case.uscc)
    loan = Loan(request.amount_yuan, request.months, request.purpose, request.subsidised)
    doing = doing_of(actor_of(caller, case.uscc), evidence=request.evidence)
    opening = Opening(
        Noun.LOAN, LoanAct.APPLY, LoanState.APPLIED, loan, product.uscc, request.product_id
    )
    return describe_loan(add_file(session, case, opening, doing))


def show_loan(session: ReadSession, caller: Principal, loan_id: str) -> LoanAnswer:
    """One loan."""
    return describe_loan(get_visible_file(session, caller, Noun.LOAN, loan_id))


def show_loans(session: ReadSession, caller: Principal, query: SupportQuery) -> Page[LoanAnswer]:
    """Newest first."""
    shown, cursor = list_visible_files(session, caller, Noun.LOAN, query)
    return Page(items=[describe_loan(one) for one in shown], next_cursor=cursor)


def order_of(loan_id: str, decision: LoanDecision) -> DecisionRequest:
    """The decision in the words of the case."""
    if not isinstance(decision, LoanApproval):
        return DecisionRequest(
            outcome="rejected",
            reason_code=decision.reason_code,
            reason=decision.reason,
            result={"loan_id": loan_id},
        )
    read = [one.read() for one in decision.conditions]
    brief = LoanBrief(
        loan_id=loan_id,
        amount_yuan=decision.amount_yuan,
        annual_rate=decision.annual_rate,
        months=decision.months,
        method=decision.method,
    )
    return DecisionRequest(
        outcome="conditionally_approved" if read else "approved",
        reason=decision.reason,
        conditions=[
            ConditionOnWire(text=one.text, stage=None if one.stage is None else Stage(one.stage))
            for one in read
        ],
        result=brief.model_dump(mode="json"),
    )


def decide_loan(
    session: WriteSession,
    caller: Principal,
    loan_id: str,
    decision: LoanDecision,
    bench: Bench,
    if_match: str | None,
) -> LoanAnswer:
    """审批: in the file and at the track of the case at once."""
    _case, support = lock_file(session, caller, Noun.LOAN, loan_id, if_match)
    loan = unpack(Loan, support.terms)
    code = None if isinstance(decision, LoanApproval) else decision.reason_code
    doing = doing_of(
        actor_of(caller, support.uscc),
        reason_code=code,
        reason=decision.reason,
        evidence=decision.evidence,
    )
    if isinstance(decision, LoanApproval):
        require_move(support, loans.MOVES, LoanAct.APPROVE)
        approved = loans.approve_loan(
            loan,
            amount=decision.amount_yuan,
            annual_rate=decision.annual_rate,
            months=decision.months,
            method=decision.method,
            conditions=tuple(one.read() for one in decision.conditions),
        )
        support = keep_step(session, support, LoanAct.APPROVE, approved, doing)
    else:
        support = keep_step(session, support, LoanAct.REJECT, loan, doing)
    decide_track(session, bench)
    return describe_loan(support)


def step_loan(
    session: WriteSession,
    caller: Principal,
    loan_id: str,
    request: LoanStep,
    if_match: str | None,
) -> LoanAnswer:
    """推进: every other step of a loan's life, by whoever it belongs to."""
    case, support = lock_file(session, caller, Noun.LOAN, loan_id, if_match)
    act, actor = LoanAct(request.act), actor_of(caller, support.uscc)
    require_side(support, loans.SIDES.get(act, (Side.HOLDER,)), actor)
    require_move(support, loans.MOVES, act)
    if request.act in _NEED_REASON and not request.reason:
        raise invalid(
            "/reason", "reason_missing", Text("这一步须说明理由", "this step needs a reason")
        )
    doing = doing_of(actor, reason=request.reason, evidence=request.evidence)
    before = unpack(Loan, support.terms)
    after = _move(session, case, support, before, request, doing)
    moved = keep_step(session, support, act, after, doing)
    follow_file(session, moved, doing)
    tell_lending(session, moved, after, act)
    return describe_loan(moved)


def _move(
    session: WriteSession, case: Case, support: Support, loan: Loan, request: LoanStep, doing: Doing
) -> Loan:
    """The loan after a step; what the step means for the guarantee happens here too."""
    match request:
        case LoanMove():
            return _move_plainly(session, support, loan, LoanAct(request.act), doing)
        case LoanExamination():
            return loans.note_findings(loan, request.findings)
        case LoanSigning():
            return loans.sign_loan(loan, request.contract_number, today())
        case LoanSum(act="disburse"):
            require_conditions(session, case, loan)
            return loans.disburse_loan(loan, request.amount_yuan, today())
        case LoanSum(act="file"):
            return loans.file_loan(loan, request.amount_yuan, today())
        case LoanSum():
            recovered = loan_ends.recover_loan(loan, request.amount_yuan)
            if support.state != LoanState.OVERDUE:
                _recover_guarantee(session, support, request, doing)
            return recovered
        case Repayment():
            return loans.repay_loan(loan, request.principal_yuan, request.interest_yuan)
        case LoanClaim():
            claimed = loan_ends.claim_loss(loan, purpose_holds=request.purpose_kept)
            _claim_guarantee(session, support, claimed, request, doing)
            return claimed
    assert_never(request)


def _move_plainly(
    session: WriteSession, support: Support, loan: Loan, act: LoanAct, doing: Doing
) -> Loan:
    if act.value in _FILING:
        return loans.move_filing(loan, act)
    if act is LoanAct.SETTLE:
        _release_guarantees(session, support, doing)
        return loan_ends.settle_loan(loan, find_subsidy_terms(loan.signed_on or today()))
    if act is LoanAct.MARK_OVERDUE:
        return loan_ends.mark_overdue(loan, today())
    if act is LoanAct.CURE:
        loan_ends.require_behind(loan, today(), behind=False)
    if act is LoanAct.CLOSE:
        loan_ends.require_recovered(loan)
    return loan


def _claim_guarantee(
    session: WriteSession, support: Support, loan: Loan, request: LoanClaim, doing: Doing
) -> None:
    found = lock_support(session, Noun.GUARANTEE, request.guarantee_id)
    if found.case_id != support.case_id:
        raise RuleBroken(
            "not_this_case",
            Text("该保函或保单不属于同一办件", "the guarantee belongs to another case"),
        )
    guarantee = unpack(Guarantee, found.terms)
    claimed = guarantees.claim_guarantee(guarantee, support.id, loan.lost_yuan, today())
    keep_step(session, found, GuaranteeAct.CLAIM, claimed, doing)


def _recover_guarantee(
    session: WriteSession, support: Support, request: LoanSum, doing: Doing
) -> None:
    for seen in list_case_supports(session, support.case_id, Noun.GUARANTEE):
        found = lock_support(session, Noun.GUARANTEE, seen.id)
        guarantee = unpack(Guarantee, found.terms)
        if guarantee.loan_id == support.id and guarantee.borne:
            after = guarantees.recover_guarantee(guarantee, request.amount_yuan)
            keep_step(session, found, GuaranteeAct.RECOVER, after, doing)
            return_to_pool(session, found, guarantee, after, doing)


def _release_guarantees(session: WriteSession, support: Support, doing: Doing) -> None:
    """A loan that is paid back frees its guarantees, where the case has no other loan running."""
    running = [
        one
        for one in list_case_supports(session, support.case_id, Noun.LOAN)
        if one.id != support.id and one.state in loans.COMMITTED | loans.PAID_OUT
    ]
    if running:
        return
    for seen in list_case_supports(session, support.case_id, Noun.GUARANTEE):
        found = lock_support(session, Noun.GUARANTEE, seen.id)
        if found.state == guarantees.GuaranteeState.IN_FORCE:
            guarantee = unpack(Guarantee, found.terms)
            keep_step(session, found, GuaranteeAct.RELEASE, guarantee, doing)
            change_exposure(session, found.uscc, -guarantee.liability_yuan)


def _refuse_second_subsidy(session: WriteSession, uscc: str) -> None:
    found = find_subsidised_loan(session, uscc)
    if found is not None:
        raise RuleBroken(
            "one_subsidised_loan",
            Text(
                f"一家企业只有一笔贴息贷款，已有 {found}",
                f"a firm has one subsidised loan, and this one has {found}",
            ),
            id=found,
        )


def tell_lending(session: WriteSession, support: Support, loan: Loan, act: LoanAct) -> None:
    """Credit keeps lending as facts: paid out, overdue, settled."""
    kinds: dict[LoanAct, type[LoanDisbursed | LoanOverdue | LoanSettled]] = {
        LoanAct.DISBURSE: LoanDisbursed,
        LoanAct.MARK_OVERDUE: LoanOverdue,
        LoanAct.SETTLE: LoanSettled,
    }
    if act in kinds:
        event: Event = kinds[act](
            loan_id=support.id,
            case_id=support.case_id,
            uscc=support.uscc,
            bank={"uscc": support.holder.uscc, "name": support.holder.name},
            disbursed_yuan=loan.disbursed_yuan,
            outstanding_yuan=loan.outstanding_yuan,
            on=today(),
        )
        record_event(session, event, subject=support.uscc)

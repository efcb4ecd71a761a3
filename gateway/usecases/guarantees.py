"""保: applying, quoting, issuing, sharing a loss, recovering; and the pools that pay first."""

from dataclasses import asdict
from decimal import Decimal

from gateway.rules import guarantees, loan_ends
from gateway.rules.guarantees import Guarantee, GuaranteeAct, GuaranteeKind, GuaranteeState
from gateway.rules.loans import Loan, LoanAct
from gateway.rules.packing import unpack
from gateway.rules.sharing import (
    Scheme,
    check_scheme,
    find_compensation,
    find_cover_ratio,
    share_loss,
)
from gateway.rules.supports import Doing, Noun, Side, Support, require_move, require_side
from gateway.schemas.events import GuaranteeIssued
from gateway.schemas.guarantees import (
    GuaranteeAnswer,
    GuaranteeDecision,
    GuaranteeIssue,
    GuaranteeMove,
    GuaranteeRequest,
    GuaranteeStep,
    PartAnswer,
    Quotation,
    SchemeAnswer,
    SchemeList,
    SharingAnswer,
    SharingRequest,
    describe_guarantee,
)
from gateway.schemas.requests import DecisionRequest
from gateway.schemas.supports import SupportQuery
from gateway.store.cases import lock_case
from gateway.store.pools import add_entry, change_exposure, find_pool, lock_exposure, lock_pool
from gateway.store.shelves import get_limits, list_schemes
from gateway.store.supports import lock_support
from gateway.usecases.cases import actor_of, check_applicant
from gateway.usecases.conditions import reopen_uncovered, withdraw_support
from gateway.usecases.decisions import Bench, decide_track
from gateway.usecases.files import follow_file
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
from kit.errors import invalid
from kit.events import record_event
from kit.money import format_yuan
from kit.pages import Page
from kit.text import Text

_NEED_REASON = ("withdraw", "cancel", "refuse_claim")


def apply_for_guarantee(
    session: WriteSession, caller: Principal, request: GuaranteeRequest, known: CaseFacts
) -> GuaranteeAnswer:
    """申请: at the track of the product's insurer or guarantor."""
    check_applicant(caller, known.case.uscc)
    case = lock_case(session, request.case_id)
    product = choose_product(session, request.product_id, "insurance", known)
    guarantee = Guarantee(GuaranteeKind(product.kind), request.principal_yuan)
    doing = doing_of(actor_of(caller, case.uscc), evidence=request.evidence)
    opening = Opening(
        Noun.GUARANTEE,
        GuaranteeAct.APPLY,
        GuaranteeState.APPLIED,
        guarantee,
        product.uscc,
        request.product_id,
    )
    return describe_guarantee(add_file(session, case, opening, doing))


def show_guarantee(session: ReadSession, caller: Principal, guarantee_id: str) -> GuaranteeAnswer:
    """One guarantee or insurance."""
    return describe_guarantee(get_visible_file(session, caller, Noun.GUARANTEE, guarantee_id))


def show_guarantees(
    session: ReadSession, caller: Principal, query: SupportQuery
) -> Page[GuaranteeAnswer]:
    """Newest first."""
    shown, cursor = list_visible_files(session, caller, Noun.GUARANTEE, query)
    return Page(items=[describe_guarantee(one) for one in shown], next_cursor=cursor)


def order_of(guarantee_id: str, decision: GuaranteeDecision) -> DecisionRequest:
    """The decision in the words of the case."""
    if isinstance(decision, GuaranteeIssue):
        return DecisionRequest(
            outcome="approved",
            reason=decision.reason,
            result={"guarantee_id": guarantee_id, "number": decision.number},
        )
    return DecisionRequest(
        outcome="rejected",
        reason_code=decision.reason_code,
        reason=decision.reason,
        result={"guarantee_id": guarantee_id},
    )


def decide_guarantee(
    session: WriteSession,
    caller: Principal,
    guarantee_id: str,
    decision: GuaranteeDecision,
    bench: Bench,
    if_match: str | None,
) -> GuaranteeAnswer:
    """出具或拒绝: in the file and at the track of the case at once."""
    _case, support = lock_file(session, caller, Noun.GUARANTEE, guarantee_id, if_match)
    guarantee, actor = unpack(Guarantee, support.terms), actor_of(caller, support.uscc)
    code = None if isinstance(decision, GuaranteeIssue) else decision.reason_code
    doing = doing_of(actor, reason_code=code, reason=decision.reason, evidence=decision.evidence)
    if isinstance(decision, GuaranteeIssue):
        support = _issue(session, support, guarantee, decision, doing)
    else:
        support = keep_step(session, support, GuaranteeAct.DECLINE, guarantee, doing)
    decide_track(session, bench)
    reopen_uncovered(session, support.case_id, actor)
    return describe_guarantee(support)


def step_guarantee(
    session: WriteSession,
    caller: Principal,
    guarantee_id: str,
    request: GuaranteeStep,
    if_match: str | None,
) -> GuaranteeAnswer:
    """推进: every other step, by whoever it belongs to."""
    _case, support = lock_file(session, caller, Noun.GUARANTEE, guarantee_id, if_match)
    act, actor = GuaranteeAct(request.act), actor_of(caller, support.uscc)
    require_side(support, guarantees.SIDES.get(act, (Side.HOLDER,)), actor)
    require_move(support, guarantees.MOVES, act)
    if request.act in _NEED_REASON and not request.reason:
        raise invalid(
            "/reason", "reason_missing", Text("这一步须说明理由", "this step needs a reason")
        )
    doing = doing_of(actor, reason=request.reason, evidence=request.evidence)
    guarantee = unpack(Guarantee, support.terms)
    if isinstance(request, Quotation):
        after = _quote(session, guarantee, request)
    else:
        after = _move(session, support, guarantee, request, doing)
    moved = keep_step(session, support, act, after, doing)
    follow_file(session, moved, doing)
    if act is GuaranteeAct.CANCEL:
        withdraw_support(session, support.case_id, support.track_id, actor)
        reopen_uncovered(session, support.case_id, actor)
    return describe_guarantee(moved)


def return_to_pool(
    session: WriteSession, support: Support, before: Guarantee, after: Guarantee, doing: Doing
) -> None:
    """What a recovery brings back to the pool, into the pool."""
    scheme = after.scheme
    amount = guarantees.find_pool_part(after)[1] - guarantees.find_pool_part(before)[1]
    if scheme is not None and scheme.pool_id is not None and amount > 0:
        add_entry(session, scheme.pool_id, amount, asdict(doing.actor), "追偿返还", support.id)


def show_schemes() -> SchemeList:
    """The schemes that are often used."""
    return SchemeList(
        items=[
            SchemeAnswer(
                id=one.id,
                title_zh=one.title.zh,
                title_en=one.title.en,
                source=one.source,
                sharers=[asdict(sharer) for sharer in one.scheme.sharers],
                cover_ratio=find_cover_ratio(one.scheme),
            )
            for one in list_schemes()
        ]
    )


def calculate_sharing(request: SharingRequest) -> SharingAnswer:
    """试算: who would bear what of a loss; nothing is stored."""
    scheme = _read_scheme(request)
    borne = share_loss(scheme, request.loss_yuan, request.pool_balance_yuan)
    return SharingAnswer(
        loss_yuan=request.loss_yuan,
        parts=[PartAnswer(code=one.code, amount_yuan=one.amount_yuan) for one in borne],
        compensation_yuan=find_compensation(borne),
    )


def _issue(
    session: WriteSession,
    support: Support,
    guarantee: Guarantee,
    decision: GuaranteeIssue,
    doing: Doing,
) -> Support:
    """Under the limit of the firm, which nobody else can use up meanwhile."""
    require_move(support, guarantees.MOVES, GuaranteeAct.ISSUE)
    in_force = lock_exposure(session, support.uscc)
    guarantees.require_room(in_force, guarantee, get_limits())
    issued = guarantees.issue_guarantee(
        guarantee, decision.number, today(), decision.in_force_until
    )
    change_exposure(session, support.uscc, issued.liability_yuan)
    event = GuaranteeIssued(
        support_id=support.id,
        case_id=support.case_id,
        uscc=support.uscc,
        institution={"uscc": support.holder.uscc, "name": support.holder.name},
        amount_yuan=issued.principal_yuan,
        on=today(),
    )
    record_event(session, event, subject=support.uscc)
    return keep_step(session, support, GuaranteeAct.ISSUE, issued, doing)


def _quote(session: WriteSession, guarantee: Guarantee, request: Quotation) -> Guarantee:
    scheme = _read_scheme(request)
    if scheme.pool_id is not None and find_pool(session, scheme.pool_id) is None:
        raise invalid(
            "/scheme/pool_id", "pool_unknown", Text("没有这个资金池", "there is no such pool")
        )
    return guarantees.quote_guarantee(
        guarantee,
        principal=request.principal_yuan,
        fee_rate=request.fee_rate,
        scheme=scheme,
        valid_until=request.valid_until,
        limits=get_limits(),
    )


def _move(
    session: WriteSession,
    support: Support,
    guarantee: Guarantee,
    request: GuaranteeMove,
    doing: Doing,
) -> Guarantee:
    match request.act:
        case "release" | "cancel":
            change_exposure(session, support.uscc, -guarantee.liability_yuan)
            return guarantee
        case "refuse_claim":
            _move_loan(session, guarantee, LoanAct.REFUSE_CLAIM, None, doing)
            return guarantees.drop_claim(guarantee)
        case "compensate":
            return _compensate(session, support, guarantee, doing)
        case _:
            return guarantee


def _compensate(
    session: WriteSession, support: Support, guarantee: Guarantee, doing: Doing
) -> Guarantee:
    """代偿: the pool first, as far as it reaches; then the others by their shares."""
    pool_id = guarantee.scheme.pool_id if guarantee.scheme else None
    change_exposure(session, support.uscc, -guarantee.liability_yuan)
    holds = lock_pool(session, pool_id).balance_yuan if pool_id else Decimal("0.00")
    after = guarantees.compensate_guarantee(guarantee, holds)
    paid, _back = guarantees.find_pool_part(after)
    if pool_id and paid:
        reason = f"补偿本金损失 {format_yuan(paid)} 元"
        add_entry(session, pool_id, -paid, asdict(doing.actor), reason, support.id)
    _move_loan(session, after, LoanAct.COMPENSATE, guarantees.find_paid(after), doing)
    return after


def _move_loan(
    session: WriteSession, guarantee: Guarantee, act: LoanAct, paid: Decimal | None, doing: Doing
) -> None:
    """The loan that the claim is about goes along."""
    if guarantee.loan_id is None:
        return
    support = lock_support(session, Noun.LOAN, guarantee.loan_id)
    loan = unpack(Loan, support.terms)
    loan = loan_ends.drop_claim(loan) if paid is None else loan_ends.compensate_loan(loan, paid)
    keep_step(session, support, act, loan, doing)


def _read_scheme(request: Quotation | SharingRequest) -> Scheme:
    if (request.scheme is None) == (request.stock_scheme is None):
        raise invalid(
            "/scheme",
            "scheme_missing",
            Text("请给出 scheme 或 stock_scheme 之一", "give either scheme or stock_scheme"),
        )
    if request.scheme is not None:
        scheme = request.scheme.read()
        check_scheme(scheme)
        return scheme
    found = next((one for one in list_schemes() if one.id == request.stock_scheme), None)
    if found is None:
        known = "、".join(one.id for one in list_schemes())
        raise invalid("/stock_scheme", "scheme_unknown", Text(f"可用：{known}", f"known: {known}"))
    return found.scheme

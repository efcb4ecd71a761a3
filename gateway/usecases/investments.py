"""投: interest, term sheet, closing, tranches by milestone, exit."""

from gateway.rules import conversions, investments
from gateway.rules.investments import Investment, InvestmentAct, InvestmentState
from gateway.rules.packing import unpack
from gateway.rules.supports import Noun, Side, Support, require_move, require_side
from gateway.schemas.events import InvestmentClosed
from gateway.schemas.investments import (
    Closing,
    ConversionClaim,
    InvestmentAnswer,
    InvestmentDecision,
    InvestmentRequest,
    InvestmentStep,
    MoneyReturn,
    ShareSale,
    TermSheet,
    TrancheMove,
    describe_investment,
    read_conversion,
    read_stakes,
    read_tranches,
)
from gateway.schemas.requests import DecisionRequest
from gateway.schemas.supports import SupportQuery
from gateway.store.cases import lock_case
from gateway.store.products import get_product
from gateway.usecases.cases import actor_of, find_visible_case
from gateway.usecases.decisions import Bench, decide_track
from gateway.usecases.files import follow_file
from gateway.usecases.products import MANDATES, match_row, read_case_facts
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
from kit.errors import Forbidden, RuleBroken, invalid
from kit.events import record_event
from kit.pages import Page
from kit.text import Text

_NEED_REASON = (
    "refuse_terms",
    "withdraw",
    "write_off",
    "refuse_milestone",
    "refuse_conversion",
)


def show_interest(
    session: WriteSession, caller: Principal, request: InvestmentRequest
) -> InvestmentAnswer:
    """意向: at the fund's own track of a case that its mandate does not refuse."""
    find_visible_case(session, caller, request.case_id)
    mandate = get_product(session, request.mandate_id, MANDATES)
    if mandate.uscc != caller.uscc:
        raise Forbidden("not_your_product", Text("不是本基金的投向", "not a mandate of this fund"))
    case = lock_case(session, request.case_id)
    match = match_row(mandate, read_case_facts(session, case))
    broken = [one.text for one in match.verdicts if one.holds is False]
    if broken:
        raise RuleBroken(
            "product_does_not_fit",
            Text("；".join(one.zh for one in broken), "; ".join(one.en for one in broken)),
        )
    doing = doing_of(actor_of(caller, case.uscc), evidence=request.evidence)
    opening = Opening(
        Noun.INVESTMENT,
        InvestmentAct.SHOW_INTEREST,
        InvestmentState.INTERESTED,
        Investment(),
        caller.uscc,
        request.mandate_id,
    )
    return describe_investment(add_file(session, case, opening, doing))


def show_investment(
    session: ReadSession, caller: Principal, investment_id: str
) -> InvestmentAnswer:
    """One investment."""
    return describe_investment(get_visible_file(session, caller, Noun.INVESTMENT, investment_id))


def show_investments(
    session: ReadSession, caller: Principal, query: SupportQuery
) -> Page[InvestmentAnswer]:
    """Newest first."""
    shown, cursor = list_visible_files(session, caller, Noun.INVESTMENT, query)
    return Page(items=[describe_investment(one) for one in shown], next_cursor=cursor)


def order_of(investment_id: str, decision: InvestmentDecision) -> DecisionRequest:
    """The decision in the words of the case."""
    result = {"investment_id": investment_id}
    if isinstance(decision, Closing):
        return DecisionRequest(outcome="approved", reason=decision.reason, result=result)
    return DecisionRequest(
        outcome="rejected",
        reason_code=decision.reason_code,
        reason=decision.reason,
        result=result,
    )


def decide_investment(
    session: WriteSession,
    caller: Principal,
    investment_id: str,
    decision: InvestmentDecision,
    bench: Bench,
    if_match: str | None,
) -> InvestmentAnswer:
    """交割或不投: in the file and at the track of the case at once."""
    _case, support = lock_file(session, caller, Noun.INVESTMENT, investment_id, if_match)
    investment = unpack(Investment, support.terms)
    closing = isinstance(decision, Closing)
    code = None if isinstance(decision, Closing) else decision.reason_code
    doing = doing_of(
        actor_of(caller, support.uscc),
        reason_code=code,
        reason=decision.reason,
        evidence=decision.evidence,
    )
    act = InvestmentAct.CLOSE if closing else InvestmentAct.DECLINE
    support = keep_step(session, support, act, investment, doing)
    if closing:
        _tell(session, support, investment)
    decide_track(session, bench)
    return describe_investment(support)


def step_investment(
    session: WriteSession,
    caller: Principal,
    investment_id: str,
    request: InvestmentStep,
    if_match: str | None,
) -> InvestmentAnswer:
    """推进: every other step, by whoever it belongs to."""
    _case, support = lock_file(session, caller, Noun.INVESTMENT, investment_id, if_match)
    act, actor = InvestmentAct(request.act), actor_of(caller, support.uscc)
    require_side(support, investments.SIDES.get(act, (Side.HOLDER,)), actor)
    require_move(support, investments.MOVES, act)
    if request.act in _NEED_REASON and not request.reason:
        raise invalid(
            "/reason", "reason_missing", Text("这一步须说明理由", "this step needs a reason")
        )
    after = _move(support, request)
    doing = doing_of(actor, reason=request.reason, evidence=request.evidence)
    moved = keep_step(session, support, act, after, doing)
    follow_file(session, moved, doing)
    return describe_investment(moved)


def _move(support: Support, request: InvestmentStep) -> Investment:
    investment, fund = unpack(Investment, support.terms), support.holder
    if isinstance(request, TermSheet):
        return investments.propose_terms(
            investment,
            amount=request.amount_yuan,
            pre_money=request.pre_money_yuan,
            tranches=read_tranches(request),
            stakes=read_stakes(request),
            clauses=request.clauses,
            conversion=read_conversion(request),
        )
    if isinstance(request, TrancheMove):
        place, act = request.tranche - 1, InvestmentAct(request.act)
        if act is InvestmentAct.PAY_TRANCHE:
            return investments.pay_tranche(investment, place, fund.uscc, fund.name, today())
        return investments.move_tranche(investment, place, act)
    if isinstance(request, ShareSale):
        return investments.sell_shares(
            investment,
            fund.uscc,
            request.buyer,
            request.buyer_name,
            request.shares,
            request.proceeds_yuan,
        )
    if isinstance(request, ConversionClaim):
        stakes = read_stakes(request)
        return conversions.claim_conversion(investment, request.pre_money_yuan, stakes, today())
    if isinstance(request, MoneyReturn):
        return conversions.return_money(investment, request.amount_yuan)
    if request.act == "exit":
        investments.require_gone(investment, fund.uscc)
    if request.act == "convert":
        return conversions.convert(investment, fund.uscc, fund.name, today())
    if request.act == "refuse_conversion":
        return conversions.refuse_conversion(investment)
    return investment


def _tell(session: WriteSession, support: Support, investment: Investment) -> None:
    amount = investment.amount_yuan
    event = InvestmentClosed(
        support_id=support.id,
        case_id=support.case_id,
        uscc=support.uscc,
        institution={"uscc": support.holder.uscc, "name": support.holder.name},
        amount_yuan=amount,
        on=today(),
    )
    record_event(session, event, subject=support.uscc)

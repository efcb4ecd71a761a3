"""申报: drafted from an entitlement, reviewed by one officer, approved by another."""

from decimal import Decimal

from kit.auth import Principal, Role
from kit.clock import now, today
from kit.db import ReadSession, WriteSession, new_id
from kit.errors import Forbidden, RuleBroken, invalid, no_such
from kit.pages import Page, decode_cursor, encode_cursor
from kit.text import Text
from kit.versions import require_match
from services.subsidies.rules.applications import (
    APPLICANT_ACTS,
    REASONED_ACTS,
    ApplicationAct,
    ApplicationState,
    check_second_person,
    commit_budget,
    take_step,
)
from services.subsidies.rules.decisions import Item, Outcome
from services.subsidies.rules.entitlements import apply_ratio, judge_entitlement
from services.subsidies.rules.policies import Policy, RuleCode
from services.subsidies.schemas.applications import (
    ApplicationAnswer,
    ApplicationDecision,
    ApplicationQuery,
    ApplicationRequest,
    describe_application,
)
from services.subsidies.store.applications import (
    add_application,
    add_step,
    get_application,
    list_applications,
    list_steps,
    lock_application,
)
from services.subsidies.store.budgets import lock_budget_of
from services.subsidies.store.entitlements import get_entitlement
from services.subsidies.store.policies import open_shelf
from services.subsidies.tables import ApplicationRecord, EntitlementRecord
from services.subsidies.usecases.budgets import state_of
from services.subsidies.usecases.entitlements import state_claim


def draft_application(
    session: WriteSession, caller: Principal, request: ApplicationRequest
) -> ApplicationAnswer:
    """申报草稿: what is due by the rules today, for the caller's own organisation."""
    entitlement = get_entitlement(session, request.entitlement_id)
    if entitlement.uscc != caller.uscc:
        raise no_such("应得", "entitlement", request.entitlement_id)
    _judge(session, entitlement, None)
    application = ApplicationRecord(
        id=new_id(),
        entitlement_id=entitlement.id,
        once_key=f"{'payment' if entitlement.payment_ref else entitlement.rule}:"
        f"{entitlement.payment_ref or entitlement.subject}",
        uscc=caller.uscc,
        org_name=caller.org_name,
        rule=entitlement.rule,
        subject=entitlement.subject,
        payment_ref=entitlement.payment_ref,
        state=ApplicationState.DRAFT,
        opened_at=now(),
        version=1,
    )
    if not add_application(session, application):
        raise RuleBroken(
            "applied_before",
            Text(
                "同一事项已有申报，不重复兑付",
                "an application stands for this already; nothing is paid twice",
            ),
        )
    kept = lock_application(session, application.id)
    add_step(session, kept, act="draft", actor=caller.client_id, actor_uscc=caller.uscc)
    return describe_application(kept, list_steps(session, kept.id))


def decide_application(
    session: WriteSession,
    caller: Principal,
    application_id: str,
    decision: ApplicationDecision,
    if_match: str | None,
) -> ApplicationAnswer:
    """One step of an application by whom it belongs to; each is kept with actor and reason."""
    application = lock_application(session, application_id)
    _check_party(caller, application, decision.act)
    require_match(if_match, application.version)
    state = ApplicationState(application.state)
    after = take_step(state, decision.act)
    check_second_person(state, decision.act, application.reviewed_by, caller.client_id)
    _check_reason(decision)
    if decision.act is ApplicationAct.REVIEW:
        _review(session, caller, application, decision.match_ratio)
    elif decision.act is ApplicationAct.APPROVE:
        _commit(session, application)
    application.state = after
    application.version += 1
    add_step(
        session,
        application,
        act=decision.act,
        actor=caller.client_id,
        actor_uscc=caller.uscc,
        reason=decision.reason,
    )
    return describe_application(application, list_steps(session, application.id))


def _check_party(caller: Principal, application: ApplicationRecord, act: ApplicationAct) -> None:
    """The applicant submits and withdraws, the bureau does the rest."""
    own = caller.uscc == application.uscc
    if not own and caller.role is not Role.OFFICER:
        raise no_such("申报", "application", application.id)
    if (act in APPLICANT_ACTS) != own:
        raise Forbidden(
            "forbidden",
            Text(
                "提交和撤回由申报单位办理，其余由区科技局办理",
                "the applicant submits and withdraws; the bureau does the rest",
            ),
        )


def _check_reason(decision: ApplicationDecision) -> None:
    if decision.act in REASONED_ACTS and decision.reason is None:
        raise invalid(
            "/reason",
            "reason_needed",
            Text("退回和不予批准须说明理由", "returning and refusing need a reason"),
        )
    if decision.match_ratio is not None and decision.act is not ApplicationAct.REVIEW:
        raise invalid(
            "/match_ratio",
            "ratio_out_of_place",
            Text("配套比例只在审核时填写", "the ratio is decided at the review"),
        )


def _review(
    session: WriteSession,
    caller: Principal,
    application: ApplicationRecord,
    ratio: Decimal | None,
) -> None:
    """The amount by the rules, with the ratio that the bureau decides."""
    entitlement = get_entitlement(session, application.entitlement_id)
    is_match = application.rule != RuleCode.AWARD
    if is_match != (ratio is not None):
        raise invalid(
            "/match_ratio",
            "ratio_needed" if is_match else "ratio_out_of_place",
            Text("配套须定比例，奖励没有比例", "a match needs a ratio, a reward has none"),
        )
    item, policy = _judge(session, entitlement, ratio)
    application.amount_yuan = item.amount_yuan
    application.match_ratio = ratio
    application.policy_id = policy.id
    application.pack_hash = policy.pack_hash
    application.reviewed_by = caller.client_id


def _judge(
    session: WriteSession, entitlement: EntitlementRecord, ratio: Decimal | None
) -> tuple[Item, Policy]:
    policy = open_shelf().find_policy_on(today())
    if policy is None:
        raise _not_due("needs_review")
    item = judge_entitlement(apply_ratio(state_claim(session, entitlement), ratio), policy)
    if item.outcome is not Outcome.ELIGIBLE:
        raise _not_due(item.outcome)
    return item, policy


def _not_due(outcome: str) -> RuleBroken:
    return RuleBroken(
        "not_due",
        Text(
            f"按今日的事实，该应得为「{outcome}」，尚不能申报",
            f"by today's facts the entitlement is {outcome}; it cannot be applied for",
        ),
        outcome=outcome,
    )


def _commit(session: WriteSession, application: ApplicationRecord) -> None:
    """Approval commits money of this year's budget, if the facts still give the amount."""
    entitlement = get_entitlement(session, application.entitlement_id)
    item, _policy = _judge(session, entitlement, application.match_ratio)
    if item.amount_yuan is None or item.amount_yuan != application.amount_yuan:
        raise RuleBroken(
            "facts_changed",
            Text(
                "审核后事实有变，请退回重新审核",
                "the facts have changed since the review; return it and review again",
            ),
        )
    budget = lock_budget_of(session, today().year, RuleCode(application.rule))
    budget.committed_yuan = commit_budget(state_of(budget), item.amount_yuan)
    budget.version += 1


def show_application(
    session: ReadSession, caller: Principal, application_id: str
) -> ApplicationAnswer:
    """One application; those of others do not exist for an organisation."""
    application = get_application(session, application_id)
    if not caller.sees_all and application.uscc != caller.uscc:
        raise no_such("申报", "application", application_id)
    return describe_application(application, list_steps(session, application.id))


def show_applications(
    session: ReadSession, caller: Principal, query: ApplicationQuery
) -> Page[ApplicationAnswer]:
    """An organisation sees its own; the bureau and the auditor see all."""
    after = str(decode_cursor(query.cursor, 1)[0]) if query.cursor is not None else None
    records = list_applications(
        session,
        uscc=query.uscc if caller.sees_all else caller.uscc,
        state=query.state,
        after=after,
        limit=query.limit + 1,
    )
    page = records[: query.limit]
    more = len(records) > len(page)
    return Page(
        items=[describe_application(one, list_steps(session, one.id)) for one in page],
        next_cursor=encode_cursor(page[-1].id) if more else None,
    )

"""申报: drafted from an entitlement, reviewed by one officer, approved by another."""

from collections.abc import Collection
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
    DECISIONS,
    REASONED_ACTS,
    USUAL_REASONS,
    ApplicationAct,
    ApplicationState,
    check_second_person,
    commit_budget,
    release_budget,
    releases_money,
    take_step,
)
from services.subsidies.rules.decisions import Item, Outcome
from services.subsidies.rules.entitlements import (
    UNDECIDED,
    Decision,
    apply_decision,
    judge_entitlement,
)
from services.subsidies.rules.ledger import MATCH_RULES
from services.subsidies.rules.policies import Policy, RuleCode
from services.subsidies.rules.terms import TermCode
from services.subsidies.schemas.applications import (
    ApplicationAnswer,
    ApplicationDecision,
    ApplicationQuery,
    ApplicationRequest,
    describe_application,
    keep_facts,
)
from services.subsidies.store.applications import (
    add_application,
    add_step,
    get_application,
    list_applications,
    list_steps,
    lock_application,
    rename_once,
)
from services.subsidies.store.budgets import lock_budget, lock_budget_of
from services.subsidies.store.documents import list_documents
from services.subsidies.store.entitlements import get_entitlement
from services.subsidies.store.facts import lock_mergers, lock_organizations
from services.subsidies.store.suspected_doubles import list_apart, list_holds
from services.subsidies.tables import ApplicationRecord, EntitlementRecord
from services.subsidies.usecases.budgets import state_of
from services.subsidies.usecases.claims import Known, fetch_known, state_claim
from services.subsidies.usecases.notices import clear_notice, open_notice
from services.subsidies.usecases.shelf import open_shelf
from services.subsidies.usecases.suspected_doubles import key_of, refuse_while_held
from services.subsidies.usecases.terms import end_of_term


def draft_application(
    session: WriteSession, caller: Principal, request: ApplicationRequest
) -> ApplicationAnswer:
    """申报草稿: what is due by the rules today, for the caller's own organisation."""
    lock_mergers(session)
    entitlement = get_entitlement(session, request.entitlement_id)
    if entitlement.uscc != caller.uscc:
        raise no_such("应得", "entitlement", request.entitlement_id)
    known = fetch_known(session, [entitlement])
    return describe(session, open_application(session, caller, entitlement, known, caller.org_name))


def open_application(
    session: WriteSession,
    caller: Principal,
    entitlement: EntitlementRecord,
    known: Known,
    org_name: str,
) -> ApplicationRecord:
    """A draft for an entitlement, filled from the registry; one at a time per thing."""
    judge(entitlement, known, UNDECIDED)
    _claim, facts = state_claim(entitlement, known)
    application = ApplicationRecord(
        id=new_id(),
        entitlement_id=entitlement.id,
        once_key=known.name_once(entitlement),
        uscc=entitlement.uscc,
        org_name=org_name,
        rule=entitlement.rule,
        subject=entitlement.subject,
        payment_ref=entitlement.payment_ref,
        state=ApplicationState.DRAFT,
        facts=keep_facts(facts),
        opened_at=now(),
        version=1,
    )
    if not add_application(session, application):
        raise applied_before()
    kept = lock_application(session, application.id)
    add_step(
        session,
        kept,
        act="draft",
        actor=caller.client_id,
        actor_uscc=caller.uscc,
        reason="由登记事实和应得补助生成",
    )
    return kept


def applied_before() -> RuleBroken:
    """Another application stands on the same thing."""
    return RuleBroken(
        "applied_before",
        Text(
            "同一事项已有申报，不重复兑付",
            "an application stands for this already; nothing is paid twice",
        ),
    )


def decide_application(
    session: WriteSession,
    caller: Principal,
    application_id: str,
    decision: ApplicationDecision,
    if_match: str | None,
) -> ApplicationAnswer:
    """One step of an application by whom it belongs to; each is kept with actor and reason."""
    lock_mergers(session)
    application = lock_application(session, application_id)
    _check_party(caller, application, decision.act)
    require_match(if_match, application.version)
    state = ApplicationState(application.state)
    after = take_step(state, decision.act)
    check_second_person(state, decision.act, application.reviewed_by, caller.client_id)
    _check_words(decision)
    refuse_while_held(session, application, decision.act)
    if releases_money(state, after):
        _release(session, application)
    _take_effect(session, caller, application, decision)
    keep_step(session, caller, application, decision.act, after, decision.reason)
    return describe(session, application)


def _take_effect(
    session: WriteSession,
    caller: Principal,
    application: ApplicationRecord,
    decision: ApplicationDecision,
) -> None:
    """What a step does beside moving the state."""
    match decision.act:
        case ApplicationAct.SUBMIT:
            start_clock(application)
        case ApplicationAct.RETURN:
            _return(application, decision)
        case ApplicationAct.REVIEW:
            _review(session, caller, application, decision)
        case ApplicationAct.APPROVE:
            _approve(session, application)
        case ApplicationAct.PUBLISH:
            open_notice(application)
        case ApplicationAct.CLEAR:
            clear_notice(session, application)


def keep_step(
    session: WriteSession,
    caller: Principal,
    application: ApplicationRecord,
    act: ApplicationAct,
    after: ApplicationState,
    reason: str | None,
) -> None:
    """The new state, and the step that led to it."""
    application.state = after
    application.version += 1
    add_step(
        session,
        application,
        act=act,
        actor=caller.client_id,
        actor_uscc=caller.uscc,
        reason=reason or USUAL_REASONS[act],
    )


def _check_party(caller: Principal, application: ApplicationRecord, act: ApplicationAct) -> None:
    """The applicant submits and withdraws, the bureau does the rest."""
    own, officer = caller.uscc == application.uscc, caller.role is Role.OFFICER
    if not own and not caller.sees_all:
        raise no_such("申报", "application", application.id)
    if not (own if act in APPLICANT_ACTS else officer and not own):
        raise Forbidden(
            "forbidden",
            Text(
                "提交和撤回由申报单位办理，其余由区科技局办理",
                "the applicant submits and withdraws; the bureau does the rest",
            ),
        )


def _check_words(decision: ApplicationDecision) -> None:
    if decision.act not in DECISIONS:
        raise invalid(
            "/act",
            "act_elsewhere",
            Text(
                "拨付、到账和追回由拨付批次、银行回盘和追回登记产生",
                "payment steps follow from batches, the bank's return files and claw-backs",
            ),
        )
    if decision.act in REASONED_ACTS and decision.reason is None:
        raise invalid(
            "/reason",
            "reason_needed",
            Text("退回和不予批准须说明理由", "returning and refusing need a reason"),
        )
    misplaced = {
        "match_ratio": ("ratio_out_of_place", ApplicationAct.REVIEW),
        "approved_amount_yuan": ("amount_out_of_place", ApplicationAct.REVIEW),
        "lacking": ("lacking_out_of_place", ApplicationAct.RETURN),
    }
    for name, (code, act) in misplaced.items():
        if getattr(decision, name) and decision.act is not act:
            raise invalid(f"/{name}", code, Text(f"只在「{act}」时填写", f"belongs to {act} alone"))


def start_clock(application: ApplicationRecord) -> None:
    """The bureau's clock starts anew the day after."""
    application.due_on = end_of_term(TermCode.TELL)


def _return(application: ApplicationRecord, decision: ApplicationDecision) -> None:
    """一次性告知: all that lacks is told at once, and once."""
    if application.told_on is not None and application.state == ApplicationState.SUBMITTED:
        raise RuleBroken(
            "told_before",
            Text(
                f"已于{application.told_on}一次性告知，不能再次要求补正",
                f"all that lacks was told on {application.told_on}; it is told once",
            ),
            told_on=application.told_on.isoformat(),
        )
    application.told_on = today()
    application.lacking = list(decision.lacking)
    application.due_on = end_of_term(TermCode.SUPPLEMENT)


def _review(
    session: WriteSession,
    caller: Principal,
    application: ApplicationRecord,
    decision: ApplicationDecision,
) -> None:
    """The amount by the rules, with what the text leaves to the bureau."""
    entitlement = get_entitlement(session, application.entitlement_id)
    rule = RuleCode(application.rule)
    _check_decided(decision.match_ratio, rule in MATCH_RULES, "/match_ratio", "ratio")
    is_laboratory = rule is RuleCode.KEY_LABORATORY
    _check_decided(decision.approved_amount_yuan, is_laboratory, "/approved_amount_yuan", "amount")
    known = fetch_known(session, [entitlement])
    decided = Decision(decision.match_ratio, decision.approved_amount_yuan)
    apart = {application.id} | list_apart(session, application.id)
    item, policy = judge(entitlement, known, decided, without=apart)
    _claim, facts = state_claim(entitlement, known, without=apart)
    application.facts = keep_facts(facts)
    application.amount_yuan = item.amount_yuan
    application.match_ratio = decision.match_ratio
    application.policy_id = policy.id
    application.pack_hash = policy.pack_hash
    application.reviewed_by = caller.client_id
    application.due_on = None


def _check_decided(value: Decimal | None, needed: bool, pointer: str, word: str) -> None:
    if needed != (value is not None):
        raise invalid(
            pointer,
            f"{word}_needed" if needed else f"{word}_out_of_place",
            Text(
                "配套须定比例，重点实验室须定金额，其他奖励不填",
                "a match needs a ratio, a laboratory a sum, a reward neither",
            ),
        )


def judge(
    entitlement: EntitlementRecord,
    known: Known,
    decided: Decision,
    *,
    without: Collection[str] = (),
) -> tuple[Item, Policy]:
    """The entitlement by the policy of today; raises RuleBroken unless it is due."""
    policy = open_shelf().find_policy_on(today())
    if policy is None:
        raise _not_due("needs_review")
    claim, _facts = state_claim(entitlement, known, without=without)
    withdrawn_on = known.withdrawn_on(entitlement.subject)
    item = judge_entitlement(apply_decision(claim, decided), policy, withdrawn_on)
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


def _approve(session: WriteSession, application: ApplicationRecord) -> None:
    """Approval commits money of this year's budget, if the facts still give the amount."""
    entitlement = get_entitlement(session, application.entitlement_id)
    known = hold_family_still(session, [entitlement])
    if not rename_once(session, application, key_of(session, known, application, entitlement)):
        raise applied_before()
    laboratory = application.rule == RuleCode.KEY_LABORATORY
    decided = Decision(application.match_ratio, application.amount_yuan if laboratory else None)
    apart = {application.id} | list_apart(session, application.id)
    item, _policy = judge(entitlement, known, decided, without=apart)
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
    application.budget_id = budget.id


def hold_family_still(session: WriteSession, entitlements: list[EntitlementRecord]) -> Known:
    """The facts, with no other commitment of the same organisations meanwhile.

    Call under `lock_mergers`, taken before any application is locked: a merger locks them after.
    """
    known = fetch_known(session, entitlements)
    lock_organizations(
        session, {f"family:{min(known.family_of(one.uscc))}" for one in entitlements}
    )
    return fetch_known(session, entitlements)


def _release(session: WriteSession, application: ApplicationRecord) -> None:
    """The commitment ends; not where money went out already."""
    if application.paid_yuan > 0:
        raise RuleBroken(
            "money_moved",
            Text("已有款项支付，只能追回", "money was paid already; it can only be clawed back"),
        )
    if application.budget_id is not None and application.amount_yuan is not None:
        budget = lock_budget(session, application.budget_id)
        budget.committed_yuan = release_budget(state_of(budget), application.amount_yuan)
        budget.version += 1


def describe(session: ReadSession | WriteSession, one: ApplicationRecord) -> ApplicationAnswer:
    """An application with its steps and documents."""
    return describe_application(
        one,
        list_steps(session, one.id),
        list_documents(session, one.id),
        [double.id for double in list_holds(session, one)],
        today(),
    )


def show_application(
    session: ReadSession, caller: Principal, application_id: str
) -> ApplicationAnswer:
    """One application; those of others do not exist for an organisation."""
    application = get_application(session, application_id)
    if not caller.sees_all and application.uscc != caller.uscc:
        raise no_such("申报", "application", application_id)
    return describe(session, application)


def show_applications(
    session: ReadSession, caller: Principal, query: ApplicationQuery
) -> Page[ApplicationAnswer]:
    """An organisation sees its own; the bureau and the auditor see all."""
    after = str(decode_cursor(query.cursor, 1)[0]) if query.cursor is not None else None
    records = list_applications(
        session,
        uscc=query.uscc if caller.sees_all else caller.uscc,
        state=query.state,
        falling=query.sort.startswith("-"),
        after=after,
        limit=query.limit + 1,
    )
    page = records[: query.limit]
    more = len(records) > len(page)
    return Page(
        items=[describe(session, one) for one in page],
        next_cursor=encode_cursor(page[-1].id) if more else None,
    )

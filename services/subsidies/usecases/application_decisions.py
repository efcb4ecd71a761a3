"""Steps of an application: submitted, reviewed by one officer, approved by another."""

from decimal import Decimal

from kit.auth import Principal, Role
from kit.clock import today
from kit.db import WriteSession
from kit.errors import Forbidden, RuleBroken, invalid, no_such
from kit.text import Text
from kit.versions import require_match
from services.subsidies.rules.applications import (
    APPLICANT_ACTS,
    DECISIONS,
    REASONED_ACTS,
    ApplicationAct,
    ApplicationState,
    check_second_person,
    commit_budget,
    release_budget,
    releases_money,
    take_step,
)
from services.subsidies.rules.entitlements import (
    Decision,
)
from services.subsidies.rules.ledger import MATCH_RULES
from services.subsidies.rules.policies import RuleCode
from services.subsidies.rules.terms import TermCode
from services.subsidies.schemas.applications import (
    ApplicationAnswer,
    ApplicationDecision,
    keep_facts,
)
from services.subsidies.store.applications import (
    lock_application,
    rename_once,
)
from services.subsidies.store.budgets import lock_budget, lock_budget_of
from services.subsidies.store.entitlements import get_entitlement
from services.subsidies.store.facts import lock_mergers
from services.subsidies.store.suspected_doubles import list_apart
from services.subsidies.tables import ApplicationRecord
from services.subsidies.usecases.applications import (
    applied_before,
    describe,
    hold_family_still,
    judge,
    keep_step,
    start_clock,
)
from services.subsidies.usecases.budgets import state_of
from services.subsidies.usecases.claims import fetch_known, state_claim
from services.subsidies.usecases.notices import clear_notice, open_notice
from services.subsidies.usecases.suspected_doubles import key_of, refuse_while_held
from services.subsidies.usecases.terms import end_of_term


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

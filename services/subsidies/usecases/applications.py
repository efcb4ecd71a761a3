"""申报: drafted from an entitlement, with its steps, as its applicant and the bureau see it."""

from collections.abc import Collection

from kit.auth import Principal
from kit.clock import now, today
from kit.db import ReadSession, WriteSession, new_id
from kit.errors import RuleBroken, no_such
from kit.pages import Page, encode_cursor, read_key
from kit.text import Text
from services.subsidies.rules.applications import (
    USUAL_REASONS,
    ApplicationAct,
    ApplicationState,
)
from services.subsidies.rules.decisions import Item, Outcome
from services.subsidies.rules.entitlements import (
    UNDECIDED,
    Decision,
    apply_decision,
    judge_entitlement,
)
from services.subsidies.rules.policies import Policy
from services.subsidies.rules.terms import TermCode
from services.subsidies.schemas.applications import (
    ApplicationAnswer,
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
)
from services.subsidies.store.documents import list_documents
from services.subsidies.store.entitlements import get_entitlement
from services.subsidies.store.facts import lock_mergers, lock_organizations
from services.subsidies.store.suspected_doubles import list_holds
from services.subsidies.tables import ApplicationRecord, EntitlementRecord
from services.subsidies.usecases.claims import Known, fetch_known, state_claim
from services.subsidies.usecases.shelf import open_shelf
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


def start_clock(application: ApplicationRecord) -> None:
    """The bureau's clock starts anew the day after."""
    application.due_on = end_of_term(TermCode.TELL)


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


def hold_family_still(session: WriteSession, entitlements: list[EntitlementRecord]) -> Known:
    """The facts, with no other commitment of the same organisations meanwhile.

    Call under `lock_mergers`, taken before any application is locked: a merger locks them after.
    """
    known = fetch_known(session, entitlements)
    lock_organizations(
        session, {f"family:{min(known.family_of(one.uscc))}" for one in entitlements}
    )
    return fetch_known(session, entitlements)


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
    after = read_key(query.cursor)
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

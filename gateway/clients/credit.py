"""The credit service, as the financing flow needs it."""

from collections.abc import Sequence
from datetime import date

from gateway.clients.calls import call_house, quote_problem
from gateway.rules.cases import Case, CreditResult
from gateway.rules.ledger import Actor
from gateway.rules.refusals import refuse
from kit.clock import today
from kit.directory import Directory
from kit.errors import RuleBroken


async def fix_credit_result(
    directory: Directory, case: Case, actor: Actor, parties: Sequence[str]
) -> CreditResult:
    """信: read the profile within the enterprise's consent and fix a result with its validity."""
    answer = await call_house(
        directory,
        "credit",
        "POST",
        "/internal/credit-results",
        body={
            "case_id": case.id,
            "uscc": case.uscc,
            "parties": list(parties),
            "actor": {"client_id": actor.client_id, "uscc": actor.uscc, "org_name": actor.name},
        },
    )
    if answer.status_code not in (200, 201):
        refused = answer.status_code == 403
        code = "consent_required" if refused else "credit_refused"
        problem = quote_problem(RuleBroken, code, answer)
        raise refuse(case, today(), code, problem.detail, (), **problem.facts)
    body = answer.json()
    consents = body["consents"]
    return CreditResult(
        result_id=body["inquiry_id"] or body["input_hash"],
        score=str(body["score"]),
        grade=body["grade"],
        is_weak=body["weak"],
        valid_until=date.fromisoformat(body["valid_until"]),
        consent_id=consents[0]["id"] if consents else None,
    )

"""政策: the shelf of measures, as of a day."""

from datetime import date

from kit.clock import today
from kit.pages import Page, encode_cursor, read_key
from kit.text import Language
from services.subsidies.schemas.policies import (
    PolicyAnswer,
    PolicyQuery,
    PolicySummary,
    describe_policy,
    summarise_policy,
)
from services.subsidies.usecases.shelf import open_shelf


def show_policies(query: PolicyQuery, language: Language) -> Page[PolicySummary]:
    """Every policy, the earliest first; with `on` the one of that day."""
    after = read_key(query.cursor) or ""
    policies = [
        policy
        for policy in sorted(open_shelf().policies(), key=lambda policy: policy.id)
        if policy.id > after and (query.on is None or policy.in_force(query.on))
    ]
    page = policies[: query.limit]
    more = len(policies) > len(page)
    return Page(
        items=[summarise_policy(policy, language) for policy in page],
        next_cursor=encode_cursor(page[-1].id) if more else None,
    )


def show_policy(policy_id: str, on: date | None, language: Language) -> PolicyAnswer:
    """All of one policy: clauses, numbers, open questions and the form."""
    return describe_policy(open_shelf().get_policy(policy_id), on or today(), language)

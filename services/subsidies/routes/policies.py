"""政策."""

from typing import Annotated

from fastapi import Query, Request, Response

from kit.days import Day
from kit.http import HouseRouter
from kit.pages import Page
from kit.text import choose_language
from services.subsidies.schemas.policies import PolicyAnswer, PolicyQuery, PolicySummary
from services.subsidies.usecases import policies

router = HouseRouter(prefix="/v1/policies", tags=["policies"])


@router.get("", summary="政策列表 · Measures on the shelf")
def list_policies(query: Annotated[PolicyQuery, Query()], request: Request) -> Page[PolicySummary]:
    """For everyone. With `on`, the measures of that day."""
    return policies.show_policies(query, choose_language(request.headers.get("accept-language")))


@router.get("/{policy_id}", summary="一项政策 · One policy as of a day, with its form")
def get_policy(
    policy_id: str,
    request: Request,
    response: Response,
    on: Annotated[Day | None, Query(description="the day; today if absent")] = None,
) -> PolicyAnswer:
    """For everyone: clauses with their words, dated amounts, what the text leaves open, a form."""
    language = choose_language(request.headers.get("accept-language"))
    policy = policies.show_policy(policy_id, on, language)
    response.headers["ETag"] = f'"{policy.pack_hash[:16]}-{policy.on}-{language}"'
    return policy

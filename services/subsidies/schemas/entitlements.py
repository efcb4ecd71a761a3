"""Words of `/v1/entitlements`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

from kit.clock import JINAN
from kit.identifiers import Uscc
from kit.pages import PageQuery
from kit.schemas import AnswerModel
from kit.text import Language
from services.subsidies.rules.applications import ApplicationState
from services.subsidies.rules.decisions import Item, Outcome
from services.subsidies.rules.policies import Policy, RuleCode
from services.subsidies.schemas.answers import (
    ItemAnswer,
    PolicyReference,
    describe_item,
    describe_policy_reference,
)


class EntitlementQuery(PageQuery):
    """Whose entitlements, in pages."""

    uscc: Uscc | None = Field(None, description="the caller's own organisation if absent")
    rule: RuleCode | None = None
    outcome: Outcome | None = Field(None, description="`eligible`: what is due today")
    applied: bool | None = Field(None, description="whether an application stands on it")
    sort: Literal["-opened_at", "opened_at"] = "-opened_at"


class FactAnswer(AnswerModel):
    """A fact the entitlement rests on, where it came from and how old it is."""

    fact: str
    value: str | None
    source: str
    recorded_at: datetime | None
    age_days: int | None


class EntitlementAnswer(ItemAnswer):
    """What an organisation is entitled to, as of today, from the facts recorded."""

    id: str
    uscc: str
    on: date
    policy: PolicyReference | None
    title: str | None
    contract_number: str | None
    case_id: str | None
    payment_ref: str | None
    opened_at: datetime
    application_id: str | None = Field(description="the application that stands on the same thing")
    application_state: ApplicationState | None
    suspected_doubles: list[str] = Field(
        description="the city's payment is held at `/v1/suspected-doubles` and does not count"
    )
    facts: list[FactAnswer]


@dataclass(frozen=True, slots=True)
class KnownFact:
    """A fact as recorded, with its origin."""

    fact: str
    value: str
    source: str
    recorded_at: datetime | None


def describe_entitlement(
    item: Item,
    policy: Policy,
    language: Language,
    *,
    on: date,
    known: Sequence[KnownFact],
    **head: Any,
) -> EntitlementAnswer:
    """An entitlement on the wire: the item of the calculation, and what it rests on."""
    return EntitlementAnswer.model_validate(
        {
            **describe_item(item, policy, language),
            **head,
            "on": on,
            "policy": describe_policy_reference(policy),
            "facts": [_fact(fact, on) for fact in known],
        }
    )


def _fact(fact: KnownFact, on: date) -> FactAnswer:
    recorded = fact.recorded_at
    return FactAnswer(
        fact=fact.fact,
        value=fact.value,
        source=fact.source,
        recorded_at=recorded,
        age_days=None if recorded is None else (on - recorded.astimezone(JINAN).date()).days,
    )

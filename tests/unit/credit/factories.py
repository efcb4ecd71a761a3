"""Facts and consents for tests, with sensible values to override."""

from datetime import UTC, date, datetime
from typing import Any

from services.credit.rules.consents import ConsentState, ConsentTerms
from services.credit.rules.facts import Fact

LEARNED = datetime(2026, 1, 1, tzinfo=UTC)


def make_fact(item: str, value: Any, **overrides: Any) -> Fact:
    values: dict[str, Any] = {
        "id": f"{item}-{value}-{overrides.get('valid_from', '')}",
        "item": item,
        "value": value,
        "source": "某局",
        "observed_on": overrides.get("valid_from", date(2025, 6, 1)),
        "valid_from": date(2025, 6, 1),
        "valid_to": None,
        "conduct_ended_on": None,
        "details": {},
        "recorded_from": LEARNED,
        "recorded_to": None,
    }
    return Fact(**(values | overrides))


def make_terms(**overrides: Any) -> ConsentTerms:
    values: dict[str, Any] = {
        "uscc": "enterprise",
        "institution_uscc": "bank",
        "purpose": "loan_review",
        "state": ConsentState.GRANTED,
        "valid_until": datetime(2027, 1, 1, tzinfo=UTC),
        "answer_by": datetime(2026, 6, 8, tzinfo=UTC),
        "max_reads": 2,
        "reads_used": 0,
    }
    return ConsentTerms(**(values | overrides))

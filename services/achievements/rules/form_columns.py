"""Which columns of a table fill the national form of a record, kind by kind.

A column is named as the field of the form, but where the record has one of that name itself.
"""

from collections.abc import Mapping

from services.achievements.rules.kinds import ImportKind

FORM_COLUMNS: Mapping[ImportKind, tuple[str, ...]] = {
    ImportKind.ACHIEVEMENTS: (
        "registration_number", "recommended_by", "registered_on", "research_started",
        "research_ended", "secrecy", "form_type", "nature", "outcome_form", "outcome_level",
        "stage", "evaluation_way", "evaluated_by", "evaluated_on", "project_source",
        "invested_yuan", "discipline", "application_state",
    ),
    ImportKind.INSTRUMENTS: (
        "internal_number", "research_fields", "accessories", "certification", "postcode",
        "open_hours", "service_year", "service_hours", "service_income_yuan", "known_users",
        "results", "picture", "remark",
    ),
    ImportKind.RD_EXPENDITURES: (
        "outsourced_institutes_yuan", "outsourced_universities_yuan",
        "outsourced_enterprises_yuan", "outsourced_abroad_yuan",
    ),
    ImportKind.CONTRACTS: (
        "registration_number", "valid_from", "valid_to", "seller_country", "seller_region",
        "seller_nature", "buyer_country", "buyer_region", "buyer_nature",
        "expected_investment_yuan", "expected_output_yuan", "property_kind", "form_field",
        "plan_source", "goal", "payment",
    ),
}  # fmt: skip
EVERY_FORM_COLUMN = frozenset(name for names in FORM_COLUMNS.values() for name in names)
_FIELD_OF_COLUMN = {"form_field": "field"}


def form_key(column: str) -> str:
    """The field of the form that a column fills."""
    return _FIELD_OF_COLUMN.get(column, column)

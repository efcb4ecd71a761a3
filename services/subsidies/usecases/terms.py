"""办理期限: when a term that begins today ends, and on what ground."""

from datetime import date

from kit.clock import today
from kit.text import Language
from kit.workdays import count_forward, get_calendar
from services.subsidies.rules.terms import TermCode, term_on
from services.subsidies.schemas.terms import TermList, describe_term
from services.subsidies.store.terms import list_terms


def end_of_term(code: TermCode) -> date:
    """The last day of a term that begins today."""
    on = today()
    days = term_on(list_terms(), code, on).working_days
    return count_forward(on, days, get_calendar()).due_on


def show_terms(on: date | None, language: Language) -> TermList:
    """All terms of a day."""
    day = on or today()
    terms = [term_on(list_terms(), code, day) for code in TermCode]
    return TermList(items=[describe_term(term, language) for term in terms])

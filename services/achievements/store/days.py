"""The day on which a statement is run, as a part of the statement."""

from datetime import date

from sqlalchemy import BindParameter, Date, bindparam

from kit.clock import today


def day_of_asking() -> BindParameter[date]:
    """Today, asked when the statement runs: statements are kept longer than a day."""
    return bindparam(None, callable_=today, type_=Date)

"""办理期限 in working days, counted from the day after; each a dated entry with its ground."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from kit.text import Text


class TermCode(StrEnum):
    """一次性告知（区科技局）/ 补正（申请单位）/ 公示"""

    TELL = "tell"
    SUPPLEMENT = "supplement"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Term:
    """One term, for what begins from a day to a day. `assumption`: no text settles it."""

    code: TermCode
    title: Text
    working_days: int
    from_day: date
    to_day: date | None
    clause: str | None
    quote: str | None
    assumption: bool
    verified: bool
    owner: Text
    reason: Text


def find_term_faults(terms: Sequence[Term]) -> list[str]:
    """Codes without a term, and dates that leave a gap or overlap."""
    faults: list[str] = []
    for code in TermCode:
        dated = sorted((term for term in terms if term.code is code), key=lambda one: one.from_day)
        if not dated or dated[-1].to_day is not None:
            faults.append(f"{code}: no term for today")
        for earlier, later in pairwise(dated):
            if earlier.to_day is None or earlier.to_day + timedelta(days=1) != later.from_day:
                faults.append(f"{code}: the dates leave a gap or overlap at {later.from_day}")
    return faults


def term_on(terms: Sequence[Term], code: TermCode, day: date) -> Term:
    """The term of that day; before the first the first one, since a clock always runs."""
    dated = sorted((term for term in terms if term.code is code), key=lambda term: term.from_day)
    begun = [term for term in dated if term.from_day <= day]
    return begun[-1] if begun else dated[0]

"""The file of terms, read once."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter

from kit.yamls import read_yaml
from services.subsidies.rules.terms import Term, TermCode, find_term_faults
from services.subsidies.store.pack_files import PackModel, Pair, Word

TERMS = Path(__file__).parent.parent / "terms.yaml"


class TermEntry(PackModel):
    """One entry of terms.yaml."""

    code: Annotated[TermCode, Field(strict=False)]
    title: Pair
    working_days: Annotated[int, Field(ge=1, le=250)]
    from_day: date = Field(alias="from")
    to_day: date | None = Field(alias="to")
    clause: Word | None
    quote: Word | None
    assumption: bool
    verified: bool
    owner: Pair
    reason: Pair


@cache
def list_terms() -> tuple[Term, ...]:
    """All terms; raises ValueError where the file is not as it must be."""
    return read_terms(TERMS)


def read_terms(path: Path) -> tuple[Term, ...]:
    """The terms of a file, whose dates follow each other."""
    entries = TypeAdapter(list[TermEntry]).validate_python(read_yaml(path.read_text("utf-8")))
    terms = tuple(Term(**dict(entry)) for entry in entries)
    faults = find_term_faults(terms)
    if faults:
        raise ValueError("; ".join(faults))
    return terms

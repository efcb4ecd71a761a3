"""Researchers (科研人员)."""

from dataclasses import dataclass, field

from services.achievements.rules.visibility import Guarded, Visibility


@dataclass(frozen=True, slots=True)
class ResearcherFacts(Guarded):
    """一名科研人员"""

    source_id: str
    name: str
    english_name: str | None = None
    orcid: str | None = None
    title: str | None = None
    degree: str | None = None
    department: str | None = None
    fields: tuple[str, ...] = ()
    email: str | None = None
    biography: str | None = None
    visibility: Visibility = field(default=Visibility.MEMBERS, kw_only=True)


def searchable_text(facts: ResearcherFacts) -> list[tuple[str, int]]:
    """The texts a researcher is found by."""
    rest = (facts.english_name, facts.title, facts.department, facts.biography, *facts.fields)
    return [(facts.name, 2), (" ".join(part for part in rest if part), 1)]

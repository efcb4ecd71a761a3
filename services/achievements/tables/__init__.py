"""The data model of the registry. Import tables from here, so that the metadata is whole."""

from services.achievements.tables.base import Base
from services.achievements.tables.contracts import AchievementCase, Contract
from services.achievements.tables.history import History
from services.achievements.tables.imports import Import, ImportPart, ImportRow
from services.achievements.tables.organizations import Organization
from services.achievements.tables.records import (
    RECORD_TABLES,
    Achievement,
    Award,
    DuplicateKey,
    Instrument,
    Platform,
    RdExpenditure,
    Researcher,
)
from services.achievements.tables.search import SearchSegment, SearchTerm

__all__ = [
    "RECORD_TABLES",
    "Achievement",
    "AchievementCase",
    "Award",
    "Base",
    "Contract",
    "DuplicateKey",
    "History",
    "Import",
    "ImportPart",
    "ImportRow",
    "Instrument",
    "Organization",
    "Platform",
    "RdExpenditure",
    "Researcher",
    "SearchSegment",
    "SearchTerm",
]

"""The kinds of things the registry keeps, and who may read a kind by default."""

from collections.abc import Mapping
from enum import StrEnum

from kit.text import Text
from services.achievements.rules.visibility import (
    AwardField,
    HideableField,
    InstrumentField,
    PlatformField,
    RdExpenditureField,
    ResearcherField,
    Visibility,
)


class Kind(StrEnum):
    """登记的事物种类; the value is also the word in the address and in `kind` of an import."""

    ACHIEVEMENTS = "achievements"
    INSTRUMENTS = "instruments"
    RESEARCHERS = "researchers"
    RD_EXPENDITURES = "rd_expenditures"
    PLATFORMS = "platforms"
    AWARDS = "awards"
    DEMANDS = "demands"
    CONTRACTS = "contracts"
    ORGANIZATIONS = "organizations"


RECORD_KINDS: tuple[Kind, ...] = tuple(kind for kind in Kind if kind is not Kind.ORGANIZATIONS)
"""Kinds whose things belong to an organisation and are known there by a source_id."""


class ImportKind(StrEnum):
    """能用文件导入的种类"""

    ACHIEVEMENTS = "achievements"
    INSTRUMENTS = "instruments"
    RESEARCHERS = "researchers"
    RD_EXPENDITURES = "rd_expenditures"
    PLATFORMS = "platforms"
    AWARDS = "awards"
    DEMANDS = "demands"
    CONTRACTS = "contracts"
    ORGANIZATIONS = "organizations"

    @property
    def kind(self) -> Kind:
        return _KINDS[self]


_KINDS = {one: Kind(one.value) for one in ImportKind}

# In the search tables a kind is a number.
KIND_NUMBERS = {kind: number for number, kind in enumerate(RECORD_KINDS, start=1)}

KIND_NAMES = {
    Kind.ACHIEVEMENTS: Text("科技成果", "achievement"),
    Kind.INSTRUMENTS: Text("科研仪器设备", "instrument"),
    Kind.RESEARCHERS: Text("科研人员", "researcher"),
    Kind.RD_EXPENDITURES: Text("研发经费", "R&D expenditure"),
    Kind.PLATFORMS: Text("研发平台", "platform"),
    Kind.AWARDS: Text("科技奖励", "award"),
    Kind.DEMANDS: Text("技术需求", "demand"),
    Kind.CONTRACTS: Text("技术合同", "contract"),
    Kind.ORGANIZATIONS: Text("机构", "organisation"),
}

# Where a record does not say: people are shown to the registry's members only, money to its owner
# and the bureau only, a demand to others when it is published, and a contract to its two sides and
# those who register it.
KIND_VISIBILITY = {
    Kind.ACHIEVEMENTS: Visibility.PUBLIC,
    Kind.INSTRUMENTS: Visibility.PUBLIC,
    Kind.RESEARCHERS: Visibility.MEMBERS,
    Kind.RD_EXPENDITURES: Visibility.PRIVATE,
    Kind.PLATFORMS: Visibility.PUBLIC,
    Kind.AWARDS: Visibility.PUBLIC,
    Kind.DEMANDS: Visibility.PRIVATE,
    Kind.CONTRACTS: Visibility.PRIVATE,
}

CHANGED_AS_DRAFTS = frozenset({Kind.DEMANDS, Kind.CONTRACTS})
"""Kinds whose content is changed, and withdrawn by a snapshot, only while they are drafts."""

JUDGED_BESIDE = frozenset({Kind.CONTRACTS})
"""Kinds of which a new thing, too, is judged beside what is there already."""

# Fields that an owner can keep to itself and the bureau while the record is open.
HIDEABLE: Mapping[Kind, frozenset[str]] = {
    Kind.ACHIEVEMENTS: frozenset(HideableField),
    Kind.INSTRUMENTS: frozenset(InstrumentField),
    Kind.RESEARCHERS: frozenset(ResearcherField),
    Kind.RD_EXPENDITURES: frozenset(RdExpenditureField),
    Kind.PLATFORMS: frozenset(PlatformField),
    Kind.AWARDS: frozenset(AwardField),
}

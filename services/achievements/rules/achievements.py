"""Achievements (科技成果): what holds of one beyond its shape, and when two are the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from kit.errors import Fault
from kit.identifiers import IdentifierError, check_doi, check_patent_number, patent_kind
from kit.text import Text
from services.achievements.rules.text import FormFields, normalise_title
from services.achievements.rules.visibility import Guarded


class PropertyKind(StrEnum):
    """知识产权类型"""

    INVENTION_PATENT = "invention_patent"
    UTILITY_MODEL = "utility_model"
    DESIGN_PATENT = "design_patent"
    PCT_APPLICATION = "pct_application"
    FOREIGN_PATENT = "foreign_patent"
    SOFTWARE_COPYRIGHT = "software_copyright"
    INTEGRATED_CIRCUIT_LAYOUT = "integrated_circuit_layout"
    PLANT_VARIETY = "plant_variety"
    NEW_DRUG = "new_drug"
    TRADEMARK = "trademark"
    STANDARD = "standard"
    PAPER = "paper"
    TECHNICAL_SECRET = "technical_secret"  # noqa: S105 a kind of property, no password
    OTHER = "other"


class PropertyStatus(StrEnum):
    """知识产权状态"""

    APPLIED = "applied"
    PENDING = "pending"
    PUBLISHED = "published"
    GRANTED = "granted"
    REGISTERED = "registered"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    INVALIDATED = "invalidated"
    TRANSFERRED = "transferred"


class TransferWay(StrEnum):
    """转化方式（促进科技成果转化法第16条）"""

    SELF_IMPLEMENTATION = "self_implementation"
    TRANSFER = "transfer"
    LICENSE = "license"
    COOPERATION = "cooperation"
    EQUITY = "equity"
    DEVELOPMENT = "development"
    CONSULTING = "consulting"
    SERVICE = "service"
    OTHER = "other"


_CHINESE_PATENTS = {
    PropertyKind.INVENTION_PATENT: "invention",
    PropertyKind.UTILITY_MODEL: "utility",
    PropertyKind.DESIGN_PATENT: "design",
}

# The public contract prints this number as its example; by ZC 0006 its check digit would be 2.
# Who sends the example as it is printed is taken at his word: this one number, as an invention.
# It identifies nothing, so it never makes two achievements doubles of each other.
PRINTED_EXAMPLE = "ZL202010123456.X"


@dataclass(frozen=True)
class ContributingOrg:
    """完成单位; the place in the list is the rank. A foreign partner has no uscc."""

    name: str
    uscc: str | None = None


@dataclass(frozen=True)
class Contributor:
    """完成人; the place in the list is the rank."""

    name: str
    orcid: str | None = None


@dataclass(frozen=True)
class Property:
    """一项知识产权"""

    kind: PropertyKind
    number: str | None = None
    status: PropertyStatus | None = None


@dataclass(frozen=True)
class AchievementFacts(Guarded):
    """一项科技成果的内容; the field names are those of the wire and of the table.

    Without slots, as are its parts: orjson writes the others in twice the time, and imports write
    each of a hundred thousand.
    """

    source_id: str
    title: str
    organizations: tuple[ContributingOrg, ...]
    abstract: str | None = None
    keywords: tuple[str, ...] = ()
    field: str | None = None
    industry: str | None = None
    trl: int | None = None
    contributors: tuple[Contributor, ...] = ()
    intellectual_property: tuple[Property, ...] = ()
    transfer_ways: tuple[TransferWay, ...] = ()
    asking_price_yuan: Decimal | None = None
    completed_on: date | None = None
    form: FormFields | None = None


def judge_achievement(facts: AchievementFacts, today: date) -> list[Fault]:
    """What is wrong with an achievement that can be read; empty where nothing is."""
    faults: list[Fault] = []
    for place, item in enumerate(facts.intellectual_property):
        faults += _judge_property(item, f"/intellectual_property/{place}/number")
    if not normalise_title(facts.title):
        faults.append(
            Fault("/title", "title_empty", Text("成果名称没有文字", "the title holds no word"))
        )
    if facts.completed_on is not None and facts.completed_on > today:
        faults.append(
            Fault(
                "/completed_on",
                "date_in_future",
                Text(
                    f"完成日期 {facts.completed_on} 晚于今天 {today}",
                    f"completed on {facts.completed_on}, which is after today, {today}",
                ),
            )
        )
    return faults


def _judge_property(item: Property, pointer: str) -> Iterator[Fault]:
    if item.number is None or _is_printed_example(item):
        return
    try:
        if item.kind in _CHINESE_PATENTS:
            kind = patent_kind(check_patent_number(item.number))
            if kind != _CHINESE_PATENTS[item.kind]:
                yield Fault(
                    pointer,
                    "patent_kind_mismatch",
                    Text(
                        f"专利号 {item.number} 的种类位与所填类型 {item.kind} 不符",
                        f"the kind digit of {item.number} says {kind}, not {item.kind}",
                    ),
                )
        elif item.kind is PropertyKind.PAPER and item.number.lower().startswith(
            ("10.", "doi", "http")
        ):
            check_doi(item.number)
    except IdentifierError as error:
        yield Fault(pointer, error.code, error.detail)


def _is_printed_example(item: Property) -> bool:
    return item.kind is PropertyKind.INVENTION_PATENT and item.number == PRINTED_EXAMPLE


def duplicate_keys(facts: AchievementFacts) -> list[str]:
    """The keys under which this achievement meets its doubles.

    `patent:` and `doi:` are certain; `title:` (normalised title and first organisation) is
    probable and goes to a person.
    """
    first = facts.organizations[0]
    keys = [
        f"title:{normalise_title(facts.title)[:200]}|{first.uscc or normalise_title(first.name)}"
    ]
    for item in facts.intellectual_property:
        keys += [f"{scheme}:{number}" for scheme, number in _identity(item)]
    return list(dict.fromkeys(keys))


def _identity(item: Property) -> Iterator[tuple[str, str]]:
    if item.number is None:
        return
    try:
        if item.kind in _CHINESE_PATENTS:
            yield "patent", check_patent_number(item.number)
        elif item.kind is PropertyKind.PAPER:
            yield "doi", check_doi(item.number)
    except IdentifierError:
        return


def _spellings(items: tuple[Property, ...]) -> Iterator[str]:
    for item in items:
        if item.number is not None:
            yield item.number
            yield item.number.upper().removeprefix("ZL").removeprefix("CN")


def searchable_text(facts: AchievementFacts) -> list[tuple[str, int]]:
    """The texts an achievement is found by, each with its weight."""
    return [
        (facts.title, 2),
        (facts.abstract or "", 1),
        (" ".join(facts.keywords), 1),
        (" ".join(person.name for person in facts.contributors), 1),
        (" ".join(organization.name for organization in facts.organizations), 1),
        # With and without ZL, because people search either way.
        (" ".join(_spellings(facts.intellectual_property)), 1),
    ]


def names_in(facts: AchievementFacts) -> list[str]:
    """The people and organisations an achievement is found by."""
    people = [person.name for person in facts.contributors]
    return [*people, *(organization.name for organization in facts.organizations)]

"""From rows to what matching reads of them: the question a thing puts, the text it answers with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.achievements.rules.kinds import Kind
from services.achievements.rules.matching import Judged, MatchKind, Offered, Wanted, Weights
from services.achievements.rules.relevance import Question, Relevance, make_question

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class FoundMatch:
    """A thing that answers a demand, or a demand that a thing answers."""

    kind: str
    thing: Row
    name: str
    owner_uscc: str
    owner_name: str | None
    judged: Judged

    @property
    def thing_id(self) -> str:
        """The id of what answers."""
        return str(self.thing["id"])


@dataclass(frozen=True, slots=True)
class MatchesCut:
    """One page of matches, with what the caller said of them and what the reasons weigh."""

    items: Sequence[FoundMatch]
    next_cursor: str | None
    counts: Mapping[str, int]
    verdicts: Mapping[str, str]
    weights: Weights


_TEXTS: Mapping[str, tuple[str, ...]] = {
    Kind.DEMANDS: ("title", "problem", "keywords", "indicators"),
    MatchKind.ACHIEVEMENTS: ("title", "abstract", "keywords"),
    MatchKind.RESEARCHERS: ("name", "title", "department", "fields", "biography"),
    MatchKind.INSTRUMENTS: ("name", "english_name", "model", "indicators", "purpose"),
    MatchKind.PLATFORMS: ("name", "description"),
    MatchKind.BROKERS: ("name", "fields", "introduction"),
}
_HEAD, _BODY = 2.0, 1.0
"""What a word of a title or a keyword counts for beside one of the running text."""


_FACTS = frozenset(
    {
        "id", "document", "owner_uscc", "field", "fields", "trl", "asking_price_yuan",
        "transfer_ways", "trl_wanted", "budget_yuan", "district", "ways",
    }
)  # fmt: skip
"""What matching reads of a thing besides its texts."""


def columns_read(kind: str) -> frozenset[str]:
    """The columns that matching reads of a kind: no more is fetched."""
    return _FACTS.union(_TEXTS[kind])


def text_of(kind: str, row: Row) -> str:
    """What a thing is read by, its parts on lines of their own."""
    return "\n".join(_plain(row.get(name)) for name in _TEXTS[kind])


def name_of(kind: str, row: Row) -> str:
    """What a thing is called."""
    return str(row["title" if kind in (Kind.DEMANDS, MatchKind.ACHIEVEMENTS) else "name"])


def is_answer(demand: Row, row: Row, relevance: Relevance, close_from: float) -> bool:
    """Whether a thing is a match at all: words in common, near, or at home in the field."""
    return is_about(relevance, close_from) or demand["field"] in _list(row.get("fields"))


def is_about(relevance: Relevance, close_from: float) -> bool:
    """Whether two texts have words in common or are near in meaning."""
    near = relevance.closeness is not None and relevance.closeness >= close_from
    return bool(relevance.shared) or near


def score_of(row: Row) -> float:
    """What the first stage gave a candidate."""
    score = row["score"]
    return score if isinstance(score, float) else 0.0


def question_of_demand(row: Row) -> Question:
    """What a demand asks: its title and keywords first, then the problem and the indicators."""
    title, keywords = _plain(row["title"]), _list(row["keywords"])
    parts = [
        (title, _HEAD),
        (" ".join(keywords), _HEAD),
        (_plain(row["problem"]), _BODY),
        (_plain(row["indicators"]), _BODY),
    ]
    return make_question(parts, [title, *keywords])


def question_of_achievement(row: Row) -> Question:
    """What an achievement is looked for by, where demands are the answer."""
    title, keywords = _plain(row["title"]), _list(row["keywords"])
    parts = [(title, _HEAD), (" ".join(keywords), _HEAD), (_plain(row["abstract"]), _BODY)]
    return make_question(parts, [title, *keywords])


def wanted_of(row: Row, home_district: str | None) -> Wanted:
    """What a demand asks for besides its words; its own district where it names none."""
    return Wanted(
        field=_text(row["field"]),
        trl=_int(row["trl_wanted"]),
        budget_yuan=_money(row["budget_yuan"]),
        district=_text(row["district"]) or home_district,
        ways=tuple(_list(row["ways"])),
    )


def offered_of(
    row: Row, *, district: str | None = None, contracts: int = 0, awards: int = 0
) -> Offered:
    """What a thing offers besides its words, with what its organisation is known for."""
    return Offered(
        field=_text(row.get("field")),
        fields=tuple(_list(row.get("fields"))),
        trl=_int(row.get("trl")),
        price_yuan=_money(row.get("asking_price_yuan")),
        district=district,
        ways=tuple(_list(row.get("transfer_ways"))),
        contracts=contracts,
        awards=awards,
    )


def _plain(value: object) -> str:
    if isinstance(value, list):
        return " ".join(_plain(part) for part in value)
    if isinstance(value, Mapping):
        return " ".join(_plain(part) for part in value.values())
    return "" if value is None else str(value)


def _list(value: object) -> list[str]:
    return [str(part) for part in value] if isinstance(value, list) else []


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _int(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _money(value: object) -> Decimal | None:
    return value if isinstance(value, Decimal) else None

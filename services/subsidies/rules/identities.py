"""What may be paid once: the thing itself, under whatever ids and organisations."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from services.subsidies.rules.ledger import MATCH_RULES
from services.subsidies.rules.policies import RuleCode

_NOISE = frozenset(" \t\u3000·.,，。、:：;；\"'“”‘’()（）《》〈〉<>-—_/")


@dataclass(frozen=True, slots=True)
class Merger:
    """Two organisations that are one."""

    absorbed: str
    surviving: str


def gather_families(mergers: Iterable[Merger]) -> Mapping[str, frozenset[str]]:
    """All organisations that mergers made one, by each of them."""
    families: dict[str, set[str]] = {}
    for merger in mergers:
        joined = families.get(merger.absorbed, {merger.absorbed}) | families.get(
            merger.surviving, {merger.surviving}
        )
        for uscc in joined:
            families[uscc] = joined
    return {uscc: frozenset(family) for uscc, family in families.items()}


def name_once(rule: RuleCode, subject: str, payment_ref: str, root: str, traits: str) -> str:
    """The key on which one application stands at a time.

    A match is for a payment of the city, an R&D platform's reward for an enterprise with all it
    was merged with (`root`), an award or a laboratory for the thing that its traits describe.
    """
    if rule in MATCH_RULES:
        return f"payment:{payment_ref}"
    if rule is RuleCode.RD_PLATFORM:
        return f"{rule}:{root}"
    return f"{rule}:{sha256((traits or subject).encode()).hexdigest()}"


def describe_traits(title: str, *traits: object) -> str:
    """Traits that two registrations of one thing share; none without a title."""
    plain = "".join(letter for letter in title.casefold() if letter not in _NOISE)
    return "|".join([plain, *(str(trait) for trait in traits)]) if plain else ""

"""Names of people and organisations: found also when typed with a slip.

A name is kept with what is left of it when one letter is dropped, and asked for the same way: two
spellings that differ by one slip (a wrong, missing, doubled or swapped letter) share one of these.
Long names are also compared by their trigrams, so that more than one slip is forgiven there. A name
of two Chinese characters is forgiven a swap only: with one of two replaced it is another person's.
"""

from collections.abc import Iterable

from services.achievements.rules.text import normalise_title

LONGEST_NAME = 39
LONG_NAME = 8
"""From here on a name is also compared by trigrams."""
NEAR_NAME = 0.5
MOST_CHUNKS = 6
_MARK = "@"
_MOST_MET = 50_000


def name_key(name: str) -> str:
    """A name in one width and case, without blanks and marks."""
    return normalise_title(name)[:LONGEST_NAME]


def name_term(key: str) -> str:
    """The word under which a name stands in the index; no text is cut into such a word."""
    return f"{_MARK}{key}"


def is_name_term(term: str) -> bool:
    """Whether a word of the index stands for a name."""
    return term.startswith(_MARK)


def name_variants(key: str) -> list[str]:
    """The key itself and what is left of it with one letter dropped; at least two letters."""
    shorter = (key[:place] + key[place + 1 :] for place in range(len(key)))
    return list(dict.fromkeys([key, *(one for one in shorter if len(one) >= 2)]))


def list_name_keys(names: Iterable[str | None]) -> list[str]:
    """The keys of names, each once; single letters are no names."""
    keys = dict.fromkeys([name_key(name) for name in names if name])
    return [key for key in keys if len(key) >= 2]


class MetNames:
    """The names that one import met lately: the registry is asked about each of them once."""

    def __init__(self) -> None:
        self._met = set[str]()

    def pick_new(self, keys: Iterable[str]) -> list[str]:
        """Those that were not met before; they are now."""
        new = [key for key in dict.fromkeys(keys) if key not in self._met]
        if len(self._met) > _MOST_MET:
            self._met.clear()
        self._met.update(new)
        return new


def names_in_query(query: str) -> list[str]:
    """What a query may mean as names: each of its parts; in Latin letters, all of it together."""
    parts = query.split()
    together = [query] if len(parts) > 1 and query.isascii() else []
    return list_name_keys([*parts[:MOST_CHUNKS], *together])


def is_one_slip(asked: str, name: str) -> bool:
    """Whether two different keys differ by one wrong, missing, added or swapped letter."""
    if asked == name or abs(len(asked) - len(name)) > 1:
        return False
    head = 0
    while head < min(len(asked), len(name)) and asked[head] == name[head]:
        head += 1
    one, other = asked[head:], name[head:]
    if len(one) != len(other):
        return one[1:] == other or one == other[1:]
    swapped = one[:2] == other[1::-1] and one[2:] == other[2:]
    return swapped or (len(asked) > 2 and one[1:] == other[1:])

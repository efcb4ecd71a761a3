"""Text made comparable: width, case, blanks and punctuation do not make two titles different."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

FormFields = Mapping[str, object]
"""What only a national form asks, in the shapes of JSON (checked by `schemas/forms.py`)."""

_NOT_WORD = re.compile(r"[^\w]+|_+")
_FILLERS = re.compile(r"^一种|的")
_ARTICLES = re.compile(r"\b(an?|the)\b", re.IGNORECASE)
_FORMULA_SIGNS = frozenset({"=", "+", "-", "@"})
_BLANKS = re.compile(r"\s+")


def normalise_text(text: str) -> str:
    """Full-width to half-width (NFKC), runs of blanks to one, no blanks at the ends."""
    return _squeeze_blanks(unicodedata.normalize("NFKC", text))


_WIDE = str.maketrans(
    {
        code: code - 0xFEE0
        for first, last in ("09", "AZ", "az")
        for code in range(ord(first) + 0xFEE0, ord(last) + 0xFEE0 + 1)
    }
    | {0x3000: " "}
)


_IS_WIDE = re.compile(f"[{''.join(map(chr, _WIDE))}]")


def fold_text(text: str) -> str:
    """Full-width letters, digits and blanks to half-width; Chinese punctuation stays as it is."""
    # Most texts have none of them, which is quicker to see than to change letter by letter.
    return _squeeze_blanks(text.translate(_WIDE) if _IS_WIDE.search(text) else text)


def _squeeze_blanks(text: str) -> str:
    # Most names and numbers have none, which is quicker to see than to look for them.
    return text if text.isalnum() else _BLANKS.sub(" ", text).strip()


# A title is judged first and becomes a key later; a name stands in many records.
@lru_cache(maxsize=8192)
def normalise_title(text: str) -> str:
    """The key under which two spellings of one title meet."""
    return _NOT_WORD.sub("", unicodedata.normalize("NFKC", text).casefold())


def compare_title(text: str) -> str:
    """A title without the words that come and go between two writings of it: 一种, 的, a, the."""
    return _FILLERS.sub("", normalise_title(_ARTICLES.sub(" ", text)))


def disarm_formula(text: str) -> str:
    """A cell that a spreadsheet shows as text: it never starts a formula (CWE-1236)."""
    return f"'{text}" if _is_formula(text) or text[:1] in {"\t", "\r", "\n"} else text


def rearm_formula(text: str) -> str:
    """A text that an export disarmed, as it was."""
    return text[1:] if text[:1] == "'" and _is_formula(text) else text


def _is_formula(text: str) -> bool:
    return text.lstrip("'")[:1] in _FORMULA_SIGNS

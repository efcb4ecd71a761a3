"""Words for people, in the platform's two languages."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class Language(StrEnum):
    """The languages an answer can be given in."""

    ZH = "zh-CN"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in Chinese and in English."""

    zh: str
    en: str

    def pick(self, language: Language) -> str:
        return self.en if language is Language.EN else self.zh


# Callers send the same few headers again and again.
@lru_cache(maxsize=256)
def choose_language(accept_language: str | None) -> Language:
    """Chinese unless the caller prefers English (RFC 9110 §12.5.4, with its q weights)."""
    best, weight = Language.ZH, 0.0
    for part in (accept_language or "").split(","):
        tag, _, parameters = part.strip().partition(";")
        quality = _quality(parameters)
        primary = tag.strip().lower().split("-")[0]
        language = {"zh": Language.ZH, "en": Language.EN}.get(primary)
        if language is not None and quality > weight:
            best, weight = language, quality
    return best


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0

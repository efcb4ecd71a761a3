"""The guide to the five types of technology contracts, read from its file once."""

import re
from functools import cache
from importlib.resources import files
from typing import Any

from kit.text import Text
from kit.yamls import read_yaml
from services.achievements.rules.contract_types import (
    Choice,
    Hints,
    Question,
    Requirement,
    Signal,
    TypeEntry,
    TypeGuide,
)
from services.achievements.rules.contract_words import Example, learn
from services.achievements.rules.contracts import ContractType

Raw = dict[str, Any]
_CLASS = re.compile(r"\{([a-z_]+)\}")


@cache
def get_type_guide() -> TypeGuide:
    """The guide in force (`contract_types.yaml`)."""
    file = files("services.achievements").joinpath("contract_types.yaml")
    raw: Raw = read_yaml(file.read_text(encoding="utf-8"))
    return TypeGuide(
        id=raw["id"],
        version=raw["version"],
        types={ContractType(code): _read_type(code, one) for code, one in raw["types"].items()},
        signals=tuple(_read_signal(one, raw["vocabulary"]) for one in raw["signals"]),
        hints=_read_hints(raw["hints"]),
        lessons=learn(example for name in EXAMPLE_SETS for example in read_examples(name)),
        wording=Text(*raw["wording"]),
        questions=tuple(_read_question(one) for one in raw["questions"]),
        names_only=re.compile(raw["names_only"]),
        negations=re.compile(raw["negations"]),
        requirements=tuple(_read_requirement(one) for one in raw["requirements"]),
    )


EXAMPLE_SETS = ("formal", "everyday")


def read_examples(name: str) -> list[Example]:
    """Labelled summaries of one set (`contract_examples/`)."""
    file = files("services.achievements").joinpath("contract_examples", f"{name}.yaml")
    raw: list[Raw] = read_yaml(file.read_text(encoding="utf-8"))
    return [Example(one["title"], one["summary"], ContractType(one["type"])) for one in raw]


def _read_type(code: str, raw: Raw) -> TypeEntry:
    name = Text(raw["zh"], raw["en"])
    return TypeEntry(ContractType(code), name, raw["clause"], raw["quote"], raw["verified"])


def _read_signal(raw: Raw, vocabulary: Raw) -> Signal:
    """A signal; `{make}` in its pattern stands for the words of that class."""
    pattern = _CLASS.sub(lambda named: vocabulary[named.group(1)], raw["pattern"])
    return Signal(
        type=ContractType(raw["type"]),
        points=raw["points"],
        where=raw["where"],
        pattern=re.compile(pattern),
        text=Text(*raw["text"]),
    )


def _read_hints(raw: Raw) -> Hints:
    """Longest words first, so that a word inside another does not count beside it."""
    patterns = {
        ContractType(code): re.compile(
            "(?<![不没无未])("
            + "|".join(map(re.escape, sorted(words.split(), key=lambda w: (-len(w), w))))
            + ")"
        )
        for code, words in raw["words"].items()
    }
    return Hints(raw["most"], Text(*raw["text"]), patterns)


def _read_question(raw: Raw) -> Question:
    choices = [
        Choice(
            code=one["code"],
            text=Text(*one["text"]),
            points={ContractType(code): points for code, points in one["points"].items()},
        )
        for one in raw["choices"]
    ]
    return Question(raw["code"], Text(*raw["text"]), tuple(choices))


def _read_requirement(raw: Raw) -> Requirement:
    return Requirement(
        field=raw["field"],
        label=Text(*raw["label"]),
        types=frozenset(ContractType(code) for code in raw.get("types", ())),
        clause=raw["clause"],
        required=raw["required"],
        verified=raw["verified"],
    )

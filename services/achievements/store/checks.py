"""Dated data of checks, read from their files once."""

from decimal import Decimal
from functools import cache
from pathlib import Path

from kit.text import Text
from kit.yamls import read_yaml
from services.achievements.rules.nominations import Requirement
from services.achievements.rules.rd_jumps import JumpLimits
from services.achievements.rules.six_haves import SixHave

_CHECKS = Path(__file__).parent.parent / "checks"


@cache
def get_jump_limits() -> tuple[JumpLimits, ...]:
    """The limits of year-on-year changes of R&D expenditure, the earliest first."""
    told = read_yaml((_CHECKS / "rd-expenditure.yaml").read_text(encoding="utf-8"))
    limits = (
        JumpLimits(
            from_year=one["from_year"],
            rise_above=Decimal(one["rise_above"]),
            fall_below=Decimal(one["fall_below"]),
            assumption=one["assumption"],
            source=one["source"],
        )
        for one in told["jump_limits"]
    )
    return tuple(sorted(limits, key=lambda one: one.from_year))


@cache
def get_fewest_organizations() -> int:
    """Behind how many organisations a public figure stands at least."""
    told = read_yaml((_CHECKS / "disclosure.yaml").read_text(encoding="utf-8"))
    return int(told["fewest_organizations"])


@cache
def get_nomination_requirements() -> tuple[Requirement, ...]:
    """What a nomination for an award must have before it is submitted."""
    told = read_yaml((_CHECKS / "nominations.yaml").read_text(encoding="utf-8"))
    return tuple(
        Requirement(one["field"], Text(one["zh"], one["en"]), one["least"], one["assumption"])
        for one in told["requirements"]
    )


@cache
def get_needed_haves(kind: str) -> frozenset[SixHave]:
    """Which of the six a platform of a kind needs evidence of before it is certified."""
    told = read_yaml((_CHECKS / "certification.yaml").read_text(encoding="utf-8"))["six_haves"]
    return frozenset(SixHave(have) for have in told.get(kind, told["others"])["haves"])

"""What can be done to a recorded fact. Each act is a new record; the old one keeps its place.

    stands ──corrected──▶ stands      with other content
       ├────revoked────▶ revoked      the decision under it was revoked (条例 art. 40)
       ├────removed────▶ removed      an objection was right (art. 39)
       └────repaired───▶ repaired     the enterprise mended its conduct (信用修复管理办法)

What no longer stands is told to nobody; a negative one not even in a view of the past.
"""

from collections.abc import Mapping
from enum import StrEnum

from kit.errors import RuleBroken
from kit.text import Text
from services.credit.rules.catalogue import Item, Polarity


class Standing(StrEnum):
    """有效 / 依据已撤销 / 异议删除 / 已修复."""

    STANDS = "stands"
    REVOKED = "revoked"
    REMOVED = "removed"
    REPAIRED = "repaired"


class FactAct(StrEnum):
    """更正 / 撤销 / 删除 / 修复."""

    CORRECTED = "corrected"
    REVOKED = "revoked"
    REMOVED = "removed"
    REPAIRED = "repaired"


LEADS_TO: Mapping[FactAct, Standing] = {
    FactAct.CORRECTED: Standing.STANDS,
    FactAct.REVOKED: Standing.REVOKED,
    FactAct.REMOVED: Standing.REMOVED,
    FactAct.REPAIRED: Standing.REPAIRED,
}

_STATES: Mapping[Standing, Text] = {
    Standing.STANDS: Text("有效", "standing"),
    Standing.REVOKED: Text("依据已被撤销", "revoked with the decision under it"),
    Standing.REMOVED: Text("经异议删除", "removed after an objection"),
    Standing.REPAIRED: Text("已修复", "repaired"),
}


def check_stands(standing: Standing) -> None:
    """Refuse an act on a fact that no longer stands."""
    if standing is not Standing.STANDS:
        state = _STATES[standing]
        raise RuleBroken(
            "fact_not_standing",
            Text(
                f"该信息{state.zh}，不能再作变更",
                f"the fact is {state.en}; nothing more can be done to it",
            ),
            standing=standing.value,
        )


def binds_the_past(act: FactAct, item: Item) -> bool:
    """Whether past views lose the fact too: a negative one that stops, stops in every place."""
    return item.polarity is Polarity.NEGATIVE and LEADS_TO[act] is not Standing.STANDS
